"""What may be done with a thing from its page, and which of it comes first."""

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.desk.access import Desk
from suyuan.desk.labels_print import PRINTS
from suyuan.desk.lasting import lives_on
from suyuan.stock.queries import Placed
from suyuan.trace.resolve import Candidate
from suyuan.ui.frame import Link
from suyuan.ui.things import thing_url

USUAL = ("desk:hold", "desk:recall_new", "desk:label_goods")
FIRST: Mapping[str, Sequence[str]] = {
    "recalled": ("desk:dossier", "desk:new_report"),
    "rejected": ("desk:new_report", "desk:recall_new"),
    "held": ("desk:recall_new", "desk:new_report", "desk:dossier"),
    "expired": ("desk:extending", "desk:hold", "desk:new_report"),
}  # by the strictest state


def actions_of(subject: Candidate, rows: Iterable[Placed], states: Sequence[str], desk: Desk) -> tuple[Link, ...]:
    """What may be done with goods by who asks; what their state calls for stands first."""
    offered = dict(_offered(subject, rows, desk))
    first = FIRST.get(states[0], USUAL) if states else USUAL
    return tuple(offered.pop(name) for name in first if name in offered) + tuple(offered.values())


def _offered(subject: Candidate, rows: Iterable[Placed], desk: Desk) -> Iterable[tuple[str, Link]]:
    """By the names of their pages; in the order in which they matter of goods in any state."""
    holds, single = desk.actor.may("lot.hold", desk.warehouse), subject.kind in ("lot", "serial")
    every = (
        ("desk:hold", _("Hold"), "player-pause", holds),
        ("desk:recall_new", _("Recall"), "urgent", desk.actor.may("recall.start", desk.warehouse)),
        ("desk:extending", _("Extend life"), "signature", subject.kind != "container" and lives_on(rows, desk)),
        ("desk:new_report", _("Report a nonconformance"), "alert-triangle", holds),
        ("desk:dossier", _("Trace dossier"), "file-text", single),
        ("desk:label_goods", _("Label"), "barcode", PRINTS.lets(desk.actor, desk.warehouse)),
        ("desk:label_replace", _("Replace the label"), "refresh", desk.actor.may("move", desk.warehouse)),
    )
    return ((name, _about(subject, name, word, icon)) for name, word, icon, may in every if may)


def tracing(subject: Candidate) -> Link:
    """Everything that it stands for, traced together."""
    return Link(f"{reverse('desk:trace')}?{urlencode({'q': subject.uri})}", _("Trace all of it"), "route")


def printing(subject: Candidate, desk: Desk) -> tuple[Link, ...]:
    """Its label."""
    if not PRINTS.lets(desk.actor, desk.warehouse):
        return ()
    return (_about(subject, "desk:label_goods", _("Label"), "barcode"),)


def weighing(subject: Candidate) -> Link:
    """Its mass balance."""
    return _about(subject, "desk:balance", _("Mass balance"), "scale")


def _about(subject: Candidate, page: str, word: str, icon: str) -> Link:
    return Link(f"{reverse(page)}?{thing_url(subject.uri).partition('?')[2]}", word, icon)
