"""Goods are put somewhere, packed, and get other labels."""
