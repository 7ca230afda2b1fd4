"""The one write door: events and other records in; ledger, stock and genealogy in one transaction.

Nobody else inserts into the ledger. Facts are never refused for being inconvenient; a guarded batch is refused whole.
"""
