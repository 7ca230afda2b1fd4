"""How often Python looks for reference cycles: what is loaded at the start is never garbage, and the values of a batch
are no cycles. At the interpreter's own thresholds a batch of a thousand events pays a quarter of its time for it.
"""

import gc

YOUNG, MIDDLE, OLD = 50_000, 20, 50


def look_less_often() -> None:
    """Call once, when everything is imported."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
