"""Production: what goods are made of, and what is to be made. What was made stands in the ledger."""
