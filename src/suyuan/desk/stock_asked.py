"""What the stock page is asked: the words of its address, read into what the stock is asked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from suyuan.capture.past import as_known
from suyuan.catalog.directory import directory
from suyuan.catalog.models import Place
from suyuan.catalog.rules import code_key
from suyuan.desk.access import Desk, open_to
from suyuan.desk.forms import clean
from suyuan.gs1.identifiers import Kind
from suyuan.gs1.problems import N_, Problem
from suyuan.ledger.keys import key16, micros
from suyuan.operations.lines import find_item
from suyuan.operations.parties import find_partner
from suyuan.stock.book import PACKED
from suyuan.stock.cells import AGES, DAY, By, Cell, Wanted, cells, cells_of, containers_in, subjects_of
from suyuan.stock.facts import OWN
from suyuan.stock.queries import Stock
from suyuan.stock.states import State
from suyuan.trace.resolve import resolve

SEES = "trace.full:read"
MOST_KNOWN = 500  # lots and serials whose events are read again
# What the page groups by: word, what the stock adds up by, what a row leads on to.
GROUPS: dict[str, tuple[str, tuple[By, ...], str]] = {
    "item": (N_("Item"), (By.ITEM,), "lot"),
    "lot": (N_("Lot"), (By.ITEM, By.LOT), "bin"),
    "zone": (N_("Zone"), (By.HOLDER,), "bin"),
    "bin": (N_("Bin"), (By.HOLDER,), "lot"),
    "container": (N_("Container"), (By.HOLDER,), "lot"),
    "serial": (N_("Serial"), (By.SUBJECT,), ""),
    "owner": (N_("Owner"), (By.OWNER,), "item"),
    "status": (N_("Quality status"), (By.STATUS,), "item"),
    "state": (N_("State"), (), "item"),
    "age": (N_("Days in place"), (By.AGE,), "item"),
    "warehouse": (N_("Warehouse"), (By.LOG,), "zone"),
}
FILTERS = ("item", "lot", "place", "container", "owner", "status", "state", "age", "days", "warehouse")
STATUSES = {"pending": N_("To be inspected"), "released": N_("Released"), "rejected": N_("Rejected")}
STATES = (State.IN_STOCK, State.PENDING, State.EXPIRED, State.HELD, State.REJECTED, State.RECALLED)
EVERYWHERE = "*"
OURS = "-"


@dataclass(frozen=True, slots=True)
class Spot:
    """A place as groups and filters see it."""

    id: int
    parent: int | None
    uri: str
    code: str
    kind: str


@dataclass(slots=True)
class Asked:
    """The address read. `texts`: the filters as they stand in it; `moment`, `known`: as of when; `rows`: what was known
    then, where that was asked; `inside`: the holders that it is narrowed to."""

    by: str
    texts: dict[str, str]
    wanted: Wanted
    today: int
    now: int
    moment: datetime | None = None
    known: datetime | None = None
    rows: list[Stock] | None = None
    spots: Mapping[str, Spot] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    inside: set[bytes] | None = None

    @property
    def then(self) -> int | None:
        return self.wanted.then

    @property
    def is_whole(self) -> bool:
        """Is it all there is now of whatever is shown, so that what is reserved can be told?"""
        wanted = self.wanted
        return wanted.then is None and wanted.within is None and not (wanted.status or wanted.state or wanted.before)

    def cells(self) -> Iterable[Cell]:
        """The stock as it was asked for. One statement, or the events of some lots."""
        by = GROUPS[self.by][1]
        if self.problems:
            return ()
        return cells(self.wanted, by, self.today, self.now) if self.rows is None else self._of_known(by)

    def _of_known(self, by: Sequence[By]) -> list[Cell]:
        found = cells_of([row for row in self.rows or () if self._fits(row)], by, self.today, self.now)
        return [cell for cell in found if self.wanted.state in ("", cell.state)]

    def _fits(self, row: Stock) -> bool:
        wanted = self.wanted
        return (
            row.log in wanted.logs
            and (self.inside is None or row.holder in self.inside)
            and wanted.owner in (None, row.owner)
            and wanted.status in ("", row.status)
            and (wanted.last is None or (row.expiry is not None and row.expiry <= wanted.last))
            and (wanted.before is None or row.since <= wanted.before)
            and (row.instance or not wanted.instances)
            and (row.kind == PACKED or not wanted.packed)
        )


def read(query: Mapping[str, str], desk: Desk) -> Asked:
    """The address as it is asked; what means nothing is a problem at its name."""
    problems: list[Problem] = []
    texts = {name: text for name in FILTERS if (text := clean(query.get(name, ""), 300))}
    by = query.get("by", "")
    by = by if by in GROUPS else "item"
    moment, known = (_moment(query.get(name, ""), name, desk.zone, problems) for name in ("at", "known"))
    now = moment or known or desk.now
    today, micro = now.astimezone(desk.zone).date().toordinal(), micros(now)
    then = micro if moment or known else None
    logs = logs_of(texts.get("warehouse", ""), desk, problems)
    spots = spots_of(logs) if "place" in texts or by in ("zone", "bin") else {}
    items, lots = goods_of(texts, problems)
    wanted = Wanted(
        logs=logs,
        items=items,
        lots=lots,
        places=None if "container" in texts else places_of(texts, spots, problems),
        holders=boxes_of(texts, then, problems),
        owner=owner_of(texts.get("owner", ""), problems),
        status=texts.get("status", ""),
        state=texts.get("state", ""),
        last=_days(texts.get("days", ""), "days", today, problems),
        before=_older(texts.get("age", ""), micro),
        instances=by == "serial",
        packed=by == "container",
        then=then,
    )
    asked = Asked(by, texts, wanted, today, micro, moment, known, None, spots, problems)
    if known and not problems:
        asked.rows = _known(asked, known)
        if wanted.within is not None:
            asked.inside = {*wanted.within, *containers_in(wanted.within, then)}
    return asked


def _moment(text: str, name: str, zone: ZoneInfo, problems: list[Problem]) -> datetime | None:
    """A time as a browser's field sends it, at the site; a day alone means its end."""
    text = clean(text, 40)
    if not text:
        return None
    try:
        if len(text) == len("2026-11-30"):
            return datetime.combine(date.fromisoformat(text) + timedelta(days=1), datetime.min.time(), zone) - SHORTEST
        found = datetime.fromisoformat(text)
    except ValueError:
        problems.append(Problem("desk.time_wrong", name, {"text": text}))
        return None
    return found if found.tzinfo else found.replace(tzinfo=zone)


SHORTEST = timedelta(microseconds=1)


def _days(text: str, name: str, today: int, problems: list[Problem]) -> int | None:
    if not text:
        return None
    if not text.isdigit() or len(text) > 5:
        problems.append(Problem("desk.number_wrong", name, {"text": text[:40]}))
        return None
    return today + int(text)


def _older(text: str, now: int) -> int | None:
    """Group of age → lain there at least so long; the first group is everything."""
    number = int(text) if text.isdigit() and len(text) < 3 else 0
    return now - AGES[min(number, len(AGES)) - 1] * DAY if number else None


def logs_of(text: str, desk: Desk, problems: list[Problem]) -> list[str]:
    """The warehouse worked in, another one, or all that the actor may look into."""
    known = directory()
    mine = [code for code in open_to(desk.actor, known) if desk.actor.may(SEES, code)]
    if text == EVERYWHERE:
        return mine
    if text and text not in mine:
        problems.append(Problem("governance.warehouse_unknown", "warehouse", {"warehouse": text}))
    return [text] if text in mine else [desk.warehouse]


def spots_of(logs: Iterable[str]) -> dict[str, Spot]:
    """URI → the place. One statement."""
    rows = Place.objects.filter(warehouse_id__in=list(logs))
    return {row[2]: Spot(*row) for row in rows.values_list("id", "parent_id", "uri", "code", "kind")}


def goods_of(texts: Mapping[str, str], problems: list[Problem]) -> tuple[list[bytes] | None, list[bytes] | None]:
    """The items and lots that are meant, with all that were merged with them."""
    known, items, lots = directory(), None, None
    if text := texts.get("item"):
        found = find_item(known, text)
        if found is None:
            problems.append(Problem("desk.item_unknown", "item", {"text": text[:80]}))
        items = [key16(uri) for uri in known.family(found[1].item)] if found else []
    if text := texts.get("lot"):
        lots = [key16(one.uri) for one in resolve(text) if one.kind in (Kind.LOT, Kind.SERIAL, Kind.ITEM)]
        if not lots:
            problems.append(Problem("desk.uri_unknown", "lot", {"text": text[:80]}))
    return items, lots


def boxes_of(texts: Mapping[str, str], then: int | None, problems: list[Problem]) -> list[bytes] | None:
    """A container with those in it."""
    if not (text := texts.get("container", "")):
        return None
    boxes = [key16(one.uri) for one in resolve(text) if one.kind == Kind.CONTAINER]
    if not boxes:
        problems.append(Problem("desk.uri_unknown", "container", {"text": text[:80]}))
    return [*boxes, *containers_in(boxes, then)]


def places_of(texts: Mapping[str, str], spots: Mapping[str, Spot], problems: list[Problem]) -> list[bytes] | None:
    """A place with all below it."""
    if not (text := texts.get("place", "")):
        return None
    key = code_key(text)
    heads = [spot for spot in spots.values() if spot.uri == text or code_key(spot.code) == key]
    if not heads:
        problems.append(Problem("operations.place_unknown", "place", {"place": text[:80]}))
    return [key16(uri) for uri in below(heads, spots.values())]


def below(heads: Iterable[Spot], spots: Iterable[Spot]) -> list[str]:
    """The URIs of these places and of all that lie in them. Pure."""
    children: dict[int | None, list[Spot]] = {}
    for spot in spots:
        children.setdefault(spot.parent, []).append(spot)
    todo, found = list(heads), dict[str, None]()
    while todo:
        spot = todo.pop()
        if spot.uri not in found:
            found[spot.uri] = None
            todo += children.get(spot.id, ())
    return list(found)


def owner_of(text: str, problems: list[Problem]) -> bytes | None:
    """A partner by code or URI; `OURS`: the company itself."""
    if not text:
        return None
    if text == OURS:
        return OWN
    partner = find_partner(directory(), text)
    if partner is None:
        problems.append(Problem("desk.uri_unknown", "owner", {"text": text[:80]}))
    return key16(partner.uri) if partner else None


def _known(asked: Asked, known: datetime) -> list[Stock]:
    """What was known then of these lots; too many of them are a problem."""
    wanted = asked.wanted
    subjects = list(wanted.lots or ())
    if wanted.items:
        subjects += subjects_of(wanted.logs, wanted.items, MOST_KNOWN + 1)
    if not subjects or len(subjects) > MOST_KNOWN:
        asked.problems.append(Problem("desk.known_narrow", "known", {"most": str(MOST_KNOWN)}))
        return []
    return as_known(subjects, known=micros(known), at=asked.now)


def age_word(number: int) -> tuple[int, int | None]:
    """From how many days on, and up to which, a group of age is."""
    first = AGES[number - 1] if number else 0
    return first, AGES[number] - 1 if number < len(AGES) else None
