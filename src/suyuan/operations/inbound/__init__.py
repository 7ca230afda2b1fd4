"""Goods come in."""
