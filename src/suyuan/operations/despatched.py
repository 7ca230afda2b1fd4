"""What left under a despatch advice: the goods and their containers, net of what was declared wrong or voided since."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection

from suyuan.capture.bodies import transit_uri
from suyuan.epcis.document import read_stored
from suyuan.epcis.events import Event
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import key16
from suyuan.stock.past import stock_in_then
from suyuan.stock.queries import Stock

SHIPPING, VOIDED = "shipping", "void_shipping"
_UNDER = (
    "SELECT r.id, r.declares, r.biz_step, r.event_time, b.body FROM ledger_eventitem d "
    f"JOIN ledger_record r ON r.log = d.log AND r.id = d.record AND r.biz_step IN ('{SHIPPING}', '{VOIDED}') "
    "JOIN ledger_body b ON b.log = r.log AND b.id = r.id "
    "WHERE d.log = %s AND d.identifier = %s AND d.role = 'doc.desadv' "
    "ORDER BY r.event_time, r.record_time, r.sequence, r.id"
)
_LOGS = (
    "SELECT DISTINCT r.log FROM ledger_eventitem d JOIN ledger_record r ON r.log = d.log AND r.id = d.record "
    f"AND r.biz_step = '{SHIPPING}' WHERE d.identifier = %s AND d.role = 'doc.desadv' ORDER BY r.log"
)
# The shipping events put goods into the holder of what is under way, the voids took them from it.
_NET = (
    "SELECT p.subject, s.unit, s.second_unit, s.container, s.instance, s.item, s.lot, "
    "SUM(p.quantity), SUM(p.second) FROM stock_posting p "
    "JOIN stock_subject s ON s.log = p.log AND s.subject = p.subject "
    "WHERE p.log = %s AND p.holder = %s AND p.record {keys} "
    "GROUP BY p.subject, s.unit, s.second_unit, s.container, s.instance, s.item, s.lot "
    "HAVING SUM(p.quantity) > 0 OR SUM(p.second) > 0"
)


@dataclass(frozen=True, slots=True)
class Told:
    """An event under a despatch advice: record id, the id that it declares wrong, time in microseconds."""

    id: bytes
    declares: bytes | None
    step: str
    at: int
    event: Event


@dataclass(frozen=True, slots=True)
class Under:
    """All events under a despatch advice of a warehouse, by time; `standing` are those that nobody declared wrong."""

    log: str
    document: str
    told: tuple[Told, ...]
    standing: tuple[Told, ...]

    @property
    def shipped(self) -> list[Told]:
        return [one for one in self.standing if one.step == SHIPPING]

    @property
    def at(self) -> int:
        """When the last of it left; of what did not leave, when it was said to have."""
        return max(one.at for one in self.shipped or self.told)


def events_under(log: str, document: str) -> Under:
    """The shipping and voiding events of a despatch advice (URI), and what declares them wrong. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_UNDER, [log, key16(document)])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    told = tuple(
        Told(bytes(id), bytes(declares) if declares is not None else None, step, int(at), read_stored(bytes(body)))
        for id, declares, step, at, body in rows
    )
    wrong = {one.declares for one in told if one.declares is not None}
    return Under(log, document, told, tuple(one for one in told if one.declares is None and one.id not in wrong))


def logs_of(document: str) -> list[str]:
    """The warehouses that something left under a despatch advice (URI). One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_LOGS, [key16(document)])
        return [str(log) for (log,) in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Goods:
    """So much of a lot, a serial, or a container with what is in it: ids of itself, its item and its lot; amounts in
    millionths of their units."""

    subject: bytes
    item: bytes | None
    lot: bytes | None
    instance: bool
    container: bool
    quantity: int
    unit: str
    second: int = 0
    second_unit: str = ""
    inside: tuple["Goods", ...] = field(default=())

    def flat(self) -> list["Goods"]:
        """Itself and all that is in it."""
        return [self, *(deeper for one in self.inside for deeper in one.flat())]


def goods_of(under: Under) -> list[Goods]:
    """What left and stays so, containers with what lay in them then. A statement, and one for each level of them."""
    way = key16(transit_uri(settings.SUYUAN.origin, under.log, under.document))
    with connection.cursor() as cursor:
        rows: list[tuple[Any, ...]] = select_in(cursor, _NET, {one.id for one in under.standing}, under.log, way)
    boxes = [bytes(row[0]) for row in rows if row[3]]
    inside = inside_then(boxes, under.at, under.log) if boxes else {}
    found = [
        Goods(
            bytes(subject), _key(item), _key(lot), bool(instance), bool(container), int(quantity), unit or "",
            int(second), second_unit or "", _inside(bytes(subject), inside),
        )
        for subject, unit, second_unit, container, instance, item, lot, quantity, second in rows
    ]  # fmt: skip
    return sorted(found, key=lambda one: (not one.container, one.subject))


def _key(value: bytes | None) -> bytes | None:
    return bytes(value) if value is not None else None


def inside_then(boxes: Iterable[bytes], at: int, log: str) -> dict[bytes, list[Stock]]:
    """What lay in these containers then, at any depth: container → balances. A statement a level."""
    found: dict[bytes, list[Stock]] = {}
    todo = set(boxes)
    while todo:
        rows = stock_in_then(todo, at, log)
        for row in rows:
            found.setdefault(row.holder, []).append(row)
        todo = {row.subject for row in rows if row.container} - found.keys()
    return found


def _inside(box: bytes, inside: Mapping[bytes, list[Stock]]) -> tuple[Goods, ...]:
    """Balances of one lot are one, whatever owner, receipt or status tells them apart."""
    found: dict[bytes, Goods] = {}
    for row in inside.get(box, ()):
        before = found.get(row.subject)
        found[row.subject] = Goods(
            row.subject, row.item, row.lot, row.instance, row.container,
            row.quantity + (before.quantity if before else 0), row.unit, row.second + (before.second if before else 0),
            row.second_unit, _inside(row.subject, inside) if row.container else (),
        )  # fmt: skip
    return tuple(sorted(found.values(), key=lambda one: (not one.container, one.subject)))
