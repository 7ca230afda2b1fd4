"""Returns as their events tell them: which shipment the goods came from, why they came back, how they looked."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db import connection

from suyuan.catalog.directory import directory
from suyuan.gs1.identifiers import identify
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import unscaled
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import key16
from suyuan.orders.amounts import item_keys
from suyuan.orders.packed import of_advice, of_step, taken
from suyuan.returns.kinds import Condition
from suyuan.stock.book import PACKED
from suyuan.stock.facts import PENDING, REJECTED
from suyuan.stock.queries import Placed, Stock, about, placed, stock_of, uris_of
from suyuan.stock.states import is_expired

DEEP = 4  # containers in containers, until the one that was shipped
# What was voided unsigned never went.
_LEFT = (
    "SELECT g.identifier, n.uri, r.event_time FROM ledger_eventitem g "
    "JOIN ledger_record r ON r.log = g.log AND r.id = g.record AND r.biz_step = 'shipping' AND r.declares IS NULL "
    "JOIN ledger_eventitem t ON t.log = r.log AND t.record = r.id AND t.role = 'to.owning_party' AND t.identifier = %s "
    "JOIN ledger_eventitem d ON d.log = r.log AND d.record = r.id AND d.role = 'doc.desadv' "
    "JOIN ledger_identifier n ON n.log = d.log AND n.id = d.identifier "
    "WHERE g.role = 'epc' AND NOT EXISTS (SELECT 1 FROM ledger_eventitem v JOIN ledger_record w "
    "ON w.log = v.log AND w.id = v.record AND w.biz_step = 'void_shipping' "
    "WHERE v.log = d.log AND v.identifier = d.identifier AND v.role = 'doc.desadv') AND g.identifier {keys}"
)
_AROUND = (
    "SELECT DISTINCT c.identifier, p.identifier FROM ledger_eventitem c "
    "JOIN ledger_eventitem p ON p.log = c.log AND p.record = c.record AND p.role = 'parent' "
    "WHERE c.role = 'child' AND c.identifier {keys}"
)
_TOLD = (
    "SELECT r.id, b.body FROM ledger_record r JOIN ledger_body b ON b.log = r.log AND b.id = r.id "
    "WHERE r.log = %s AND r.biz_step = 'receiving' AND r.disposition = 'returned' AND r.id {keys}"
)
_BOXES = (
    "SELECT i.identifier, r.event_time, r.id, b.body FROM ledger_eventitem i "
    "JOIN ledger_record r ON r.log = i.log AND r.id = i.record AND r.biz_step = 'receiving' "
    "AND r.disposition = 'returned' AND r.declares IS NULL "
    "JOIN ledger_body b ON b.log = r.log AND b.id = r.id WHERE i.log = %s AND i.role = 'epc' AND i.identifier {keys}"
)
_CAME = taken(of_step("receiving"), back=True)
_RETURNED = taken(of_advice("'receiving' AND w.disposition = 'returned'"), back=True)


def shipments_of(subjects: Iterable[bytes], customer: bytes) -> dict[bytes, dict[str, int]]:
    """Subject → the despatch advices (URIs) under which it went to the customer, itself or in a container, and when;
    the latest first. Two statements, and one more for each level of containers.
    """
    wanted = set(subjects)
    within = {key: {key} for key in wanted}  # what may have been shipped → which of the goods were in it
    frontier = wanted
    with connection.cursor() as cursor:
        for _ in range(DEEP):
            rows = [(bytes(child), bytes(parent)) for child, parent in select_in(cursor, _AROUND, frontier)]
            frontier = {parent for _child, parent in rows} - within.keys()
            for child, parent in rows:
                within.setdefault(parent, set()).update(within[child])
            if not frontier:
                break
        left = select_in(cursor, _LEFT, within, customer) if wanted else []
    found: dict[bytes, dict[str, int]] = {}
    for key, uri, at in sorted(left, key=lambda row: -int(row[2])):
        for subject in within[bytes(key)]:
            found.setdefault(subject, {}).setdefault(str(uri), int(at))
    return found


@dataclass(frozen=True, slots=True)
class Told:
    """What a return says of some of its goods: `uri` of a lot, serial or container; words of `returns.kinds`."""

    uri: str
    cause: str
    condition: str
    shipment: str
    note: str


@dataclass(frozen=True, slots=True)
class Return:
    """A return: who sent it (URI), under which permission of ours, and what was said of its goods."""

    customer: str
    rma: str
    reason: str
    goods: tuple[Told, ...]

    def of(self, subject: bytes, *, packed: bool = False) -> Told | None:
        """What was said of these goods; of goods in a container, what was said of the worst of the containers."""
        exact = next((one for one in self.goods if key16(one.uri) == subject), None)
        if exact is not None or not packed:
            return exact
        return max((one for one in self.goods if _is_container(one.uri)), key=_badness, default=None)


def _badness(told: Told) -> int:
    order = ("", *(one.value for one in Condition))
    return order.index(told.condition) if told.condition in order else 0


def _is_container(uri: str) -> bool:
    try:
        return identify(uri).kind.value == "container"
    except Refused:
        return False


def returns_of(log: str, receipts: Iterable[bytes]) -> dict[bytes, Return]:
    """Receipt → the return it was; deliveries from suppliers are none. One statement."""
    with connection.cursor() as cursor:
        rows: list[tuple[Any, ...]] = select_in(cursor, _TOLD, set(receipts), log)
    return {bytes(id): return_in(json.loads(bytes(body))) for id, body in rows}


def return_in(body: Mapping[str, Any]) -> Return:  # Any: JSON of a body
    """What the body of the first event of a return says."""
    rows = body.get("suyuan:returned")
    told = [one for one in rows if isinstance(one, dict)] if isinstance(rows, list) else []
    return Return(
        customer=_party(body.get("sourceList")),
        rma=_paper(body, "rma"),
        reason=str(body.get("suyuan:reason") or ""),
        goods=tuple(
            Told(*(str(one.get(name) or "") for name in ("id", "cause", "condition", "shipment", "note")))
            for one in told
        ),
    )


def _party(pairs: object) -> str:
    rows = [one for one in pairs if isinstance(one, dict)] if isinstance(pairs, list) else []
    owners = [str(one.get("source", "")) for one in rows if str(one.get("type", "")).endswith("owning_party")]
    return owners[0] if owners else ""


def _paper(body: Mapping[str, Any], kind: str) -> str:
    rows = [one for one in body.get("bizTransactionList") or [] if str(one.get("type", "")).endswith(kind)]
    return str(rows[0].get("bizTransaction", "")).rsplit("/", 1)[-1] if rows else ""


def returns_behind(log: str, rows: Sequence[Stock]) -> dict[tuple[bytes, bytes, bytes], tuple[Return, Told | None]]:
    """Balances (subject, holder, receipt) that came back from customers, with what was said of them.

    Goods in a container keep the receipt that they had; they came back when the container did, after which nobody put
    them there. One statement for loose goods, two more for packed ones and one for each level of containers.
    """
    packed = {row.holder for row in rows if row.kind == PACKED}
    around = _around(packed) if packed else {}
    boxes = _boxes(log, {box for boxes in around.values() for box in boxes}) if packed else {}
    receipts = {row.receipt for row in rows if row.kind != PACKED} | {receipt for receipt, _at in boxes.values()}
    known = returns_of(log, receipts) if receipts else {}
    found: dict[tuple[bytes, bytes, bytes], tuple[Return, Told | None]] = {}
    for row in rows:
        came = [boxes[box] for box in around.get(row.holder, ()) if box in boxes] if row.kind == PACKED else []
        back = [receipt for receipt, at in came if row.since <= at]
        receipt = back[0] if back else row.receipt
        if receipt in known:
            told = known[receipt].of(row.subject, packed=row.kind == PACKED)
            found[row.subject, row.holder, row.receipt] = known[receipt], told
    return found


def _around(boxes: Iterable[bytes]) -> dict[bytes, list[bytes]]:
    """Container → itself and the containers around it."""
    holders: dict[bytes, bytes] = {}
    todo = set(boxes)
    while todo:
        found = [row for row in stock_of(todo) if row.kind == PACKED and row.subject not in holders]
        holders |= {row.subject: row.holder for row in found}
        todo = {row.holder for row in found} - holders.keys()
    return {box: _outwards(box, holders) for box in boxes}


def _outwards(box: bytes, holders: Mapping[bytes, bytes]) -> list[bytes]:
    found = [box]
    while found[-1] in holders and holders[found[-1]] not in found:
        found.append(holders[found[-1]])
    return found


def _boxes(log: str, boxes: Iterable[bytes]) -> dict[bytes, tuple[bytes, int]]:
    """Container → the receipt by which it last came back, and when. One statement."""
    with connection.cursor() as cursor:
        rows = [(bytes(box), int(at), bytes(id), bytes(body)) for box, at, id, body in
                select_in(cursor, _BOXES, set(boxes), log)]  # fmt: skip
    found: dict[bytes, tuple[bytes, int]] = {}
    for box, at, id, body in sorted(rows, key=lambda row: row[1]):
        said = str(json.loads(body).get("suyuan:receipt") or "")
        found[box] = (bytes.fromhex(said) if len(said) == 32 else id, at)
    return found


def unfit_problems(
    log: str, rows: Sequence[tuple[str, str, Stock]], today: int, looked: Mapping[str, str] | None = None
) -> list[Problem]:
    """Returned goods (field, URI, balance) that nobody may pass: their cold chain broke, or their last day is over, or
    nobody has looked at them. `looked`: field → how they look to whoever passes them, where he says so.

    None where none of them was returned. The statements of `returns_behind`, and one where something was.
    """
    found = returns_behind(log, [row for _field, _uri, row in rows]) if rows else {}
    back = [(field, uri, row) for field, uri, row in rows if (row.subject, row.holder, row.receipt) in found]
    lots = about({row.lot for _field, _uri, row in back if row.lot}) if back else {}
    problems: dict[tuple[str, str], Problem] = {}
    for field, uri, row in back:
        _return, told = found[row.subject, row.holder, row.receipt]
        condition = (looked or {}).get(field) or (told.condition if told else "")
        if Condition.WARM in (condition, told.condition if told else ""):
            problems[field, "warm"] = Problem("operations.cold_chain_broken", field, {"goods": uri})
        elif not condition:
            problems[field, "unseen"] = Problem("operations.condition_unknown", f"{field}.condition", {"goods": uri})
        lot = lots.get(row.lot or b"")
        days = [day for day in (row.expiry, lot.expiry if lot else None) if day is not None]
        if is_expired(min(days, default=None), today):
            problems[field, "old"] = Problem("stock.expired", field, {"goods": uri})
    return list(problems.values())


def is_unseen(log: str, subjects: Iterable[bytes], receipt: str) -> bool:
    """Did any of these goods come back here, in this delivery (hex; "" for any), without a word of how they look?"""
    rows = [row for row in stock_of(subjects, log) if row.ours and receipt in ("", row.receipt.hex())]
    behind = returns_behind(log, rows) if rows else {}
    return any(told is None or not told.condition for _return, told in behind.values())


# -- sums -------------------------------------------------------------------------------------------------------------


def came_back(rmas: Iterable[str]) -> dict[tuple[str, str], Decimal]:
    """(permission, item), both URIs → how much came back under it. One statement."""
    return _summed(_CAME, rmas, "doc.rma")


def returned_for(orders: Iterable[str]) -> dict[tuple[str, str], Decimal]:
    """(sales order, item), both URIs → how much of what was shipped for it came back. What was shipped stays shipped.

    By the despatch advices that the returns name; one under which two orders went counts for both. One statement.
    """
    return _summed(_RETURNED, orders, "doc.po")


def _summed(sql: str, papers: Iterable[str], role: str) -> dict[tuple[str, str], Decimal]:
    names = {key16(uri): uri for uri in papers}
    with connection.cursor() as cursor:
        rows: list[tuple[Any, ...]] = select_in(cursor, sql, names, role) if names else []
    known = directory()
    items = item_keys(known) if rows else {}
    found: dict[tuple[str, str], Decimal] = {}
    for paper, item, amount in rows:
        if bytes(item) in items and amount:
            pair = (names[bytes(paper)], known.kept(items[bytes(item)]))
            found[pair] = found.get(pair, Decimal(0)) - unscaled(int(amount))
    return found


# -- what waits -------------------------------------------------------------------------------------------------------

MOST = 2000
_UNDECIDED = (
    "SELECT b.subject FROM stock_balance b WHERE b.log = %s AND b.status IN ('pending', 'rejected') "
    "AND b.quantity > 0 AND b.kind IN ('place', 'container') ORDER BY b.since LIMIT %s"
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Goods that came back and wait for what becomes of them."""

    goods: Placed
    back: Return
    told: Told | None

    @property
    def is_warm(self) -> bool:
        return self.told is not None and self.told.condition == Condition.WARM


def waiting_back(log: str, today: int) -> list[Waiting]:
    """What came back to a warehouse and is neither sold, sent on nor destroyed; the longest waiting first.

    A fixed number of statements, and one for each level of containers.
    """
    with connection.cursor() as cursor:
        cursor.execute(_UNDECIDED, [log, MOST])
        subjects = [bytes(subject) for (subject,) in cursor.fetchall()]
    if not subjects:
        return []
    rows = [row for row in stock_of(dict.fromkeys(subjects), log) if row.ours and row.status in (PENDING, REJECTED)]
    behind = returns_behind(log, rows)
    back = [row for row in rows if (row.subject, row.holder, row.receipt) in behind]
    shown = placed(back, today)
    found = [
        Waiting(goods, *behind[row.subject, row.holder, row.receipt]) for goods, row in zip(shown, back, strict=True)
    ]
    return sorted(found, key=lambda one: (one.goods.since, one.goods.uri))


# -- figures ----------------------------------------------------------------------------------------------------------

_BETWEEN = (
    "SELECT r.id, r.event_time, b.body FROM ledger_record r JOIN ledger_body b ON b.log = r.log AND b.id = r.id "
    "WHERE r.log = %s AND r.kind = 'epcis' AND r.biz_step = 'receiving' AND r.disposition = 'returned' "
    "AND r.declares IS NULL AND r.event_time >= %s AND r.event_time < %s "
    "AND NOT EXISTS (SELECT 1 FROM ledger_record w WHERE w.log = r.log AND w.declares = r.id) "
    "ORDER BY r.event_time DESC, r.id LIMIT %s"
)
_AMOUNTS = (
    "SELECT p.record, p.subject, SUM(p.quantity), s.unit, s.item FROM stock_posting p "
    "JOIN stock_subject s ON s.log = p.log AND s.subject = p.subject AND s.container = 0 "
    "WHERE p.log = %s AND p.quantity > 0 AND p.record {keys} GROUP BY p.record, p.subject, s.unit, s.item"
)
MOST_RETURNS = 20_000


@dataclass(frozen=True, slots=True)
class Came:
    """So much of a lot or serial (`uri`) that came back by one event; `at` in microseconds, `receipt` as hex."""

    at: int
    receipt: str
    customer: str
    rma: str
    uri: str
    item: str
    quantity: Decimal
    unit: str
    told: Told | None
    reason: str


def _under(told: Told | None, body: Mapping[str, Any]) -> Told | None:
    """What was said of goods, with the shipment of this event: a lot may have come back from several."""
    return replace(told, shipment=_paper(body, "desadv")) if told is not None else None


def returns_between(log: str, since: int, until: int) -> list[Came]:
    """What came back from a moment on and before another, the latest first. Three statements."""
    with connection.cursor() as cursor:
        cursor.execute(_BETWEEN, [log, since, until, MOST_RETURNS])
        events = {bytes(id): (int(at), json.loads(bytes(body))) for id, at, body in cursor.fetchall()}
        rows: list[tuple[Any, ...]] = select_in(cursor, _AMOUNTS, events, log) if events else []
    names = uris_of({bytes(key) for _record, subject, _n, _unit, item in rows for key in (subject, item) if key})
    firsts = {id.hex(): return_in(body) for id, (_at, body) in events.items()}
    found = []
    for record, subject, amount, unit, item in rows:
        at, body = events[bytes(record)]
        receipt = str(body.get("suyuan:receipt") or bytes(record).hex())
        first = firsts.get(receipt) or return_in(body)
        uri = names.get(bytes(subject), "")
        found.append(
            Came(
                at, receipt, first.customer, first.rma, uri, names.get(bytes(item or subject), uri),
                unscaled(int(amount)), unit, _under(first.of(bytes(subject), packed=True), body), first.reason,
            )
        )  # fmt: skip
    return sorted(found, key=lambda one: (-one.at, one.uri))
