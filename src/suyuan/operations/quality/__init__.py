"""Goods are judged, held and let go."""
