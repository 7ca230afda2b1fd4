"""What is asked about bins, plans and sheets of counts. A fixed number of statements each, whatever their number.

Which bins are due is in `stocktake.due`, how a sheet differs from the book in `stocktake.reckoning`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Count

from suyuan.catalog.models import Place
from suyuan.catalog.rules import code_key
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import key16
from suyuan.stocktake.models import BinLook, CountLine, CountPlan, CountSheet, SheetBin, State

WORKING = (State.OPEN, State.COUNTING, State.RECOUNT, State.REVIEW)
MOST_SHEETS = 100
UNCOUNTED = ("warehouse", "zone", "rack")  # kinds of places that hold other places, not goods


# -- which bins -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bin:
    """A bin of a warehouse. `zone`: the code of the outermost place it lies in below the warehouse, or its own."""

    uri: str
    code: str
    key: str
    zone: str

    @property
    def holder(self) -> bytes:
        return key16(self.uri)


def bins_of(warehouse: str, within: Iterable[str] | None = None) -> tuple[list[Bin], list[str]]:
    """The bins in use that lie in these places or are one of them, in walking order; and the codes that are no place.

    Without `within` all of the warehouse. One statement.
    """
    names = ("id", "parent_id", "key", "code", "uri", "kind", "is_active", "aisle", "sequence")
    rows = {row[0]: row for row in Place.objects.filter(warehouse_id=warehouse).values_list(*names)}
    keys = {row[2]: id for id, row in rows.items()}
    wanted = None if within is None else [code_key(code) for code in within]
    unknown = [code for code in within or () if code_key(code) not in keys]
    roots = None if wanted is None else {keys[key] for key in wanted if key in keys}
    above = {id: _path(id, rows) for id in rows}
    parents = {row[1] for row in rows.values()}
    found = [
        row
        for id, row in rows.items()
        if row[5] not in UNCOUNTED[:1]
        and (row[5] not in UNCOUNTED or id not in parents)
        and all(rows[one][6] for one in above[id])
        and (roots is None or roots.intersection(above[id]))
    ]
    found.sort(key=lambda row: (row[8] is None, row[8] or 0, row[7], row[2]))
    return [Bin(row[4], row[3], row[2], rows[_zone(above[row[0]])][3]) for row in found], unknown


def _path(id: int, rows: Mapping[int, tuple]) -> list[int]:  # type: ignore[type-arg]  # of whatever columns
    """A place and all it lies in, itself first."""
    path = [id]
    while (parent := rows[path[-1]][1]) is not None and parent in rows:
        path.append(parent)
    return path


def _zone(path: Sequence[int]) -> int:
    """The place next below the warehouse."""
    return path[-2] if len(path) > 1 else path[0]


def last_counts(holders: Iterable[bytes]) -> dict[bytes, int]:
    """Holder → when it was last looked at on a sheet that was posted. One statement, in parts."""
    found: dict[bytes, int] = {}
    sql = (
        "SELECT b.holder, MAX(l.seen) FROM stocktake_sheetbin b JOIN stocktake_countsheet s ON s.id = b.sheet_id "
        "JOIN stocktake_binlook l ON l.bin_id = b.id WHERE s.state = %s AND b.holder {keys}"
    )
    with connection.cursor() as cursor:
        for holder, seen in select_in(cursor, sql, holders, State.POSTED.value, suffix=" GROUP BY b.holder"):
            found[bytes(holder)] = max(seen, found.get(bytes(holder), 0))
    return found


def on_sheets(holders: Iterable[bytes]) -> dict[bytes, str]:
    """Holder → the number of the sheet that it is on and that is not closed. One statement, in parts."""
    states = ", ".join(["%s"] * len(WORKING))
    sql = (
        "SELECT b.holder, s.number FROM stocktake_sheetbin b JOIN stocktake_countsheet s ON s.id = b.sheet_id "
        f"WHERE s.state IN ({states}) AND b.holder {{keys}}"
    )
    with connection.cursor() as cursor:
        return {bytes(holder): number for holder, number in select_in(cursor, sql, holders, *WORKING)}


# -- plans and sheets -------------------------------------------------------------------------------------------------


def plans_of(warehouse: str) -> list[CountPlan]:
    """The plans in use, by code."""
    rows = CountPlan.objects.filter(warehouse_id=warehouse, is_active=True)
    return list(rows.select_related("zone", "category").order_by("key"))


def sheet_of(warehouse: str, id: UUID) -> CountSheet | None:
    return CountSheet.objects.filter(pk=id, warehouse_id=warehouse).select_related("plan", "after").first()


@dataclass(frozen=True, slots=True)
class Task:
    """A sheet in a list. `bins`, of which `done`; `counted` lines."""

    sheet: CountSheet
    bins: int
    done: int
    counted: int


def tasks(warehouse: str, states: Iterable[str] = WORKING, limit: int = MOST_SHEETS) -> list[Task]:
    """The sheets of a warehouse in these states, the latest first. Four statements."""
    rows = CountSheet.objects.filter(warehouse_id=warehouse, state__in=list(states)).select_related("plan")
    sheets = list(rows.order_by("-created")[:limit])
    ids = [one.pk for one in sheets]
    bins = dict(SheetBin.objects.filter(sheet__in=ids).values_list("sheet").annotate(Count("id")))
    looks = BinLook.objects.filter(sheet__in=ids).values_list("sheet", "round")
    done = {(sheet, round): n for sheet, round, n in looks.annotate(Count("bin", distinct=True))}
    lines = dict(CountLine.objects.filter(sheet__in=ids, struck=None).values_list("sheet").annotate(Count("id")))
    return [Task(one, bins.get(one.pk, 0), done.get((one.pk, one.round), 0), lines.get(one.pk, 0)) for one in sheets]


def is_for(sheet: CountSheet, account: str, teams: Iterable[str]) -> bool:
    """Is it given to him or his team, or to nobody?"""
    return (not sheet.person and not sheet.team) or sheet.person == account or sheet.team in set(teams)
