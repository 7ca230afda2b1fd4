"""Two tabs of an answer: everything it found, to be narrowed, and where it all is now."""

from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.desk.access import Desk
from suyuan.desk.cards import Filter, Panel
from suyuan.desk.consequences import KINDS, consequences_table, hidden_said, narrowed, rows_of, uris_of
from suyuan.desk.naming import Names
from suyuan.desk.whereabouts import heaps_of, maps_of, where_table
from suyuan.gs1.identifiers import ID_ORIGIN
from suyuan.gs1.problems import N_
from suyuan.trace.answer import Trace
from suyuan.ui.frame import Choice
from suyuan.ui.things import Thing

ALL, WHERE = N_("Everything affected"), N_("Where it all is")
WIDER_WORDS = {"all": ALL, "where": WHERE}


def affected_panel(
    answer: Trace,
    thing: Thing,
    desk: Desk,
    most: int,
    wanted: Filter,
    *,
    here: str = "",
    action: str = "",
    fixed: tuple[tuple[str, str], ...] = (),
) -> Panel:
    """`here`: the address of the page, `action` and `fixed` what the filter asks, if it is no page of a thing."""
    rows = list(rows_of(answer))
    found = narrowed(rows, wanted)
    names = Names(uris_of(found.rows[:most]), desk.language)
    export = f"{here or thing.url}&csv=all{f'&{wanted.query}' if wanted.query else ''}"
    there = {row.kind for row in rows}
    return Panel(
        thing,
        "all",
        _(ALL),
        consequences_table(found, names, export, most),
        filter=wanted,
        choices=tuple(Choice(kind, _(word)) for kind, word in KINDS.items() if kind in there),
        hidden=hidden_said(found.hidden),
        action=action or reverse("desk:panel"),
        fixed=fixed or (("id", thing.uri.removeprefix(ID_ORIGIN)), ("tab", "all")),
        part="#all" if action else "#panel",
    )


def where_panel(answer: Trace, thing: Thing, desk: Desk, most: int, wanted: Filter, *, here: str = "") -> Panel:
    """Plans, and a table of all places and customers."""
    heaps = heaps_of(answer)
    here_now = {heap.where for heap in heaps if heap.state == "in_stock"}
    names = Names(here_now | {heap.where for heap in heaps[:most]}, desk.language)
    table = where_table(heaps, names, f"{here or thing.url}&csv=where", most)
    return Panel(thing, "where", _(WHERE), table, maps=maps_of(heaps, desk, names))
