"""The import: names through commands, events through the write door, a batch at a time.

Whatever has been recorded stays when the work is broken off; begun again, it goes on from there. A file that has grown,
or the file of the next day, adds what is new.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import TypeVar
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from suyuan.accounts.rules import SYSTEM
from suyuan.capture.door import capture
from suyuan.catalog.directory import WarehouseInfo, directory
from suyuan.catalog.drafts import NewItem, NewPartner
from suyuan.catalog.queries import item_uris, partner_uris
from suyuan.connectors.orders.events import World, event_for, event_id
from suyuan.connectors.orders.lines import Line, Names, Rejected, read_lines
from suyuan.connectors.orders.plan import Kind, Movement, sold_and_returned, weeks, with_receipts
from suyuan.governance.context import Context
from suyuan.governance.kernel import execute
from suyuan.governance.master import AddItems, AddPartners
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import COUNT
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import event_key

T = TypeVar("T")
BATCH = 1000
NAMES_AT_ONCE = 500
SUPPLIER, CASH = "ORDERS-SUPPLIER", "ORDERS-CASH"
LONGEST_NAME = 300
EXAMPLES = 5
Tick = Callable[[int], object]


@dataclass(slots=True)
class Report:
    """What an import did. `refused`: reason → the rows; `recorded` and `repeated` are events."""

    rows: int = 0
    lines: dict[str, int] = field(default_factory=lambda: {"shipped": 0, "returned": 0, "no_customer": 0})
    movements: dict[str, int] = field(default_factory=lambda: {"receipts": 0, "shipments": 0, "returns": 0})
    items: int = 0
    respelt: int = 0
    customers: int = 0
    recorded: int = 0
    repeated: int = 0
    refused: dict[str, list[Rejected]] = field(default_factory=dict)

    @property
    def refused_rows(self) -> int:
        return sum(map(len, self.refused.values()))


def read(texts: Iterable[str], report: Report, names: Names) -> list[Line]:
    """The lines that moved goods; the others go into the report. Refused for a file that is none of order lines."""
    found: list[Line] = []
    for line in read_lines(texts, names):
        report.rows += 1
        if isinstance(line, Rejected):
            report.refused.setdefault(line.reason, []).append(line)
            continue
        found.append(line)
        report.lines["returned" if line.back else "shipped"] += 1
        report.lines["no_customer"] += not line.customer
    report.respelt = len(names.spellings)
    return found


def planned(lines: Sequence[Line], world: World, report: Report) -> list[Movement]:
    """What is to be recorded, in the order of time."""
    told = sold_and_returned(lines)
    plan = with_receipts(told, standing(told, world))
    kinds = {Kind.RECEIPT: "receipts", Kind.SHIPMENT: "shipments", Kind.RETURN: "returns"}
    for movement in plan:
        report.movements[kinds[movement.kind]] += 1
    return plan


def standing(plan: Iterable[Movement], world: World) -> set[str]:
    """The numbers of the invoices that an earlier import recorded."""
    keys = {event_key(event_id(m, world)): m.number for m in plan if m.kind is Kind.SHIPMENT}
    with connection.cursor() as cursor:
        rows = select_in(cursor, "SELECT id FROM ledger_record WHERE id {keys}", keys)
    return {keys[bytes(key)] for (key,) in rows}


def shipping_warehouse(code: str | None) -> WarehouseInfo:
    """The warehouse of that code, or the only one there is. Refused otherwise."""
    known = directory().warehouses
    if code is not None and code not in known:
        raise Refused([Problem("connectors.warehouse_unknown", "warehouse", {"warehouse": code})])
    if code is None and len(known) != 1:
        raise Refused([Problem("connectors.warehouse_which" if known else "connectors.warehouse_none", "warehouse")])
    return known[code] if code is not None else next(iter(known.values()))


def world_of(warehouse: WarehouseInfo, names: Names, report: Report, now: datetime) -> World:
    """Make sure that everything the events name has a name itself: add the items and partners that are missing."""
    items = _with_missing(names.items, item_uris, lambda codes: _add_items(codes, names, now))
    customers = {code: code for code in names.countries} | {"": CASH}
    partners = _with_missing(
        [*names.countries, CASH, SUPPLIER], partner_uris, lambda codes: _add_partners(codes, names, now)
    )
    report.items, report.customers = len(items), len(names.countries)
    parties = {customer: partners[code] for customer, code in customers.items()}
    zone = ZoneInfo(warehouse.time_zone)
    return World(settings.SUYUAN.origin, warehouse.gln, zone, items, parties, partners[SUPPLIER])


def _with_missing(
    codes: Iterable[str], known: Callable[[Iterable[str]], dict[str, str]], add: Callable[[Sequence[str]], None]
) -> dict[str, str]:
    wanted = list(codes)
    there = known(wanted)
    for part in batches((code for code in wanted if code not in there), NAMES_AT_ONCE):
        add(part)
    return known(wanted)


def _add_items(codes: Sequence[str], names: Names, now: datetime) -> None:
    items = [NewItem(code=code, name_en=_name(names.items[code]), base_unit=COUNT) for code in codes]
    execute(_context(now), AddItems(items=tuple(items)))


def _add_partners(codes: Sequence[str], names: Names, now: datetime) -> None:
    execute(_context(now), AddPartners(partners=tuple(_partner(code, names) for code in codes)))


def _partner(code: str, names: Names) -> NewPartner:
    if code == SUPPLIER:
        return NewPartner(code=code, name_zh="订单导入的供应商", name_en="Supplier of orders", roles={"supplier"})
    if code == CASH:
        return NewPartner(code=code, name_zh="未注明的客户", name_en="Customer not named", roles={"customer"})
    return NewPartner(code=code, address=_name(names.countries[code]), roles={"customer"})


def _name(text: str) -> str:
    """A description as a name: one line, without what no printer prints."""
    return "".join(char for char in " ".join(text.split()) if char.isprintable())[:LONGEST_NAME]


def _context(now: datetime) -> Context:
    return Context(actor=SYSTEM, request_id=uuid4(), now=now, terminal="suyuan import")


def record(
    plan: Iterable[Movement], world: World, report: Report, *, clock: Callable[[], datetime], tick: Tick
) -> None:
    """Capture every movement; `tick` is told how many order lines have been recorded since it was told last.

    Refused (connectors.other_file) when earlier events of the same papers say something else.
    """
    for batch in weeks(plan, BATCH):
        events = [event_for(movement, world) for movement in batch]
        try:
            done = capture(events, now=clock())
        except Refused as refused:
            if any(problem.code == "capture.conflict" for problem in refused.problems):
                raise Refused([Problem("connectors.other_file")]) from None
            raise
        report.recorded += len(done.recorded)
        report.repeated += len(done.repeated)
        tick(sum(movement.lines for movement in batch))


def batches(values: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(values)
    while part := list(islice(rest, size)):
        yield part


def summary(report: Report) -> dict[str, object]:
    """The report as JSON; of each reason the number of rows and the first few."""
    return {
        "rows": report.rows,
        "lines": report.lines,
        "movements": report.movements,
        "items": report.items,
        "items_respelt": report.respelt,
        "customers": report.customers,
        "events": {"recorded": report.recorded, "repeated": report.repeated},
        "refused": {
            reason: {"rows": len(rows), "examples": [row.row for row in rows[:EXAMPLES]]}
            for reason, rows in sorted(report.refused.items())
        },
        "refused_rows": report.refused_rows,
    }


__all__ = ["Report", "planned", "read", "record", "shipping_warehouse", "summary", "world_of"]
