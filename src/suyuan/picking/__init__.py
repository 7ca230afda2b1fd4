"""Picking: which orders go together, which bins are visited in which order, and what was picked of it."""
