"""A mass balance as people read it: an equation for each unit, a table by goods, and the events behind a figure."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from suyuan.catalog.directory import directory
from suyuan.desk.events import signed, told_by
from suyuan.desk.massbalance_asked import Address, Asked
from suyuan.desk.massbalance_sums import AFTER, Behind, Weighed
from suyuan.desk.naming import Names
from suyuan.gs1.identifiers import ID_ORIGIN
from suyuan.gs1.problems import N_
from suyuan.gs1.quantities import Quantity, unscaled
from suyuan.insight.balance import INWARD, OUTWARD, Account, Key, Term
from suyuan.insight.balance_making import Making, Sums, yields
from suyuan.ledger.keys import moment
from suyuan.orders.amounts import item_keys
from suyuan.stock.queries import uris_of
from suyuan.ui.formats import grouped_number
from suyuan.ui.tables import Code, Column, Jump, Row, Table, Value
from suyuan.ui.things import Thing
from suyuan.ui.units import unit_name
from suyuan.ui.words import step_word

WORDS = {
    Term.OPENING: N_("In stock at the beginning"),
    Term.OPENING_WAY: N_("Under way at the beginning"),
    Term.STARTED: N_("Entered as opening stock"),
    Term.RECEIVED: N_("Received"),
    Term.MADE: N_("Made"),
    Term.RENAMED_IN: N_("From other lot numbers"),
    Term.RETURNED: N_("Returned by customers"),
    Term.MOVED_IN: N_("From other warehouses"),
    Term.CLOSING: N_("In stock"),
    Term.CLOSING_WAY: N_("Under way"),
    Term.SHIPPED: N_("Shipped to customers"),
    Term.SENT_BACK: N_("Sent back to suppliers"),
    Term.CONSUMED: N_("Used up"),
    Term.RENAMED_OUT: N_("Under other lot numbers"),
    Term.SAMPLE: N_("Samples"),
    Term.SCRAP: N_("Destroyed"),
    Term.RETIRED: N_("Retired"),
    Term.DIFFERENCE: N_("Count differences"),
    Term.MOVED_OUT: N_("To other warehouses"),
    Term.UNEXPLAINED: N_("Unexplained"),
}
TOTAL_IN, TOTAL_OUT = N_("Came in, all together"), N_("Accounted for")


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of an equation and the address of the events behind it."""

    word: str
    quantity: Quantity
    url: str


@dataclass(frozen=True, slots=True)
class Equation:
    """What came in and where it is, in one unit."""

    unit: str
    inward: tuple[Figure, ...]
    outward: tuple[Figure, ...]
    entered: Quantity
    left: Quantity
    unexplained: Figure

    @property
    def holds(self) -> bool:
        return not self.unexplained.quantity.amount


def called(keys: Iterable[bytes], language: str) -> Callable[[bytes], Thing | None]:
    """Ids of goods and items → the things with their names."""
    wanted = set(keys)
    items = item_keys(directory())
    uris = {key: items[key] for key in wanted if key in items} | uris_of(wanted - items.keys())
    names = Names(uris.values(), language)
    return lambda key: names.thing(uris[key]) if key in uris else None


def equations(sums: Mapping[str, Account], address: Address) -> list[Equation]:
    return [_equation(code, account, address) for code, account in sums.items()]


def _equation(code: str, account: Account, address: Address) -> Equation:
    def figure(term: Term) -> Figure:
        return Figure(_(WORDS[term]), Quantity(unscaled(account[term]), code), address.url(term=term, unit=code))

    return Equation(
        code,
        tuple(figure(term) for term in INWARD if account[term]),
        tuple(figure(term) for term in OUTWARD if account[term]),
        Quantity(unscaled(account.entered), code),
        Quantity(unscaled(account.left), code),
        figure(Term.UNEXPLAINED),
    )


# -- by goods ---------------------------------------------------------------------------------------------------------


def by_goods(found: Weighed, asked: Asked, name: Callable[[bytes], Thing | None], most: int) -> Table:
    """A row for each lot or item and unit, at most `most`, and the sums of each unit; numbers lead to their events."""
    rows = list(rows_of(found, asked, name, most=most, linked=True))
    total = max(found.total or 0, len(found.accounts))
    total += len(found.sums) if total > len(found.sums) else 0
    return Table(_("Mass balance"), columns_of(found), rows, _("Nothing of this was ever in these warehouses."), total)


def columns_of(found: Weighed) -> tuple[Column, ...]:
    inward, outward = _terms(found)
    return (
        Column(_("Goods"), "thing"),
        Column(_("Unit")),
        *(Column(_(WORDS[term]), "number", needed=False) for term in inward),
        Column(_(TOTAL_IN), "number"),
        *(Column(_(WORDS[term]), "number", needed=term is Term.CLOSING) for term in outward),
        Column(_(TOTAL_OUT), "number"),
        Column(_(WORDS[Term.UNEXPLAINED]), "number"),
    )


def _terms(found: Weighed) -> tuple[list[Term], list[Term]]:
    """Those that say something, inward and outward."""
    every = (*found.accounts.values(), *found.sums.values())
    said = {term for one in every for term, amount in one.terms.items() if amount}
    return [term for term in INWARD if term in said], [term for term in OUTWARD if term in said]


def rows_of(
    found: Weighed,
    asked: Asked,
    name: Callable[[bytes], Thing | None],
    *,
    most: int | None = None,
    linked: bool = False,
) -> Iterator[Row]:
    """One after the other, since a file has all lots of an item."""
    inward, outward = _terms(found)

    def row(what: Value, code: str, account: Account, address: Address, of: str = "") -> Row:
        def cell(term: Term) -> Value:
            amount = unscaled(account[term])
            lead = linked and (account[term] or term is Term.UNEXPLAINED)
            return Jump(grouped_number(amount), address.url(term=term, unit=code, of=of)) if lead else amount

        cells = (
            what, _(unit_name(code)), *map(cell, inward), unscaled(account.entered), *map(cell, outward),
            unscaled(account.left), cell(Term.UNEXPLAINED),
        )  # fmt: skip
        return Row(cells, "rejected" if account.unexplained else "")

    for (key, code), account in in_order(found.accounts, name)[:most]:
        thing = name(key)
        id_ = thing.uri.removeprefix(ID_ORIGIN) if thing else ""
        whole = asked.whole and bool(id_)
        address = replace(asked.address, ids=(id_,)) if whole else asked.address
        yield row(thing or Code(key.hex()), code, account, address, "" if whole else id_)
    if max(found.total or 0, len(found.accounts)) > len(found.sums):
        yield from (row(_("Sum"), code, account, asked.address) for code, account in found.sums.items())


def in_order(accounts: Mapping[Key, Account], name: Callable[[bytes], Thing | None]) -> list[tuple[Key, Account]]:
    """What is not explained first, then by name."""
    return sorted(accounts.items(), key=lambda one: (not one[1].unexplained, str(name(one[0][0])), one[0][1]))


# -- the events behind a figure ---------------------------------------------------------------------------------------


def events(found: Behind, desk_language: str) -> Table:
    """The events, the latest first."""
    happened = {event.id: event for event in signed(told_by({entry.record for entry, _amount in found.entries}))}
    name = called({entry.key for entry, _amount in found.entries}, desk_language)
    names = Names({event.partner for event in happened.values()}, desk_language)
    columns = (
        Column(_("Time"), "time"),
        Column(_("What")),
        Column(_("Goods"), "thing"),
        Column(_("Quantity"), "quantity"),
        Column(_("Partner"), "thing", needed=False),
        Column(_("By"), needed=False),
        Column(_("Log"), needed=False),
        Column(_("Record"), needed=False),
    )
    rows = [
        Row((
            moment(entry.at), _(step_word(entry.step, entry.disposition, entry.type)), name(entry.key),
            Quantity(unscaled(amount), found.code),
            names.thing(event.partner) if event and event.partner else None, event.actor if event else "",
            event.log if event else entry.log, Code(event.key) if event else None,
        ))
        for entry, amount in found.entries
        for event in [happened.get(entry.record)]
    ]  # fmt: skip
    if found.before and found.many == len(found.entries):
        first = _(WORDS[AFTER[found.term]])
        rows.append(Row((None, first, None, Quantity(unscaled(found.before), found.code), None, "", "", None)))
    return Table(_(WORDS[found.term]), columns, rows, _("No event is behind this."), found.many)


# -- transformations --------------------------------------------------------------------------------------------------


def makings_table(told: Sequence[Making], most: int | None = None) -> Table:
    """What was put in and what came out, each transformation a row."""
    columns = (
        Column(_("Time"), "time"),
        Column(_("Put in")),
        Column(_("Came out")),
        Column(_("Scrapped"), needed=any(one.lost for one in told)),
        Column(_("Yield")),
        Column(_("Log"), needed=False),
    )
    rows = [
        Row(
            (moment(one.at), amounts(one.put_in), amounts(one.made), amounts(one.lost), percents(one.yields()), one.log)
        )
        for one in told[:most]
    ]
    return Table(_("Transformations"), columns, rows, total=len(told))


def amounts(sums: Sums) -> str:
    """Each unit for itself."""
    found: dict[str, int] = {}
    for (_item, code), amount in sums.items():
        found[code] = found.get(code, 0) + amount
    return " + ".join(f"{grouped_number(unscaled(found[code]))} {_(unit_name(code))}" for code in sorted(found))


DIMENSIONS = {"count": N_("pieces"), "mass": N_("mass"), "volume": N_("volume"), "length": N_("length")}


def percents(found: Mapping[str, float]) -> str:
    """98.2 % (mass), 100 % (pieces)"""
    return ", ".join(
        f"{Decimal(100 * share):.1f} % ({_(DIMENSIONS.get(dimension, dimension))})"
        for dimension, share in sorted(found.items())
    )


def by_item(told: Sequence[Making], name: Callable[[bytes], Thing | None]) -> Table:
    """What a work order took and gave, each item a row."""
    sides: list[dict[tuple[bytes, str], int]] = [{}, {}, {}]
    for one in told:
        for side, sums in zip(sides, (one.put_in, one.made, one.lost), strict=True):
            for key, amount in sums.items():
                side[key] = side.get(key, 0) + amount
    columns = (
        Column(_("Item"), "thing"),
        Column(_("Unit")),
        Column(_("Put in"), "number"),
        Column(_("Came out"), "number"),
        Column(_("Scrapped"), "number"),
    )
    keys = sorted({*sides[0], *sides[1], *sides[2]}, key=lambda key: (key not in sides[1], str(name(key[0])), key[1]))
    rows = [
        Row((name(key) or Code(key.hex()), _(unit_name(code)), *(unscaled(side.get((key, code), 0)) for side in sides)))
        for key, code in keys
    ]
    return Table(_("Mass balance"), columns, rows, _("Nothing was made for this order yet."))


def work_yield(told: Sequence[Making]) -> str:
    """Of all of them together."""
    put_in: Sums = {}
    made: Sums = {}
    for one in told:
        for sums, side in ((put_in, one.put_in), (made, one.made)):
            for key, amount in side.items():
                sums[key] = sums.get(key, 0) + amount
    return percents(yields(put_in, made))
