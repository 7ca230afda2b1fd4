"""A table that shows and exports the same cells: typed values, drawn by `cell.html`, written by `csv_lines`."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from suyuan.gs1.quantities import Quantity, decimal_text
from suyuan.ui.states import state
from suyuan.ui.things import Thing
from suyuan.ui.units import unit_name

NUMERIC = frozenset({"number", "quantity"})
# A spreadsheet takes these for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class States:
    """One or more states in a cell."""

    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """An identifier without a page of its own."""

    text: str


@dataclass(frozen=True, slots=True)
class Jump:
    """A text that leads to a page which is no thing's."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class DaysLeft:
    """How many days something is still good; `presses` says in a word that it is soon or urgent."""

    days: int
    presses: str = ""
    urgent: bool = False


Value = Jump | DaysLeft | str | int | Decimal | Quantity | date | datetime | Thing | States | Code | None


@dataclass(frozen=True, slots=True)
class Column:
    """`title` already translated; `kind` ``text``, ``number``, ``quantity``, ``time``, ``state``, ``thing``.

    One that is not `needed` is left out on a phone; the export has it. `places`: so many decimals all of its numbers
    show, so that they stand under each other.
    """

    title: str
    kind: str = "text"
    needed: bool = True
    places: int | None = None

    @property
    def classes(self) -> str:
        number = "text-end text-nowrap " if self.kind in NUMERIC else ""
        return number + ("" if self.needed else "d-none d-md-table-cell")


@dataclass(frozen=True, slots=True)
class Row:
    """`state` colours the edge of the row and says nothing that no cell says."""

    cells: tuple[Value, ...]
    state: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """`name` also names the export; `total` counts the rows there are, of which `rows` may be a page."""

    name: str
    columns: tuple[Column, ...]
    rows: Sequence[Row] = field(default_factory=tuple)
    empty: str = ""
    total: int | None = None
    export: str = ""

    @property
    def pairs(self) -> list[tuple[Row, list[tuple[Column, Value]]]]:
        """Each row with its cells beside their columns."""
        return [(row, list(zip(self.columns, row.cells, strict=True))) for row in self.rows]

    @property
    def hidden(self) -> int:
        return max(0, (self.total or 0) - len(self.rows))


def plain(value: Value) -> list[str]:
    """A cell as the columns of an export: a quantity and its unit apart, times with their offset."""
    match value:
        case None:
            return [""]
        case Quantity(amount=amount, unit=unit):
            return [decimal_text(amount), _(unit_name(unit))]
        case Decimal() | int():
            return [decimal_text(Decimal(value))]
        case datetime():
            return [timezone.localtime(value).isoformat(timespec="seconds")]
        case date():
            return [value.isoformat()]
        case States(codes=codes):
            return [", ".join(_(state(code).word) for code in codes)]
        case DaysLeft(days=days):
            return [str(days)]
        case Thing():
            return [harmless(value.name), harmless(value.code), value.uri]
        case Code(text=text) | Jump(text=text) | str(text):
            return [harmless(text)]


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def heads(column: Column) -> list[str]:
    """The titles over `plain`'s columns."""
    if column.kind == "quantity":
        return [column.title, _("Unit")]
    if column.kind == "thing":
        return [column.title, _("Code"), "URI"]
    return [column.title]


def widened(column: Column, value: Value) -> list[str]:
    """`plain`, as wide as the column's heads: an empty quantity leaves two cells empty."""
    cells = plain(value)
    return cells + [""] * (len(heads(column)) - len(cells))


class Echo:
    """A file that gives each line back to whoever writes it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(table: Table) -> Iterator[str]:
    """The whole table as CSV (RFC 4180) with a byte order mark, without which Excel misreads Chinese."""
    writer = csv.writer(Echo())
    yield "\ufeff"
    yield writer.writerow(flat(heads(column) for column in table.columns))
    for _row, cells in table.pairs:
        yield writer.writerow(flat(widened(column, value) for column, value in cells))


def flat(lists: Iterable[list[str]]) -> list[str]:
    return [text for texts in lists for text in texts]
