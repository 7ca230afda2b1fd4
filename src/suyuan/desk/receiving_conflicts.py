"""Two facts that contradict each other, side by side: what this sheet says, and what was recorded, by whom and when."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.desk.access import Desk
from suyuan.gs1.problems import Problem


@dataclass(frozen=True, slots=True)
class Conflict:
    """`now` as the sheet has it, `before` as it was said by `who` at `time`; `url`: the receipt that says so."""

    goods: str
    word: str
    now: str
    before: str
    who: str
    time: str
    url: str
    blocks: bool


def conflicts(problems: Sequence[Problem], desk: Desk) -> list[Conflict]:
    """Those of the problems that are contradictions."""
    words = {
        "operations.expiry_conflict": (_("Expires"), "expiry"),
        "operations.expiry_announced": (_("Expires"), "expiry"),
        "operations.produced_conflict": (_("Produced"), "produced"),
    }
    return [
        Conflict(
            " ".join(part for part in (one.params.get("item", ""), one.params.get("lot", "")) if part),
            words[one.code][0],
            one.params.get(words[one.code][1], ""),
            one.params.get("known", ""),
            one.params.get("who", ""),
            one.params.get("time", ""),
            _url(one, desk),
            one.code == "operations.expiry_conflict",
        )
        for one in problems
        if one.code in words
    ]


def _url(problem: Problem, desk: Desk) -> str:
    """To the receipt that said it, where it is one of the warehouse worked in."""
    event = problem.params.get("event", "")
    return reverse("desk:receipt", args=[event]) if event and problem.params.get("log") == desk.warehouse else ""
