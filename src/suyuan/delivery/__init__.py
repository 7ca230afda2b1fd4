"""Delivery: what is arranged with carriers and what they report. No goods move by it, and nothing waits for it."""
