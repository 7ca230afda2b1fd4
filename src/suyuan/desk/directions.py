"""The three columns of the page of goods: where now, came from, went to."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from suyuan.desk.cards import Flow, FlowRow
from suyuan.desk.naming import Names
from suyuan.gs1.quantities import COUNT, Quantity, unscaled
from suyuan.stock.queries import Placed
from suyuan.trace.answer import Found, Trace
from suyuan.trace.parties import Share
from suyuan.ui.tables import Value

TOP = 6  # rows of a column of the page; all of them are in a tab


def where_now(rows: Sequence[Placed], names: Names) -> Flow:
    """Ours, by place; under way by shipment. What customers have stands under “went to”."""
    figures: list[tuple[Value, str]] = []
    for kinds, word in ((("place", "container"), _("in stock")), (("transit", "delivery"), _("under way"))):
        sums = summed((row.unit, row.quantity) for row in rows if row.kind in kinds)
        figures += [(quantity, word) for quantity in sums]
    shown = [row for row in rows if row.kind in ("place", "container")]
    listed = tuple(
        FlowRow(
            names.thing(row.place),
            Quantity(row.quantity, row.unit or COUNT),
            row.state.value,
            names.thing(row.container, "container") if row.container else None,
        )
        for row in sorted(shown, key=lambda row: -row.quantity)[:TOP]
    )
    return Flow(tuple(figures), listed, max(0, len(shown) - TOP), "stock", _("Nothing of it is with us."))


def where_lying(answer: Trace, names: Names) -> Flow:
    """The same of all goods of an answer, by place."""
    figures: list[tuple[Value, str]] = []
    for under_way, word in ((False, _("in stock")), (True, _("under way"))):
        sums = summed((one.unit, unscaled(one.quantity)) for one in answer.stock if one.under_way == under_way)
        figures += [(quantity, word) for quantity in sums]
    places: dict[tuple[str, str], Decimal] = {}
    for one in answer.stock:
        if one.place and not one.under_way:
            places[one.place, one.unit] = places.get((one.place, one.unit), Decimal(0)) + unscaled(one.quantity)
    ordered = sorted(places.items(), key=lambda entry: -entry[1])
    rows = tuple(FlowRow(names.thing(place), Quantity(amount, unit)) for (place, unit), amount in ordered[:TOP])
    return Flow(tuple(figures), rows, max(0, len(ordered) - TOP), "where", _("Nothing of it is with us."))


def summed(amounts: Iterable[tuple[str, Decimal]]) -> list[Quantity]:
    sums: dict[str, Decimal] = {}
    for unit, amount in amounts:
        sums[unit or COUNT] = sums.get(unit or COUNT, Decimal(0)) + amount
    return [Quantity(amount, unit) for unit, amount in sums.items()]


def came_from(answer: Trace, names: Names) -> Flow:
    """What was put in directly, and who supplied it."""
    direct = [found for found in answer.backward if found.depth == 1]
    suppliers = _parties(answer, "supplier")
    figures = _counts(answer.backward, len(suppliers), ngettext("supplier", "suppliers", len(suppliers)))
    rows = [_found_row(found, names) for found in direct]
    if not rows:
        rows = [_party_row(share, unit, names) for share, unit in suppliers]
    return Flow(figures, tuple(rows[:TOP]), max(0, len(rows) - TOP), "backward", _("No origin is recorded."))


def went_to(answer: Trace, names: Names) -> Flow:
    """Who has it, in whatever form."""
    customers = _parties(answer, "customer")
    count = len({share.party for share, _unit in customers})
    figures: list[tuple[Value, str]] = []
    if count:
        figures.append((count, ngettext("customer", "customers", count)))
        sums: dict[str, int] = {}
        for share, unit in customers:
            sums[unit or COUNT] = sums.get(unit or COUNT, 0) + share.quantity
        said = _("delivered or under way to them")
        figures += [(Quantity(unscaled(amount), unit), said) for unit, amount in sums.items()]
    elif answer.forward:
        figures += _counts(answer.forward, 0, "")
    ordered = sorted(customers, key=lambda entry: -entry[0].quantity)
    direct = [] if ordered else [found for found in answer.forward if found.depth == 1]
    rows = [_party_row(share, unit, names) for share, unit in ordered[:TOP]]
    return Flow(
        tuple(figures),
        tuple(rows or [_found_row(found, names) for found in direct[:TOP]]),
        max(0, len(ordered or direct) - TOP),
        "parties" if customers else "forward",
        _("It has gone nowhere yet."),
    )


def first_steps(found: Sequence[Found], names: Names) -> Flow:
    """Some of what is one step away, while nobody has counted how many there are."""
    rows = tuple(_found_row(one, names) for one in found[:TOP])
    return Flow(rows=rows, empty=_("To be seen in the whole way."))


def _counts(goods: Sequence[Found], parties: int, word: str) -> tuple[tuple[Value, str], ...]:
    lots = sum(1 for found in goods if found.kind in ("lot", "serial", "item"))
    figures: list[tuple[Value, str]] = [(lots, ngettext("lot", "lots", lots))] if lots else []
    return (*figures, (parties, word)) if parties else tuple(figures)


def _parties(answer: Trace, role: str) -> list[tuple[Share, str]]:
    return [(share, unit) for share, unit in answer.parties if share.role == role]


def _found_row(found: Found, names: Names) -> FlowRow:
    return FlowRow(names.thing(found.uri, found.kind), amount_of(found))


def _party_row(share: Share, unit: str, names: Names) -> FlowRow:
    return FlowRow(names.thing(share.party), Quantity(unscaled(share.quantity), unit or COUNT))


def amount_of(found: Found) -> Quantity | None:
    single = found.kind in ("serial", "container") or found.quantity is None
    return None if single else Quantity(unscaled(found.quantity or 0), found.unit or COUNT)
