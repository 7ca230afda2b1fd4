"""As built and as maintained: what a serial was made of, what it consists of now, and from when to when. A question."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import connection

from suyuan.genealogy import search
from suyuan.genealogy.edges import ALL, LEFT, WITHIN
from suyuan.gs1.quantities import unscaled
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import key16, moment
from suyuan.stock.queries import uris_of


@dataclass(frozen=True, slots=True)
class Stay:
    """A part and its time in the whole: `built` with it, or put in later; `until` None: it is in it still."""

    uri: str
    quantity: Decimal
    unit: str
    since: datetime
    until: datetime | None
    built: bool
    event: str
    removed: str = ""


def stays_in(uri: str) -> list[Stay]:
    """Every part that was ever in a serial, in the order in which they came. Three statements."""
    with connection.cursor() as cursor:
        edges = search.contents(cursor, [key16(uri)], {})
        steps = select_in(cursor, "SELECT id, biz_step FROM ledger_record WHERE id {keys}", {e.record for e in edges})
    names = uris_of(edge.parent for edge in edges if edge.parent != ALL)
    step = {bytes(id): text for id, text in steps}
    out = [edge for edge in edges if edge.kind == LEFT]
    return [
        Stay(
            names.get(edge.parent, edge.parent.hex()),
            unscaled(edge.quantity) if edge.quantity is not None else Decimal(1),
            edge.unit,
            moment(edge.since),
            moment(edge.until) if edge.until is not None else None,
            step.get(edge.record) == "assembling",
            edge.record.hex(),
            next(
                (gone.record.hex() for gone in out if gone.since == edge.until and gone.parent in (edge.parent, ALL)),
                "",
            ),
        )
        for edge in edges
        if edge.kind == WITHIN
    ]
