"""What was made and used up for work orders, as the ledger has it: sums of postings of the events that name them."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.db import connection

from suyuan.catalog.directory import Directory, directory
from suyuan.gs1.quantities import unscaled
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import key16
from suyuan.stock.facts import CONSUMED, MADE, SCRAP

USED, OUT, LOST = "used", "made", "lost"  # consumed or built in, come into being, scrapped
Done = dict[tuple[str, str, str], Decimal]  # (work order, what, item) → amount in base units

_GOODS = (
    "JOIN stock_posting p ON p.record = e.record AND p.log = e.log "
    "JOIN stock_subject s ON s.subject = p.subject AND s.log = p.log AND s.container = 0 "
)
_MADE = (
    "SELECT e.identifier, COALESCE(s.item, s.subject), p.counterpart, SUM(p.quantity) FROM ledger_eventitem e "
    f"{_GOODS} WHERE p.counterpart IN (%s, %s, %s) AND e.role = 'doc.prodorder' AND e.identifier {{keys}} "
)
# A part of an assembly is used where it is put in, and no longer where it is taken out.
_BUILT = (
    "SELECT e.identifier, COALESCE(s.item, s.subject), g.role, -SUM(p.quantity) FROM ledger_eventitem e "
    "JOIN ledger_record r ON r.id = e.record AND r.log = e.log AND r.type = 'AssociationEvent' "
    "JOIN ledger_eventitem g ON g.record = e.record AND g.log = e.log AND g.role = 'parent' "
    f"{_GOODS} WHERE p.holder = g.identifier AND e.role = 'doc.prodorder' AND e.identifier {{keys}} "
)


def done(uris: Iterable[str], known: Directory | None = None, *, built: bool = True) -> Done:
    """(order, used, made or lost, item) → how much. Two statements, one without what was `built` into assemblies.
    Corrections and declarations of error are in it.

    Goods that were recorded by an item which was merged since stand under the one that goes on.
    """
    known = known or directory()
    items = _item_keys(known)
    told: Done = {}
    for (work, what, item), amount in done_by_work(uris, built=built).items():
        if item in items:
            place = (work, what, known.kept(items[item]))
            told[place] = told.get(place, Decimal(0)) + unscaled(amount)
    return told


def done_by_work(uris: Iterable[str], *, built: bool = True) -> dict[tuple[str, str, bytes], int]:
    """(order, what, id of the item) → millionths. For whoever writes names and may not ask for the snapshot of them."""
    names = {key16(uri): uri for uri in uris}
    if not names:
        return {}
    words: Mapping[object, tuple[str, int]] = {
        CONSUMED: (USED, -1), MADE: (OUT, 1), SCRAP: (LOST, -1), "parent": (USED, -1),
    }  # fmt: skip
    found: dict[tuple[str, str, bytes], int] = {}
    with connection.cursor() as cursor:
        made = select_in(
            cursor, _MADE, names, CONSUMED, MADE, SCRAP,
            suffix="GROUP BY e.identifier, COALESCE(s.item, s.subject), p.counterpart",
        )  # fmt: skip
        by_role = "GROUP BY e.identifier, COALESCE(s.item, s.subject), g.role"
        parts = select_in(cursor, _BUILT, names, suffix=by_role) if built else []
    for work, item, other, amount in [*made, *parts]:
        what, sign = words[bytes(other) if not isinstance(other, str) else other]
        place = (names[bytes(work)], what, bytes(item))
        found[place] = found.get(place, 0) + sign * int(amount)
    return {place: amount for place, amount in found.items() if amount}


_keys: tuple[Directory, dict[bytes, str]] | None = None


def _item_keys(known: Directory) -> Mapping[bytes, str]:
    """Id of an item in the ledger → its URI; made once for each version of the catalog."""
    global _keys
    if _keys is None or _keys[0] is not known:
        _keys = (known, {key16(uri): uri for uri in known.items})
    return _keys[1]
