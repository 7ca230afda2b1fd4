"""Goods go out."""
