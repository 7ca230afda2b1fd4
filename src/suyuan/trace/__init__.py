"""Answers: what came from what, where it is, who had it. Reads ledger, stock and genealogy, and writes nothing."""
