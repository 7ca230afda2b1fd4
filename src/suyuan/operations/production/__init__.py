"""Goods are made of goods."""
