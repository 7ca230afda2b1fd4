"""The closed lists of picking. Pure data."""

from enum import StrEnum

from suyuan.gs1.problems import N_


class AisleKind(StrEnum):
    AISLE = "aisle"
    CROSS = "cross"


class WaveKind(StrEnum):
    """How orders share tours: one each; several whose goods are sorted afterwards; several, each into a tote of its
    own; or only what lies in a zone."""

    SINGLE = "single"
    BATCH = "batch"
    CLUSTER = "cluster"
    ZONE = "zone"


class WaveState(StrEnum):
    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class TourState(StrEnum):
    """Taken: somebody walks it."""

    OPEN = "open"
    TAKEN = "taken"
    DONE = "done"
    CANCELLED = "cancelled"


class TaskState(StrEnum):
    """Short: no more of it can be taken there; what lacks is planned anew. Cancelled: nothing of it was taken."""

    OPEN = "open"
    PICKED = "picked"
    SHORT = "short"
    CANCELLED = "cancelled"


SHORT_REASONS: dict[str, str] = {
    "not_there": N_("Not there"),
    "too_little": N_("Less than planned"),
    "damaged": N_("Damaged"),
    "unreachable": N_("Cannot be reached"),
    "held": N_("On hold"),
    "other_lot": N_("Another lot lies there"),
}
COUNTED = frozenset({"not_there", "too_little", "other_lot"})  # reasons that make somebody count the bin
