"""How whole an answer is, for its page: the share that is fully linked, and the gaps by class."""

from collections import Counter

from django.utils.translation import gettext as _

from suyuan.desk.cards import Broken
from suyuan.gs1.problems import N_
from suyuan.gs1.quantities import Quantity, unscaled
from suyuan.trace.answer import Trace
from suyuan.trace.linked import linkage

# The classes of gaps, in a few words each: the sentences say it of single goods.
CLASSES = {
    "trace.no_origin": N_("no receipt and no production"),
    "trace.unknown_content": N_("container with unknown content"),
    "trace.two_origins": N_("two origins under one number"),
    "trace.not_adding_up": N_("more moved than was there"),
    "trace.used_before_made": N_("used before it was there"),
    "trace.impossible": N_("times make it impossible"),
    "trace.not_unpacked": N_("put elsewhere without being unpacked"),
}


def broken(answer: Trace) -> Broken:
    """Of an answer without goods everything is linked."""
    found = linkage(answer)
    counts = Counter(problem.code for problem in answer.gaps)
    return Broken(
        percent_text(found.percent),
        tuple(
            (Quantity(unscaled(one.linked), one.unit), Quantity(unscaled(one.quantity), one.unit))
            for one in found.shares
        ),
        found.things,
        found.linked,
        tuple((_(word), counts[code]) for code, word in CLASSES.items() if counts[code]),
    )


def percent_text(percent: float) -> str:
    """Never 100 where something is missing, never 0 where something is there."""
    if percent in (0, 100):
        return f"{percent:.0f} %"
    return f"{min(99.9, max(0.1, percent)):.1f} %"
