"""Names: warehouses, places, items, partners, and the numbers that are handed out for them.

Promises that everything events speak of is found by its canonical URI, and a snapshot of it all for one statement.
Knows no fact: where goods are and what happened to them is said elsewhere. Deletes nothing and never changes a URI.
"""
