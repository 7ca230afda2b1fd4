"""The lots and other things that the ledger knows by number, with their days."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Min, Q

from suyuan.catalog.queries import chunks
from suyuan.ledger.keys import key16
from suyuan.ledger.models import Identifier
from suyuan.stock.models import Subject
from suyuan.trace.code_values import UnitCode, fold


@dataclass(frozen=True, slots=True)
class Known:
    """A lot that the ledger knows; days None where nobody said."""

    uri: str
    number: str
    item: bytes
    expiry: date | None = None
    produced: date | None = None


def lots_of(items: Collection[bytes]) -> list[Known]:
    """All lots of items, with their days."""
    rows = [
        Known(uri, number, bytes(item or b""))
        for part in chunks(items)
        for uri, number, item in Identifier.objects.filter(item__in=part, kind="lot")
        .values_list("uri", "code", "item")
        .distinct()
    ]
    return _dated(rows)


def lots_numbered(numbers: Collection[str]) -> list[Known]:
    """Lots of whatever item that bear one of these numbers, as `fold` spells them, or as somebody typed them."""
    spelled = {spelling for number in numbers for spelling in (number, number.upper(), number.lower(), fold(number))}
    rows = [
        Known(uri, number, bytes(item or b""))
        for part in chunks(spelled)
        for uri, number, item in Identifier.objects.filter(code__in=part, kind="lot")
        .values_list("uri", "code", "item")
        .distinct()
    ]
    return _dated(rows)


def _dated(lots: Sequence[Known]) -> list[Known]:
    days: dict[bytes, tuple[int | None, int | None]] = {}
    for part in chunks(key16(lot.uri) for lot in lots):
        rows = Subject.objects.filter(subject__in=part).values("subject")
        for row in rows.annotate(first=Min("expiry"), made=Min("produced")):
            days[bytes(row["subject"])] = (row["first"], row["made"])
    return [_with_days(lot, *days.get(key16(lot.uri), (None, None))) for lot in lots]


def _with_days(lot: Known, expiry: int | None, produced: int | None) -> Known:
    return replace(
        lot,
        expiry=date.fromordinal(expiry) if expiry else None,
        produced=date.fromordinal(produced) if produced else None,
    )


def identities(units: Sequence[UnitCode], items: Collection[bytes]) -> dict[str, list[tuple[str, str]]]:
    """URI or serial number → the (URI, kind) that the ledger knows of it; serials of the named items, if any is."""
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    keys = {key16(code.uri): code.uri for code in units if code.uri}
    for part in chunks(keys):
        for uri, kind in Identifier.objects.filter(id__in=part).values_list("uri", "kind").distinct():
            found[uri].append((uri, kind))
    numbers = {code.text for code in units if not code.uri}
    for some in chunks(numbers):
        known = Identifier.objects.filter(Q(kind="serial") | Q(kind="container"), code__in=some)
        for code, uri, kind, item in known.values_list("code", "uri", "kind", "item").distinct():
            if kind == "container" or not items or bytes(item or b"") in items:
                found[code].append((uri, kind))
    return found
