"""Where goods are, whose, in what state and how many: a projection of the ledger, never negative, equal to its replay.

It knows nothing of genealogy; both answer "where is it" by themselves, so that `suyuan fsck` can hold one against the
other.
"""
