"""How complete the key data elements of FSMA 204 are: by lot, by supplier, and what is missing with where it is filled
in."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from suyuan.gs1.problems import N_
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


def score(sets: Iterable[Kdes]) -> Score:
    rows = list(sets)
    wanted = sum(len(NEEDED[one.cte]) for one in rows)
    return Score(len(rows), wanted, wanted - sum(len(one.missing) for one in rows))


def by_partner(sets: Iterable[Kdes]) -> dict[str, list[Kdes]]:
    """Partner (URI) → the sets of goods that came from or went to it."""
    return grouped((one for one in sets if one.partner.uri and one.partner.register == "partners"),
                   lambda one: one.partner.uri)  # fmt: skip


def grouped(sets: Iterable[Kdes], key: Callable[[Kdes], str]) -> dict[str, list[Kdes]]:
    found: dict[str, list[Kdes]] = {}
    for one in sets:
        found.setdefault(key(one), []).append(one)
    return found


def complete(asked: Asked) -> Rows:
    sets, notes = sets_of(asked)
    whole = score(sets)
    rows = {"lot": _lots, "supplier": _partners, "missing": _missing}[asked.values["by"]](sets)
    facts = [
        (N_("Sets of key data elements"), whole.sets),
        (N_("Elements needed"), whole.wanted),
        (N_("Elements there"), whole.there),
        (N_("Complete, %"), whole.percent if whole.wanted else None),
    ]
    return Rows(rows[: asked.most + 1], notes=notes, facts=facts)


def _scored(first: tuple[Named, ...], sets: Sequence[Kdes], to: To) -> Row:
    one = score(sets)
    lacking = Counter(name for each in sets for name in each.missing)
    worst = Linked(one.wanted - one.there, fix_of(sets, lacking.most_common(1)[0][0])) if lacking else 0
    state = "" if one.there == one.wanted else "pending"
    return Row((*first, one.sets, one.wanted, one.there, worst, one.percent), to, state)


def fix_of(sets: Sequence[Kdes], name: str) -> To:
    """Where what is missing is filled in."""
    return next(one.fixes[name] for one in sets if name in one.missing)


def _lots(sets: Sequence[Kdes]) -> list[Row]:
    found = grouped(sets, lambda one: one.goods.uri)
    rows = [(score(some).percent, uri, some) for uri, some in found.items()]
    return [
        _scored((Named(uri),), some, to_thing(uri)) for _percent, uri, some in sorted(rows, key=lambda row: row[:2])
    ]


def _partners(sets: Sequence[Kdes]) -> list[Row]:
    rows = [(score(some).percent, uri, some) for uri, some in by_partner(sets).items()]
    return [
        _scored((Named(uri),), some, to_thing(uri)) for _percent, uri, some in sorted(rows, key=lambda row: row[:2])
    ]


def _missing(sets: Sequence[Kdes]) -> list[Row]:
    """Each thing that is missing once for each place where it is filled in, the most wanted first."""
    found: dict[tuple[str, ...], list[Kdes]] = {}
    ways: dict[tuple[str, ...], tuple[str, To]] = {}
    for one in sets:
        for name in one.missing:
            side, _, part = name.partition("_")
            to, what = one.fixes[name], part if side in SIDES else name
            key = (what, to.page, *(text for pair in sorted(to.names.items()) for text in pair))
            # One address is filled in once, whatever it is wanted for.
            ways.setdefault(key, (what, to))
            found.setdefault(key, []).append(one)
    order = sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return [
        Row((Word(WORDS[what]), Linked(place_of(to), to), len(some), Named(some[0].goods.uri)), to, "pending")
        for key, some in order
        for what, to in [ways[key]]
    ]


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
    meanings=(
        N_("Needed is what the rule names for the event: of a receipt or shipment lot, amount, item, both places with "
           "address and telephone, who assigned the lot code, and a document."),
        N_("The number of what is missing leads to where most of it is filled in."),
    ),
    empty=N_("Nothing of this happened in these days."),
)  # fmt: skip
REPORTS = (COMPLETENESS,)
