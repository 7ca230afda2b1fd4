"""What the ledger should not hold: goods that left without anybody scanning them, and one serial in two places."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.db import connection
from django.db.models import Sum

from suyuan.catalog.queries import chunks
from suyuan.gs1.problems import N_
from suyuan.gs1.quantities import unscaled
from suyuan.insight.reports.declared import (
    Ask,
    Asked,
    Cell,
    Column,
    Group,
    Kind,
    Named,
    Report,
    Row,
    Rows,
    Word,
    to_event,
)
from suyuan.insight.reports.happened import STANDS, Event, events_by, events_naming
from suyuan.insight.reports.lines import Line
from suyuan.insight.reports.market import shipped
from suyuan.ledger.keys import key16, micros
from suyuan.picking.models import Task
from suyuan.stock.queries import uris_of

# -- shipped without a scan -------------------------------------------------------------------------------------------


def picked_by_scan(lines: Iterable[Line]) -> dict[tuple[str, bytes], Decimal]:
    """(order, lot or serial) → how much of it was picked with a scan that was right. One statement for 900 orders."""
    orders = {paper for line in lines for paper in line.event.papers.get("po", ())}
    found: dict[tuple[str, bytes], Decimal] = {}
    for part in chunks(orders):
        tasks = Task.objects.filter(line__order__uri__in=part, confirmed__gt=0, picked__gt=0)
        for order, subject, amount in tasks.values_list("line__order__uri", "subject").annotate(Sum("picked")):
            found[order, bytes(subject)] = unscaled(amount)
    return found


def loaded_by_scan(lines: Iterable[Line]) -> dict[bytes, int]:
    """Goods or container → in how many loads it was scanned. Three statements."""
    keys = {line.goods.key for line in lines} | {box for line in lines for box in containers(line.event)}
    found: dict[bytes, int] = {}
    for event in events_naming(keys, ("loading",)):
        for one in event.named:
            found[one.key] = found.get(one.key, 0) + 1
    return found


def containers(event: Event) -> list[bytes]:
    return [one.key for one in event.named if one.kind == "container"]


def unscanned(
    lines: Sequence[Line], picked: Mapping[tuple[str, bytes], Decimal], loaded: Mapping[bytes, int]
) -> list[tuple[Line, Decimal]]:
    """Lines of which something was neither picked nor loaded by scan, and how much of each.

    What is in containers is scanned with them, if all that the shipment names were. A pick counts once, whatever
    number of shipments its order had.
    """
    left = dict(picked)
    found = []
    for line in lines:
        boxes = containers(line.event)
        in_boxes = not any(one.key in (line.goods.key, line.goods.lot) for one in line.event.named)
        if line.goods.key in loaded or (in_boxes and boxes and all(box in loaded for box in boxes)):
            continue
        rest = line.goods.amount
        for order in line.event.papers.get("po", ()):
            for key in dict.fromkeys((line.goods.key, line.goods.lot or line.goods.key)):
                part = min(rest, left.get((order, key), Decimal(0)))
                if part:
                    left[order, key] -= part
                    rest -= part
        if rest:
            found.append((line, rest))
    return found


def unscanned_rows(asked: Asked) -> Rows:
    lines, notes = shipped(asked)
    found = unscanned(lines, picked_by_scan(lines), loaded_by_scan(lines))
    facts: list[tuple[str, Cell]] = [(N_("Lines shipped"), len(lines)), (N_("Without a scan"), len(found))]
    return Rows([_unscanned(line, rest) for line, rest in found[: asked.most + 1]], notes=notes, facts=facts)


def _unscanned(line: Line, rest: Decimal) -> Row:
    cells: tuple[Cell, ...] = (
        line.event.at, line.event.paper("desadv"), Named(line.side.uri), Named(line.item.uri), Named(line.goods.uri),
        line.goods.amount, rest, line.unit, line.event.paper("po"),
    )  # fmt: skip
    return Row(cells, to_event(line.event.log, line.event.id), "held")


UNSCANNED = Report(
    name="market-unscanned",
    title=N_("Shipments without scan"),
    about=N_("Goods that left although nobody had confirmed them by scan, neither when picked nor when loaded."),
    group=Group.MARKET,
    asks=(Ask.ITEM, Ask.LOT, Ask.PARTNER, Ask.CATEGORY),
    columns=(
        Column(N_("Left"), Kind.MOMENT),
        Column(N_("Dispatch note"), Kind.CODE),
        Column(N_("Customer"), Kind.THING, width=1.4),
        Column(N_("Item"), Kind.THING, width=1.5),
        Column(N_("Goods"), Kind.THING, width=1.4),
        Column(N_("Quantity"), Kind.NUMBER),
        Column(N_("Without a scan"), Kind.NUMBER),
        Column(N_("Unit"), width=0.7),
        Column(N_("Order"), Kind.CODE, needed=False),
    ),
    rows=unscanned_rows,
    meanings=(N_("Confirmed: a pick of a tour whose scan was right, or a carton or pallet scanned onto the truck."),),
    empty=N_("All that left in this time was scanned."),
)

# -- one serial twice -------------------------------------------------------------------------------------------------


class Twice(StrEnum):
    """How one serial came to be in two places."""

    MADE = "made"
    RECEIVED = "received"
    CAME_AGAIN = "came_again"
    SHIPPED = "shipped"


WORDS: Mapping[Twice, str] = {
    Twice.MADE: N_("made although there was one already"),
    Twice.RECEIVED: N_("received although one was in stock"),
    Twice.CAME_AGAIN: N_("delivered anew although another has it"),
    Twice.SHIPPED: N_("shipped although it was out of the house"),
}
# A serial that an event finds where it can't be: what it takes it from says so. CROSS JOIN keeps SQLite from beginning
# with the table that is longest.
_TWICE = (
    "SELECT r.id, p.subject, r.biz_step, k.kind FROM ledger_record r CROSS JOIN stock_posting p "
    "JOIN stock_subject s ON s.log = p.log AND s.subject = p.subject AND s.instance = 1 AND s.container = 0 "
    "JOIN stock_balance k ON k.log = p.log AND k.subject = p.subject AND k.holder = p.holder AND k.owner = p.owner "
    "AND k.receipt = p.receipt AND k.status = p.status "
    "WHERE p.record = r.id AND p.quantity < 0 AND r.event_time >= %s AND r.event_time < %s AND r.log IN ({logs}) "
    f"AND {STANDS} AND ("
    "(r.biz_step = 'shipping' AND k.kind IN ('party', 'delivery')) OR "
    "(r.biz_step = 'receiving' AND r.disposition NOT LIKE '%%returned' AND k.kind IN ('place', 'container', 'party', "
    "'delivery') AND NOT EXISTS (SELECT 1 FROM ledger_eventitem f WHERE f.log = r.log AND f.record = r.id "
    "AND f.role IN ('from.possessing_party', 'from.owning_party', 'from.location') "
    "AND f.identifier IN (p.holder, p.owner)))) "
    "ORDER BY r.event_time, r.id, p.number LIMIT %s"
)

_MADE = "q.biz_step IN ('commissioning', 'creating_class_instance') AND (q.action = 'ADD' OR j.role = 'output')"
_AGAIN = (
    "SELECT q.id, j.identifier FROM ledger_record q CROSS JOIN ledger_eventitem j "
    "JOIN ledger_identifier n ON n.log = j.log AND n.id = j.identifier AND n.kind = 'serial' "
    "WHERE j.log = q.log AND j.record = q.id AND j.role IN ('epc', 'output') "
    f"AND q.event_time >= %s AND q.event_time < %s AND q.log IN ({{logs}}) AND {_MADE} "
    f"AND {STANDS.replace('r.', 'q.')} "
    "AND EXISTS (SELECT 1 FROM ledger_eventitem e JOIN ledger_record r ON r.log = e.log AND r.id = e.record "
    "WHERE e.identifier = j.identifier AND e.role IN ('epc', 'output') AND r.id <> q.id "
    "AND (r.event_time < q.event_time OR (r.event_time = q.event_time AND r.id < q.id)) "
    f"AND {_MADE.replace('q.', 'r.').replace('j.', 'e.')} AND {STANDS}) ORDER BY q.event_time, q.id LIMIT %s"
)


@dataclass(frozen=True, slots=True)
class Double:
    """A serial that an event names although it was elsewhere."""

    event: Event
    uri: str
    how: Twice


def how_of(step: str, kind: str) -> Twice:
    if step == "shipping":
        return Twice.SHIPPED
    return Twice.RECEIVED if kind in ("place", "container") else Twice.CAME_AGAIN


def doubles(asked: Asked) -> list[Double]:
    """The earliest first, at most `asked.most` and one of each sort. Five statements."""
    logs = ", ".join(["%s"] * len(asked.logs))
    parameters: list[int | str] = [micros(asked.begins), micros(asked.ends), *asked.logs, asked.most + 1]
    with connection.cursor() as cursor:
        cursor.execute(_TWICE.format(logs=logs), parameters)
        rows = [(bytes(id), bytes(subject), how_of(step, kind)) for id, subject, step, kind in cursor.fetchall()]
        cursor.execute(_AGAIN.format(logs=logs), parameters)
        rows += [(bytes(id), bytes(subject), Twice.MADE) for id, subject in cursor.fetchall()]
    events = {event.id: event for event in events_by(row[0] for row in rows)}
    uris = uris_of({row[1] for row in rows})
    found = [Double(events[id], uris[subject], how) for id, subject, how in rows]
    return sorted(found, key=lambda one: (one.event.at, one.event.id, one.uri))


def doubles_rows(asked: Asked) -> Rows:
    found = [
        one for one in doubles(asked) if not asked.lot or key16(asked.lot) == key16(one.uri) or asked.lot in one.uri
    ]
    rows = []
    for one in found:
        party = one.event.party("to") if one.how is Twice.SHIPPED else one.event.party("from")
        cells: tuple[Cell, ...] = (one.event.at, Named(one.uri), Word(WORDS[one.how]), Named(party) if party else None)
        rows.append(Row(cells, to_event(one.event.log, one.event.id), "rejected"))
    return Rows(rows)


SERIALS = Report(
    name="serials-twice",
    title=N_("Serial numbers in two places"),
    about=N_("Serials that were made, received or shipped although they were elsewhere: copies, or mistakes."),
    group=Group.MARKET,
    asks=(Ask.LOT,),
    columns=(
        Column(N_("When"), Kind.MOMENT),
        Column(N_("Serial"), Kind.THING, width=1.8),
        Column(N_("What happened"), width=2),
        Column(N_("From or to"), Kind.THING, width=1.5),
    ),
    rows=doubles_rows,
    by_event=True,
    empty=N_("No serial was in two places in this time."),
)
REPORTS = (UNSCANNED, SERIALS)
