"""Where all that ever came in of a lot is now: in = out + stock + under way + …, from the double entry of the stock."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from django.db import connection
from django.utils.translation import gettext as _

from suyuan.desk.cards import Balance, shared_out
from suyuan.gs1.problems import N_
from suyuan.gs1.quantities import COUNT, Quantity, unscaled
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import PARTNERS
from suyuan.stock.book import DELIVERY, PACKED, PARTY, PLACE, TRANSIT
from suyuan.stock.facts import HOLDER_NAMES, VARIANCE
from suyuan.stock.queries import Placed, Stock, roots

_VARIANCE = "variance"
# Boundless holders as parts of the balance: what they took, less what they gave back. The others brought goods in.
_PARTS = (
    ("consumed", "consumed", N_("Used up")),
    ("scrap", "destroyed", N_("Destroyed")),
    ("sample", "sample", N_("Samples")),
    ("retired", "expired", N_("Retired")),
    (_VARIANCE, "unexplained", N_("Count differences")),
)
OPENING = "opening"
NOTHING_BACK: Mapping[str, int] = {DELIVERY: 0, PARTY: 0}
_SOURCES = frozenset({"external", "made", "transferred", OPENING})
_FLOWS = f"SELECT counterpart, SUM(quantity) FROM stock_posting WHERE log <> '{PARTNERS}' AND subject {{keys}}"
# What was there at the beginning is found, as a count finds things, but it is no difference: there was no book before.
_FOUND = (
    "SELECT p.counterpart, SUM(p.quantity) FROM stock_posting p "
    "JOIN ledger_record r ON r.log = p.log AND r.id = p.record "
    "WHERE r.biz_step = 'stock_taking' AND p.quantity > 0 AND p.subject {keys}"
)
_RETURNED = (
    "SELECT DISTINCT p.subject, p.owner FROM stock_posting p JOIN ledger_record r ON r.log = p.log AND r.id = p.record "
    "WHERE r.biz_step = 'shipping' AND r.disposition = 'returned' AND p.quantity > 0 AND p.subject {keys}"
)


def balance_of(subjects: Iterable[bytes], lying: Sequence[Stock], rows: Sequence[Placed], unit: str) -> Balance | None:
    """The balance of a lot (with its serials), `lying` and, with names, `rows` being where it is now; None for what
    never was in our stock.

    The same terms as `insight.balance` has, which tells them event by event; here by sums, since a page shows it.
    """
    flows = _flows(list(subjects))
    if not flows:
        return None
    return laid_out(flows, [row for row in rows if row.log != PARTNERS], unit or COUNT, sent_back(lying))


def sent_back(lying: Iterable[Stock]) -> dict[str, int]:
    """Kind of holder → how much (millionths) of what went back to a supplier stands there, under way or with him: what
    is his by that, loose or in a container. No statement where nothing is away.
    """
    away = [row for row in lying if (row.kind in (DELIVERY, PARTY) or row.gone) and row.log != PARTNERS]
    outer = roots(row.holder for row in away if row.kind == PACKED)
    stands = [(row, outer.get(row.holder, row)) for row in away]
    with connection.cursor() as cursor:
        found = select_in(cursor, _RETURNED, {at.subject for _row, at in stands})
    theirs = {(bytes(subject), bytes(owner)) for subject, owner in found}
    sums = dict(NOTHING_BACK)
    for row, at in stands:
        if (at.subject, at.owner) in theirs and at.kind in sums:
            sums[at.kind] += row.quantity
    return sums


def _flows(subjects: Sequence[bytes]) -> dict[str, int]:
    """What came (positive) and went over the edge of our books, by boundless holder; partners as external, and what was
    there at the beginning under a name of its own. Within the books both halves of a posting cancel.
    """
    with connection.cursor() as cursor:
        sums = select_in(cursor, _FLOWS, subjects, suffix=" GROUP BY counterpart")
    flows: dict[str, int] = {}
    for counterpart, amount in cast(list[tuple[Any, Any]], sums):
        name = HOLDER_NAMES.get(bytes(counterpart), "external")
        flows[name] = flows.get(name, 0) + int(amount)
    opening = _found(subjects) if _VARIANCE in flows else 0
    if opening:
        flows |= {OPENING: opening, _VARIANCE: flows[_VARIANCE] - opening}
    return flows


def _found(subjects: Sequence[bytes]) -> int:
    """How much of it a stock-taking found."""
    with connection.cursor() as cursor:
        sums = select_in(cursor, _FOUND, subjects, suffix=" GROUP BY p.counterpart")
    return sum(int(amount) for counterpart, amount in sums if bytes(counterpart) == VARIANCE)


def laid_out(
    flows: Mapping[str, int], rows: Iterable[Placed], unit: str, back: Mapping[str, int] = NOTHING_BACK
) -> Balance:
    """Pure. `flows` in millionths by boundless holder, positive inward; partners count as external, `opening` is
    beside them. `back`: what of the rows under way and with partners went back to suppliers.
    """
    # What partners say that they have packed of what they had from us is with them, and has not come in.
    now: dict[str, int] = {PARTY: max(-flows.get("external", 0), 0)}
    entered = sum(amount for name, amount in flows.items() if name in _SOURCES) + now[PARTY]
    for row in rows:
        now[row.kind] = now.get(row.kind, 0) + int(row.quantity * 1_000_000)
    parts = [
        ("in_stock", _("In stock"), now.get(PLACE, 0) + now.get(PACKED, 0)),
        ("transit", _("Under way"), now.get(TRANSIT, 0) + now.get(DELIVERY, 0) - back[DELIVERY]),
        ("shipped", _("With customers"), now.get(PARTY, 0) - back[PARTY]),
        ("rejected", _("Sent back to suppliers"), back[DELIVERY] + back[PARTY]),
        *((state, _(word), -flows.get(name, 0)) for name, state, word in _PARTS),
    ]
    shown = [(state, word, Quantity(unscaled(amount), unit)) for state, word, amount in parts]
    unexplained = Quantity(unscaled(flows.get("unexplained", 0)), unit)
    opening = Quantity(unscaled(flows[OPENING]), unit) if OPENING in flows else None
    return shared_out(Quantity(unscaled(entered), unit), shown, unexplained, opening)
