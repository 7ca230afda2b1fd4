"""What came from what and went into what, with quantities and times: a projection of the ledger, and the trace over it.

It knows nothing of stock: containment is worked out here a second time, so that the two can be held against each other.
"""
