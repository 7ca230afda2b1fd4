"""What a report is declared by: its parameters, its columns, and what a row may hold. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from suyuan.catalog.directory import Directory
from suyuan.gs1.problems import N_, Problem
from suyuan.gs1.quantities import Quantity

MOST = 20_000  # rows of a report; a spreadsheet of them takes some three seconds
SEES = "trace.full:read"


class Kind(StrEnum):
    """What stands in a column. A number is set to the right and is one in a sheet; a thing has its code and URI there
    besides, a quantity its unit."""

    TEXT = "text"
    CODE = "code"
    NUMBER = "number"
    QUANTITY = "quantity"
    DATE = "date"
    MOMENT = "time"
    THING = "thing"
    STATE = "state"


class Page(StrEnum):
    """What a row or cell leads to, and what of it is named: ``THING`` uri · ``EVENT`` log, id (hex) · ``ORDER`` kind,
    key · ``ROW`` of a register: register, key · ``REPORT`` name, and its parameters · ``ADDRESS`` url, of a page of
    ours."""

    THING = "thing"
    EVENT = "event"
    ORDER = "order"
    ROW = "row"
    REPORT = "report"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class To:
    """Where something leads."""

    page: Page
    names: Mapping[str, str]


def to_thing(uri: str) -> To:
    return To(Page.THING, {"uri": uri})


def to_event(log: str, record: bytes) -> To:
    return To(Page.EVENT, {"log": log, "id": record.hex()})


def to_row(register: str, key: str) -> To:
    """The row of a register, where its fields can be filled in."""
    return To(Page.ROW, {"register": register, "key": key})


def to_report(name: str, **given: str) -> To:
    return To(Page.REPORT, {"name": name, **given})


@dataclass(frozen=True, slots=True)
class Word:
    """A word of ours, to be said in the reader's language: marked by `N_` where it stands. `params` fill its gaps."""

    text: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Linked:
    """A cell that leads somewhere: what stands in it, and where to."""

    value: "str | int | Decimal | Word"
    to: To


@dataclass(frozen=True, slots=True)
class Named:
    """A thing by its canonical URI; whoever shows it finds its name."""

    uri: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure by its common code (Rec 20), said in the reader's language."""

    code: str


@dataclass(frozen=True, slots=True)
class States:
    """States of goods by their codes."""

    codes: tuple[str, ...]


# Texts are data (names, numbers) and stay as they are; an empty cell is None or "".
Cell = str | int | Decimal | Quantity | date | datetime | Word | Linked | Named | Unit | States | None


@dataclass(frozen=True, slots=True)
class Column:
    """`title` marked by `N_`, unless it is no word of ours; `clause`: what asks for it, where the law does. `width`:
    its share of a paper. One that is not `needed` is left out on a phone."""

    title: str
    kind: Kind = Kind.TEXT
    clause: str = ""
    needed: bool = True
    width: float = 1.0


class Ask(StrEnum):
    """What a report lets somebody say beside the days and the warehouse."""

    ITEM = "item"
    LOT = "lot"
    LOT_UNTIL = "lot_until"
    PARTNER = "partner"
    CATEGORY = "category"
    TEAM = "team"


@dataclass(frozen=True, slots=True)
class Choice:
    """A parameter of a report's own: one of `choices` (value → word), the first without saying."""

    name: str
    title: str
    choices: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a report: the days from `since` to `until`, inclusive, in `zone`; `logs`: the warehouses, all of
    which the reader may see. `item` and `partner` as URIs, those that go on where they were merged; `category` by code,
    lots as typed; "" where nobody said.

    `window`: of these days the moments that are read, where they are read piece by piece. `values`: the choices of the
    report's own. `may`: permissions beside the report's own that the reader holds in all these warehouses. `reader`:
    whose account asks. `language`: of names. `known`: the catalog as it was when it was asked.
    """

    since: date
    until: date
    logs: tuple[str, ...]
    zone: ZoneInfo
    now: datetime
    language: str
    item: str = ""
    lot: str = ""
    lot_until: str = ""
    partner: str = ""
    category: str = ""
    team: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    may: frozenset[str] = frozenset()
    reader: str = ""
    most: int = MOST
    window: tuple[datetime, datetime] | None = None
    known: Directory | None = None

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @property
    def begins(self) -> datetime:
        """The first moment that is read."""
        if self.window:
            return self.window[0]
        return datetime(self.since.year, self.since.month, self.since.day, tzinfo=self.zone)

    @property
    def ends(self) -> datetime:
        """The first moment after what is read."""
        if self.window:
            return self.window[1]
        after = date.fromordinal(self.until.toordinal() + 1)
        return datetime(after.year, after.month, after.day, tzinfo=self.zone)


@dataclass(frozen=True, slots=True)
class Row:
    """A row: a cell for each column, where its number leads (`to`), and the state that colours its edge, which says
    nothing that no cell says."""

    cells: tuple[Cell, ...]
    to: To | None = None
    state: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """Points of a chart, None where there is none. `marked`: those that are to be seen (index → its sign, such as the
    number of a rule). `limit`: a line that is drawn thin and named at its end, and not a measurement."""

    title: str
    points: Sequence[float | None]
    marked: Mapping[int, str] = field(default_factory=dict)
    limit: bool = False


class Drawn(StrEnum):
    """How a chart is drawn."""

    LINE = "line"
    BAR = "bar"


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: `labels` below, one for each point of every series. `unit` stands beside the axis."""

    title: str
    labels: Sequence[str]
    series: Sequence[Series]
    drawn: Drawn = Drawn.LINE
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """What a report answers. `total`: how many rows there are where `rows` are not all; `notes` say what whoever reads
    it has to know; `facts`: words (marked) and what they are, shown above the table."""

    rows: Sequence[Row]
    charts: Sequence[Chart] = ()
    notes: Sequence[Problem] = ()
    facts: Sequence[tuple[str, Cell]] = ()
    total: int | None = None


class Group(StrEnum):
    """Where a report stands in the list."""

    LAW = "law"
    QUALITY = "quality"
    MARKET = "market"
    PEOPLE = "people"
    STOCK = "stock"


GROUPS: Mapping[Group, str] = {
    Group.LAW: N_("For authorities and inspectors"),
    Group.QUALITY: N_("Quality"),
    Group.MARKET: N_("Goods that went out"),
    Group.STOCK: N_("Stock and suppliers"),
    Group.PEOPLE: N_("People and work"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report. `name` stands in its address; `about` says in a sentence what it shows. `rows` answers what is asked,
    at most `Asked.most` rows and one more, so that it is seen when they are not all.

    `by_event`: each row is of one event, in the order of time, so that a file of many days is written piece by piece;
    its facts are counts, which are added. `summed`: where rows are sums over events, those of all pieces together.
    `law`: the text that asks for it; `keeps`: how long it has to be kept (a sentence). `asks`: what can be said beside
    days and warehouse; `choices`: parameters of its own. `period`: whether it is about days at all. `needs`:
    permissions beside `permission` that some columns want, told to `rows` as `Asked.may`. `bare`: its sheet has nothing
    but the table, for whoever reads it by machine; what belongs to it stands in a second sheet. `reads`: what its
    columns mean.
    """

    name: str
    title: str
    about: str
    group: Group
    columns: tuple[Column, ...]
    rows: Callable[[Asked], Rows]
    asks: tuple[Ask, ...] = ()
    choices: tuple[Choice, ...] = ()
    period: bool = True
    permission: str = SEES
    needs: tuple[str, ...] = ()
    law: str = ""
    keeps: str = ""
    bare: bool = False
    by_event: bool = False
    summed: "Callable[[Sequence[Asked]], Rows] | None" = None
    meanings: tuple[str, ...] = ()
    empty: str = N_("Nothing in this time.")
    # Some reports have columns of what is asked; they say so here, and `columns` are those of an empty one.
    columns_of: Callable[[Asked], tuple[Column, ...]] | None = None

    def columns_for(self, asked: Asked) -> tuple[Column, ...]:
        return self.columns_of(asked) if self.columns_of else self.columns
