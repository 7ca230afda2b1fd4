"""The language of states: one icon, one word and one colour each, the same on chip, row edge, map and graph.

The colour is the CSS class ``state-CODE`` of frontend/src/style.css. Pure data.
"""

from dataclasses import dataclass

from suyuan.gs1.problems import N_


@dataclass(frozen=True, slots=True)
class State:
    """How a state is shown; `rank` orders from the calmest to what forbids most; `mark` is the icon in plain text."""

    code: str
    word: str
    icon: str
    rank: int
    mark: str


_ALL = (
    State("released", N_("Released"), "circle-check", 0, "✓"),
    State("in_stock", N_("In stock"), "building-warehouse", 0, "▣"),
    State("transit", N_("Under way"), "truck", 0, "→"),
    State("shipped", N_("Shipped"), "truck-delivery", 0, "⇥"),
    State("returned", N_("Returned"), "arrow-back-up", 1, "↩"),
    State("consumed", N_("Used up"), "transform", 1, "⇄"),
    State("sample", N_("Sample"), "flask", 1, "◇"),
    State("pending", N_("To be inspected"), "hourglass", 2, "…"),
    State("unexplained", N_("Unexplained"), "help-circle", 3, "?"),
    State("expired", N_("Expired"), "calendar-x", 4, "⊘"),
    State("held", N_("On hold"), "player-pause", 5, "‖"),
    State("rejected", N_("Rejected"), "x", 6, "✕"),
    State("recalled", N_("Recalled"), "alert-triangle", 7, "⚠"),
    State("destroyed", N_("Destroyed"), "flame", 8, "✗"),
)
STATES = {state.code: state for state in _ALL}


def state(code: str) -> State:
    """The state of a code; one that has no word yet shows as its code rather than not at all."""
    return STATES.get(code) or State(code, code, "circle-dashed", 0, "")


def strictest_first(codes: frozenset[str] | set[str] | tuple[str, ...]) -> tuple[str, ...]:
    """Several states as they stand side by side: what forbids most comes first."""
    return tuple(sorted(dict.fromkeys(codes), key=lambda code: (-state(code).rank, code)))
