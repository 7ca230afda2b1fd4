"""What came of goods of which very much came: sums in place of the graph and of a row for each thing."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from suyuan.desk.cards import Flow, FlowRow, Summed
from suyuan.desk.directions import TOP, summed
from suyuan.desk.naming import Names
from suyuan.gs1.quantities import Quantity, unscaled
from suyuan.trace.overview import Having, Overview, Standing
from suyuan.ui.tables import Column, Row, States, Table

SHOWN = 50


def summing(sums: Overview, names: Names, exports: tuple[str, str] = ("", "")) -> Summed:
    """The figures of all that came of goods, whoever has most of it, and where most of ours stands; `exports`: the
    addresses of both as files.
    """
    parties, places = exports
    return Summed(
        figures=tuple(figures(sums)),
        parties=having_table(sums.having, names, parties),
        places=standing_table(sums.standing, names, places),
    )


def figures(sums: Overview) -> Sequence[tuple[int | Quantity, str]]:
    """How many things, how much with us and with others, and with how many."""
    found: list[tuple[int | Quantity, str]] = [(sums.goods, _("lots and serials")), (sums.containers, _("containers"))]
    for under_way, word in ((False, _("in stock")), (True, _("under way"))):
        found += [(amount, word) for amount in amounts(one for one in sums.standing if one.under_way == under_way)]
    return [*found, *_with_parties(sums)]


def _with_parties(sums: Overview) -> Iterable[tuple[int | Quantity, str]]:
    count = len({one.party for one in sums.having})
    if count:
        yield count, ngettext("partner", "partners", count)
    yield from ((amount, _("with them or under way to them")) for amount in amounts(sums.having))


def amounts(parts: Iterable[Having | Standing]) -> list[Quantity]:
    """The sum of each unit."""
    return summed((one.unit, unscaled(one.quantity)) for one in parts)


def gone_to(sums: Overview, names: Names) -> Flow:
    """The column “went to”, by the book of stock."""
    rows = tuple(FlowRow(names.thing(one.party), quantity(one)) for one in sums.having[:TOP])
    more = max(0, len(sums.having) - TOP)
    return Flow(tuple(_with_parties(sums)), rows, more, "parties", _("It has gone nowhere yet."))


def named_in_sums(sums: Overview) -> set[str]:
    """What the card names."""
    return {one.party for one in sums.having[:SHOWN]} | {one.place for one in sums.standing[:SHOWN]} - {""}


def quantity(one: Having | Standing) -> Quantity:
    return Quantity(unscaled(one.quantity), one.unit)


def having_table(having: Sequence[Having], names: Names, export: str = "") -> Table:
    columns = (Column(_("Partner"), "thing"), Column(_("Quantity"), "quantity"))
    rows = [Row((names.thing(one.party), quantity(one))) for one in having[:SHOWN]]
    return Table("parties", columns, rows, _("Nobody has any of it."), len(having), export)


def standing_table(standing: Sequence[Standing], names: Names, export: str = "") -> Table:
    columns = (Column(_("Place"), "thing"), Column(_("Quantity"), "quantity"), Column(_("State"), "state"))
    rows = [
        Row((names.thing(one.place) if one.place else None, quantity(one), States((state_of(one),))), state_of(one))
        for one in standing[:SHOWN]
    ]
    return Table("stock", columns, rows, _("None of it is with us any more."), len(standing), export)


def state_of(one: Standing) -> str:
    return "transit" if one.under_way else one.status
