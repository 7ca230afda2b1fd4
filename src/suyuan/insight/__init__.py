"""Insight: what needs somebody's attention, and what was done about it."""
