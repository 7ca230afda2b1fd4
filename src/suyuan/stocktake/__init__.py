"""Stocktaking: which bins are to be counted when, by whom, and what the counts found."""
