"""What came and went under papers, as the ledger has it: sums of the postings of the events that name them."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from django.db import connection

from suyuan.catalog.directory import Directory, directory
from suyuan.gs1.quantities import unscaled
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import key16
from suyuan.orders.kinds import OrderKind
from suyuan.orders.packed import of_step, taken

Done = dict[tuple[str, str], Decimal]  # (paper, item) → amount in base units

_RECEIVED = (
    "SELECT e.identifier, COALESCE(s.item, s.subject), SUM(p.quantity) FROM ledger_eventitem e "
    "JOIN ledger_record r ON r.id = e.record AND r.log = e.log AND r.biz_step = 'receiving' "
    "JOIN stock_posting p ON p.record = e.record AND p.log = e.log "
    "JOIN stock_subject s ON s.subject = p.subject AND s.log = p.log AND s.container = 0 "
    "WHERE e.role = %s AND e.identifier {keys} GROUP BY e.identifier, COALESCE(s.item, s.subject)"
)
# What leaves a bin goes to a holder under way in the same event, so only what was taken counts.
_SHIPPED = taken(of_step("shipping"))
# A void names the despatch advice, not the orders that went with it.
_VOIDED = taken(
    "SELECT DISTINCT o.identifier, v.record, v.log FROM ledger_eventitem o "
    "JOIN ledger_record r ON r.id = o.record AND r.log = o.log AND r.biz_step = 'shipping' "
    "JOIN ledger_eventitem d ON d.record = o.record AND d.log = o.log AND d.role = 'doc.desadv' "
    "JOIN ledger_eventitem v ON v.identifier = d.identifier AND v.role = 'doc.desadv' AND v.log = o.log "
    "JOIN ledger_record w ON w.id = v.record AND w.log = v.log AND w.biz_step = 'void_shipping' "
    "WHERE o.role = %s AND o.identifier {keys}",
    back=True,
)
# A pick takes from a bin what it puts elsewhere; what is put back for an order is taken from there.
_ISSUED = taken(of_step("picking"))
_PUT_BACK = taken(of_step("storing", "stocking"), back=True)
_OF = {OrderKind.PURCHASE: (_RECEIVED,), OrderKind.SALES: (_SHIPPED, _VOIDED), OrderKind.ISSUE: (_ISSUED, _PUT_BACK)}


def received(uris: Iterable[str], role: str = "po") -> Done:
    """(paper, item) → how much came under these orders, or other papers of a CBV type. One statement.

    Corrections and declarations of error are in it: what an event that was declared wrong had posted is taken back.
    Goods that were recorded by an item which was merged since stand under the one that goes on.
    """
    return _named(_asked((_RECEIVED,), uris, role), directory())


def shipped(uris: Iterable[str]) -> Done:
    """(order, item) → how much went out for these orders, less what was voided unsigned. Two statements."""
    return _named(_asked((_SHIPPED, _VOIDED), uris, "po"), directory())


def issued(uris: Iterable[str], role: str = "po") -> Done:
    """(issue order, or other paper of a CBV type, item) → how much was picked for it, less what was put back in its
    name. Two statements.
    """
    return _named(_asked((_ISSUED, _PUT_BACK), uris, role), directory())


def done_by_order(kind: OrderKind, uris: Iterable[str]) -> dict[tuple[str, bytes], int]:
    """(order, id of the item) → millionths. For whoever writes names and may not ask for the snapshot of them."""
    return _asked(_OF[kind], uris, "po")


def _asked(statements: Sequence[str], uris: Iterable[str], role: str) -> dict[tuple[str, bytes], int]:
    names = {key16(uri): uri for uri in uris}
    found: dict[tuple[str, bytes], int] = {}
    with connection.cursor() as cursor:
        rows = [row for sql in statements for row in select_in(cursor, sql, names, f"doc.{role}")]
    for paper, item, amount in rows:
        pair = (names[bytes(paper)], bytes(item))
        found[pair] = found.get(pair, 0) + int(amount)
    return {pair: amount for pair, amount in found.items() if amount}


def _named(found: Mapping[tuple[str, bytes], int], known: Directory) -> Done:
    items = item_keys(known) if found else {}
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
