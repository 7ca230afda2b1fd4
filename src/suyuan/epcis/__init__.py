"""EPCIS 2.0 events: reading, checking, writing and hashing them. Pure: exact, and every problem at once.

Knows nothing of warehouses, databases or people; keeps what it does not understand as it came.
"""
