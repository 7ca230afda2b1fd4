"""What pages show, as values: the views fill these in, the templates draw them, tests compare them."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.utils.safestring import SafeString

from suyuan.desk.graphs import Graph
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import Quantity
from suyuan.ui.frame import Choice, Link
from suyuan.ui.tables import Table, Value
from suyuan.ui.things import Thing


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of what is known for good; `label` translated."""

    label: str
    value: Value


@dataclass(frozen=True, slots=True)
class Block:
    """Why goods may not move: one of the blocks stacked on them. `release`: the page that lifts it, where one may."""

    state: str
    reason: str
    since: datetime | None = None
    actor: str = ""
    id: str = ""
    release: str = ""


@dataclass(frozen=True, slots=True)
class FlowRow:
    """A line of “where now”, “came from” or “went to”."""

    thing: Thing
    quantity: Quantity | None = None
    state: str = ""
    inside: Thing | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """A column of the lot page. `figures` are its big numbers with a word each; `more` counts the rows not shown."""

    figures: tuple[tuple[Value, str], ...] = ()
    rows: tuple[FlowRow, ...] = ()
    more: int = 0
    tab: str = ""
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of the balance: where some of what came in is now."""

    state: str
    word: str
    quantity: Quantity
    percent: float = 0
    start: float = 0


@dataclass(frozen=True, slots=True)
class Balance:
    """in = out + stock + transit + …; `unexplained` is a number of its own, `opening` what of `entered` was there from
    the beginning.
    """

    entered: Quantity
    shares: tuple[Share, ...]
    unexplained: Quantity
    opening: Quantity | None = None


@dataclass(frozen=True, slots=True)
class Tab:
    """A panel with an id that stands in the address; one without a table is fetched from `url` when it is opened."""

    id: str
    title: str
    table: Table | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """A step of the way, for the timeline."""

    time: datetime
    word: str
    place: Thing | None
    quantity: Quantity | None
    actor: str
    state: str = ""
    event: str = ""
    partner: Thing | None = None
    outward: bool = False


@dataclass(frozen=True, slots=True)
class Proof:
    """That an event stands in the signed tree of its log. Index and size are None while it waits for its leaf."""

    log: str
    event: str
    word: str
    index: int | None
    size: int | None
    download: str = ""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The signed head of a log's tree."""

    log: str
    size: int
    root: str
    signed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which rows are wanted: of these kinds (none: all), with something in these days; `since` and `until` as typed,
    `begins` and `ends` in microseconds.
    """

    kinds: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    begins: int | None = None
    ends: int | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def is_set(self) -> bool:
        return bool(self.kinds) or self.begins is not None or self.ends is not None

    @property
    def query(self) -> str:
        pairs = [*(("kind", kind) for kind in self.kinds), ("from", self.since), ("to", self.until)]
        return urlencode([(name, value) for name, value in pairs if value])


@dataclass(frozen=True, slots=True)
class FloorMap:
    """A warehouse with discs where goods lie. `beside`: how many of the places have no spot on the plan."""

    name: str
    svg: SafeString | str
    beside: int


@dataclass(frozen=True, slots=True)
class Panel:
    """What a tab shows when it is opened: a table, or the proofs of events.

    `filter`: what narrows the table, by which `choices` of kinds, and in a sentence what that hides; it is asked of
    `action` with the `fixed` fields, of whose answer this is the `part`. `maps`: plans on which it lies.
    """

    thing: Thing
    id: str
    title: str
    table: Table | None = None
    proofs: tuple[Proof, ...] = ()
    checkpoints: tuple[Checkpoint, ...] = ()
    filter: Filter | None = None
    choices: tuple[Choice, ...] = ()
    hidden: str = ""
    maps: tuple[FloorMap, ...] = ()
    action: str = ""
    fixed: tuple[tuple[str, str], ...] = ()
    part: str = "#panel"


@dataclass(frozen=True, slots=True)
class Broken:
    """How much of an answer is fully linked, and its gaps by class: the word of each and how many there are."""

    percent: str
    shares: tuple[tuple[Quantity, Quantity], ...]
    things: int
    linked: int
    classes: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Summed:
    """All that came of goods in sums: big numbers with a word each, who has most of it, where most of ours stands."""

    figures: tuple[tuple[Value, str], ...]
    parties: Table
    places: Table


@dataclass(frozen=True, slots=True)
class ThingPage:
    """Everything about one thing; a section that does not apply is None or empty.

    `whole` is the address of the page with the whole trace, where this one only has the nearest steps, or the `summed`
    ones.
    """

    thing: Thing
    title: str
    states: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    blocks: tuple[Block, ...] = ()
    where: Flow | None = None
    came: Flow | None = None
    went: Flow | None = None
    balance: Balance | None = None
    graph: Graph | None = None
    timeline: tuple[Moment, ...] = ()
    earlier: int = 0
    tabs: tuple[Tab, ...] = ()
    whole: str = ""
    summed: Summed | None = None
    gaps: tuple[str, ...] = ()
    broken: Broken | None = None
    actions: tuple[Link, ...] = ()


def shared_out(
    entered: Quantity,
    parts: list[tuple[str, str, Quantity]],
    unexplained: Quantity,
    opening: Quantity | None = None,
) -> Balance:
    """Lay (state, word, quantity) side by side as percentages of what came in; parts of nothing are left out."""
    total = sum((quantity.amount for _, _, quantity in parts), start=unexplained.amount)
    shares, start = [], 0.0
    for state, word, quantity in parts:
        if not quantity.amount or not total:
            continue
        percent = float(100 * quantity.amount / total)
        shares.append(Share(state, word, quantity, percent, start))
        start += percent
    return Balance(entered, tuple(shares), unexplained, opening)
