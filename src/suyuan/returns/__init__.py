"""Goods that are to come back: announced, row by row. What has come back stands in the ledger."""
