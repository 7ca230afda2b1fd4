"""How complete the key data elements of FSMA 204 are: by lot, by supplier, and what is missing with where it is filled
in."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal

from suyuan.gs1.problems import N_, Problem
from suyuan.insight.reports.declared import (
    Ask,
    Asked,
    Choice,
    Column,
    Group,
    Kind,
    Linked,
    Named,
    Report,
    Row,
    Rows,
    To,
    Word,
    to_thing,
)
from suyuan.insight.reports.fsma import LAW, LISTED, NEEDED, Kdes, sets_of

BY = {"lot": N_("Lot"), "supplier": N_("Partner"), "missing": N_("What is missing")}
WORDS: Mapping[str, str] = {
    "name": N_("Name"), "street": N_("Street and number"), "city": N_("City"), "state": N_("Province"),
    "zip": N_("Postcode"), "country": N_("Country"), "phone": N_("Telephone of the company"), "tlc_batch": N_("Lot"),
    "qty": N_("Quantity"), "uom": N_("Unit"), "product_desc": N_("Description of the item"),
    "event_date": N_("Date of the event"), "ref_doc_type": N_("Reference document"),
    "ref_doc_no": N_("Reference document"),
}  # fmt: skip
SIDES = frozenset({"from", "to", "tlcs"})


@dataclass(frozen=True, slots=True)
class Score:
    """How many key data elements are wanted and how many of them there are, in how many sets."""

    sets: int
    wanted: int
    there: int

    @property
    def percent(self) -> Decimal:
        """Rounded down, so that 100 is said of what is complete alone."""
        return (Decimal(100 * self.there) / (self.wanted or 1)).quantize(Decimal("0.1"), ROUND_DOWN)


@dataclass(slots=True)
class Tally:
    """Sets of key data elements, counted one by one: what is missing how often, and where each is filled in."""

    sets: int = 0
    wanted: int = 0
    lacking: Counter[str] = field(default_factory=Counter)
    fixes: dict[str, To] = field(default_factory=dict)

    def add(self, one: Kdes) -> None:
        self.sets += 1
        self.wanted += len(NEEDED[one.cte])
        for name in one.missing:
            self.lacking[name] += 1
            self.fixes.setdefault(name, one.fixes[name])

    @property
    def score(self) -> Score:
        return Score(self.sets, self.wanted, self.wanted - self.lacking.total())


def score(sets: Iterable[Kdes]) -> Score:
    whole = Tally()
    for one in sets:
        whole.add(one)
    return whole.score


def by_partner(sets: Iterable[Kdes]) -> dict[str, Score]:
    """Partner (URI) → how complete the sets of goods are that came from or went to it."""
    found = Tallies(partner_of)
    for one in sets:
        found.add(one)
    return {uri: tally.score for uri, tally in found.by.items()}


def partner_of(one: Kdes) -> str:
    return one.partner.uri if one.partner.register == "partners" else ""


class Tallies:
    """Sets by what `key` says they are of, empty for nothing."""

    def __init__(self, key: Callable[[Kdes], str]) -> None:
        self.key, self.by = key, dict[str, Tally]()

    def add(self, one: Kdes) -> None:
        if uri := self.key(one):
            self.by.setdefault(uri, Tally()).add(one)

    def rows(self) -> list[Row]:
        """The least complete first."""
        order = sorted(self.by.items(), key=lambda pair: (pair[1].score.percent, pair[0]))
        return [_scored(uri, tally) for uri, tally in order]


def _scored(uri: str, tally: Tally) -> Row:
    one, lacking = tally.score, tally.lacking.most_common(1)
    worst = Linked(one.wanted - one.there, tally.fixes[lacking[0][0]]) if lacking else 0
    state = "" if one.there == one.wanted else "pending"
    return Row((Named(uri), one.sets, one.wanted, one.there, worst, one.percent), to_thing(uri), state)


@dataclass(slots=True)
class Gap:
    """Something that is missing and is filled in at one place, whatever it is wanted for; goods that lack it."""

    what: str
    to: To
    example: str
    count: int = 0


class Gaps:
    """Each thing that is missing once for each place where it is filled in."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, ...], Gap] = {}

    def add(self, one: Kdes) -> None:
        for name in one.missing:
            side, _, part = name.partition("_")
            to, what = one.fixes[name], part if side in SIDES else name
            key = (what, to.page, *(text for pair in sorted(to.names.items()) for text in pair))
            self.found.setdefault(key, Gap(what, to, one.goods.uri)).count += 1

    def rows(self) -> list[Row]:
        """The most wanted first."""
        gaps = [gap for _key, gap in sorted(self.found.items(), key=lambda pair: (-pair[1].count, pair[0]))]
        return [
            Row((Word(WORDS[gap.what]), Linked(place_of(gap.to), gap.to), gap.count, Named(gap.example)), gap.to,
                "pending")
            for gap in gaps
        ]  # fmt: skip


GROUPED: Mapping[str, Callable[[], Tallies | Gaps]] = {
    "lot": lambda: Tallies(lambda one: one.goods.uri),
    "supplier": lambda: Tallies(partner_of),
    "missing": Gaps,
}


def complete(asked: Asked) -> Rows:
    return summed([asked])


def summed(parts: Sequence[Asked]) -> Rows:
    """What is asked in pieces, as sums of all of them: no piece but the one that is read is in memory."""
    whole, grouped, notes = Tally(), GROUPED[parts[0].values["by"]](), dict[str, Problem]()
    for part in parts:
        notes |= {note.code: note for note in _counted(part, whole, grouped)}
    sum_ = whole.score
    facts = [
        (N_("Sets of key data elements"), sum_.sets),
        (N_("Elements needed"), sum_.wanted),
        (N_("Elements there"), sum_.there),
        (N_("Complete, %"), sum_.percent if sum_.wanted else None),
    ]
    return Rows(grouped.rows()[: parts[0].most + 1], notes=list(notes.values()), facts=facts)


def _counted(part: Asked, *tallies: Tally | Tallies | Gaps) -> list[Problem]:
    """Count the sets of a piece, which are gone before the next is read; what is not in it."""
    sets, notes = sets_of(part)
    for one in sets:
        for tally in tallies:
            tally.add(one)
    return notes


def place_of(to: To) -> str:
    """What is to be filled in there, by its key or number."""
    return to.names.get("key") or to.names.get("id", "")[:8] or to.names.get("uri", "").rsplit("/", 1)[-1]


SCORED = (
    Column(N_("Sets"), Kind.NUMBER),
    Column(N_("Elements needed"), Kind.NUMBER, needed=False),
    Column(N_("Elements there"), Kind.NUMBER, needed=False),
    Column(N_("Missing"), Kind.NUMBER),
    Column(N_("Complete, %"), Kind.NUMBER),
)


def columns_of(asked: Asked) -> tuple[Column, ...]:
    if asked.values["by"] == "missing":
        return (
            Column(N_("What is missing")),
            Column(N_("Filled in at")),
            Column(N_("Sets"), Kind.NUMBER),
            Column(N_("For example"), Kind.THING, needed=False),
        )
    first = N_("Partner") if asked.values["by"] == "supplier" else N_("Lot")
    return (Column(first, Kind.THING, width=1.6), *SCORED)


COMPLETENESS = Report(
    name="fsma-completeness",
    title=N_("FSMA 204: completeness of key data elements"),
    about=N_("How complete what the FDA asks for is, by lot and partner; what is missing, and where it is filled in."),
    group=Group.LAW,
    law=LAW,
    asks=(Ask.ITEM, Ask.LOT, Ask.LOT_UNTIL, Ask.CATEGORY),
    choices=(Choice("by", N_("Grouped by"), BY), LISTED),
    columns=(Column(N_("Lot"), Kind.THING, width=1.6), *SCORED),
    columns_of=columns_of,
    rows=complete,
    summed=summed,
    meanings=(
        N_("Needed is what the rule names for the event: of a receipt or shipment lot, amount, item, both places with "
           "address and telephone, who assigned the lot code, and a document."),
        N_("The number of what is missing leads to where most of it is filled in."),
    ),
    empty=N_("Nothing of this happened in these days."),
)  # fmt: skip
REPORTS = (COMPLETENESS,)
