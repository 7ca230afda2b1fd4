"""A mass balance on paper: the same equations, goods and transformations as the page has."""

from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from suyuan.desk.massbalance_asked import Asked
from suyuan.desk.massbalance_sums import Weighed
from suyuan.desk.massbalance_table import TOTAL_IN, TOTAL_OUT, WORDS, Equation, Figure, in_order
from suyuan.gs1.quantities import Quantity, unscaled
from suyuan.insight.balance import INWARD, OUTWARD, Account, Key, Term
from suyuan.ui.formats import grouped_number
from suyuan.ui.papers import Listing, Paper, Row
from suyuan.ui.tables import Table, plain
from suyuan.ui.things import Thing
from suyuan.ui.units import unit_name


def paper_of(
    asked: Asked,
    sums: Sequence[Equation],
    found: Weighed,
    name: Callable[[bytes], Thing | None],
    made: Table,
    about: str,
) -> Paper:
    """The paper of goods or of everything in a period."""
    accounts = found.accounts
    listings = [*map(_equation, sums), *([_by_goods(accounts, name)] if len(accounts) > len(sums) else [])]
    shown = _("{shown} of {total}, those that moved last").format(
        shown=grouped_number(len(accounts)), total=grouped_number(found.total or 0)
    )
    more = ((_("Lots listed"), shown),) if found.total else ()
    return _paper(asked, about, [*listings, *([_table(made)] if made.rows else [])], more)


def paper_of_work(asked: Asked, about: str, items: Table, made: Table, yields: str) -> Paper:
    """The paper of a work order."""
    return _paper(asked, about, [_table(items), *([_table(made)] if made.rows else [])], ((_("Yield"), yields),))


def _paper(asked: Asked, about: str, listings: Sequence[Listing], more: tuple[tuple[str, str], ...] = ()) -> Paper:
    address = asked.address
    since = address.since.isoformat() if address.since else _("from the beginning")
    facts = (
        (_("From"), since),
        (_("Until"), address.until.isoformat()),
        (_("Warehouses"), ", ".join(choice.name for choice in asked.warehouses if choice.code in asked.logs)),
        (_("Made at"), date_format(localtime(asked.desk.now), "Y-m-d H:i")),
        *more,
    )
    return Paper(_("Mass balance"), about, facts, tuple(listings), page_word=_("Page {page}"))


def _equation(one: Equation) -> Listing:
    """Both sides beside each other, their sums below."""
    unit = _(unit_name(one.unit))
    rows = [
        Row((*_sides(left), *_sides(right))) for left, right in zip_longest(one.inward, one.outward, fillvalue=None)
    ]
    rows.append(Row((_(TOTAL_IN), _text(one.entered), _(TOTAL_OUT), _text(one.left))))
    rows.append(Row(("", "", _(WORDS[Term.UNEXPLAINED]), _text(one.unexplained.quantity))))
    heads = (_("What came in"), unit, _("What became of it"), unit)
    return Listing(heads, tuple(rows), (3, 2, 3, 2), frozenset({1, 3}))


def _sides(one: Figure | None) -> tuple[str, str]:
    return (one.word, _text(one.quantity)) if one else ("", "")


def _text(quantity: Quantity) -> str:
    return grouped_number(quantity.amount)


def _by_goods(accounts: Mapping[Key, Account], name: Callable[[bytes], Thing | None]) -> Listing:
    """What a table has in columns as words, since a page of paper is narrow."""
    rows = tuple(
        Row((
            str(name(key) or key.hex()), _(unit_name(code)), _told(account, INWARD), _told(account, OUTWARD),
            grouped_number(unscaled(account.unexplained)),
        ))
        for (key, code), account in in_order(accounts, name)
    )  # fmt: skip
    heads = (_("Goods"), _("Unit"), _("What came in"), _("What became of it"), _(WORDS[Term.UNEXPLAINED]))
    return Listing(heads, rows, (3, 1, 3.5, 3.5, 1.2), frozenset({4}))


def _told(account: Account, terms: Sequence[Term]) -> str:
    said = [f"{_(WORDS[term])} {grouped_number(unscaled(account[term]))}" for term in terms if account[term]]
    total = sum(account[term] for term in terms)
    return " · ".join(said) + (f" = {grouped_number(unscaled(total))}" if len(said) > 1 else "")


def _table(table: Table) -> Listing:
    rows = tuple(Row(tuple(" ".join(plain(value)[:2]) for value in row.cells)) for row in table.rows)
    numbers = frozenset(n for n, column in enumerate(table.columns) if column.kind == "number")
    return Listing(tuple(column.title for column in table.columns), rows, (1.5,) * len(table.columns), numbers)
