"""What came and went under papers, as the ledger has it: sums of the postings of the events that name them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import connection

from suyuan.catalog.directory import Directory, directory
from suyuan.gs1.quantities import unscaled
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import key16
from suyuan.orders.kinds import OrderKind
from suyuan.orders.packed import NOT_REFUSED, REFUSED, of_advice, of_step, taken

Done = dict[tuple[str, str], Decimal]  # (paper, item) → amount in base units

_RECEIVED = (
    "SELECT e.identifier, {each}COALESCE(s.item, s.subject), SUM(p.quantity) FROM ledger_eventitem e "
    "JOIN ledger_record r ON r.id = e.record AND r.log = e.log AND r.biz_step = 'receiving' "
    "JOIN stock_posting p ON p.record = e.record AND p.log = e.log "
    "JOIN stock_subject s ON s.subject = p.subject AND s.log = p.log AND s.container = 0 "
    "WHERE e.role = %s AND e.identifier {{keys}} GROUP BY e.identifier, {each}COALESCE(s.item, s.subject)"
)


def _sum_of(kind: OrderKind, *, each: bool = False) -> str:
    """One statement for all that counts for orders of a kind."""
    if kind is OrderKind.PURCHASE:
        return _RECEIVED.format(each="e.record, p.at, " if each else "")
    if kind is OrderKind.SALES:
        # What leaves a bin goes to a holder under way in the same event, so only what was taken counts.
        parts = [
            taken(of_step("shipping"), each=each),
            taken(of_advice("'void_shipping'"), back=True, each=each, only=NOT_REFUSED),
            taken(
                of_advice("'accepting' AND w.disposition = 'returned'", elsewhere=True),
                back=True, each=each, only=REFUSED,
            ),
        ]  # fmt: skip
    else:
        # A pick takes from a bin what it puts elsewhere; what is put back for an order is taken from there.
        parts = [
            taken(of_step("picking"), each=each),
            taken(of_step("storing", "stocking"), back=True, each=each),
        ]
    return " UNION ALL ".join(f"SELECT * FROM ({part}) part{n}" for n, part in enumerate(parts))


_SUMS = {kind: _sum_of(kind) for kind in OrderKind}
_EACH = {kind: _sum_of(kind, each=True) for kind in OrderKind}


def received(uris: Iterable[str], role: str = "po", *, known: Directory | None = None) -> Done:
    """(paper, item) → how much came under these orders, or other papers of a CBV type. One statement.

    Corrections and declarations of error are in it: what an event that was declared wrong had posted is taken back.
    Goods that were recorded by an item which was merged since stand under the one that goes on. `known`: the names, if
    the caller has asked for them; here and below.
    """
    return _named(_asked(OrderKind.PURCHASE, uris, role), known)


def shipped(uris: Iterable[str], *, known: Directory | None = None) -> Done:
    """(order, item) → how much went out for these orders, less what was voided unsigned or refused at the door. What
    comes back later was shipped all the same. One statement.
    """
    return _named(_asked(OrderKind.SALES, uris, "po"), known)


def issued(uris: Iterable[str], role: str = "po", *, known: Directory | None = None) -> Done:
    """(issue order, or other paper of a CBV type, item) → how much was picked for it, less what was put back in its
    name. One statement.
    """
    return _named(_asked(OrderKind.ISSUE, uris, role), known)


def done_in(kind: OrderKind, uris: Iterable[str], records: Collection[bytes]) -> Done:
    """(order, item) → what these events brought about of it; less than nothing where they took it back. One
    statement.
    """
    found: dict[tuple[str, bytes], int] = {}
    for paper, record, _at, item, amount in _rows(_EACH[kind], uris, "po"):
        if bytes(record) in records:
            found[paper, bytes(item)] = found.get((paper, bytes(item)), 0) + int(amount)
    return _named(found)


def done_by_order(kind: OrderKind, uris: Iterable[str]) -> dict[tuple[str, bytes], int]:
    """(order, id of the item) → millionths. For whoever writes names and may not ask for the snapshot of them."""
    return _asked(kind, uris, "po")


def _asked(kind: OrderKind, uris: Iterable[str], role: str) -> dict[tuple[str, bytes], int]:
    found: dict[tuple[str, bytes], int] = {}
    for paper, item, amount in _rows(_SUMS[kind], uris, role):
        pair = (paper, bytes(item))
        found[pair] = found.get(pair, 0) + int(amount)
    return {pair: amount for pair, amount in found.items() if amount}


def _rows(sql: str, uris: Iterable[str], role: str) -> Iterator[Sequence[Any]]:  # Any: what a driver returns
    """The answer with the papers by their URIs."""
    names = {key16(uri): uri for uri in uris}
    with connection.cursor() as cursor:
        rows = select_in(cursor, sql, names, *[f"doc.{role}"] * sql.count("%s"))
    return ((names[bytes(paper)], *rest) for paper, *rest in rows)


def _named(found: Mapping[tuple[str, bytes], int], known: Directory | None = None) -> Done:
    if not found:
        return {}
    known = known or directory()
    items = item_keys(known)
    done: Done = {}
    for (paper, item), amount in found.items():
        if item in items:
            pair = (paper, known.kept(items[item]))
            done[pair] = done.get(pair, Decimal(0)) + unscaled(amount)
    return done


_keys: tuple[Directory, dict[bytes, str]] | None = None


def item_keys(known: Directory) -> Mapping[bytes, str]:
    """Id of an item in the ledger → its URI; made once for each version of the catalog."""
    global _keys
    if _keys is None or _keys[0] is not known:
        _keys = (known, {key16(uri): uri for uri in known.items})
    return _keys[1]
