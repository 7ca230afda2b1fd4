"""The goods that a command names, as people and scanners write them, resolved to identities and exact quantities."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from suyuan.capture.bodies import Amount
from suyuan.capture.who import Who
from suyuan.catalog.directory import Directory, ItemInfo, PackInfo
from suyuan.catalog.kinds import Tracking
from suyuan.catalog.rules import code_key, to_base
from suyuan.gs1.identifiers import (
    Identity,
    Kind,
    identify,
    item_uri,
    lot_of_item,
    own_container_uri,
    serials_of_item,
    sscc_uri,
    with_lot,
)
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import Quantity, parse_amount, unit
from suyuan.ledger.keys import key16
from suyuan.ledger.models import Identifier
from suyuan.operations.places import Places, place_of

MOST_LINES = 2000
MOST_SERIALS = 10_000
KILOGRAM = "KGM"
LOT_TRACKED = frozenset({Tracking.LOT, Tracking.LOT_SERIAL})
_SERIALS = frozenset({Tracking.SERIAL, Tracking.LOT_SERIAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Goods: an item (code, GTIN or URI) with lot number or serials, a container (SSCC, code or URI), or a `uri` alone.

    `unit`: a Rec 20 code, default the item's base unit, of a pack its pieces. `place`: code or URI of the bin the goods
    are in; `inside`: the container they are in. `weight`: of goods that are weighed each time, in `weight_unit`,
    default kilograms. `scanned`: the names of those fields that a scanner read, none that somebody typed.
    """

    item: str = ""
    lot: str = ""
    serials: tuple[str, ...] = ()
    container: str = ""
    uri: str = ""
    quantity: Decimal | int | str | None = None
    unit: str = ""
    place: str = ""
    inside: str = ""
    weight: Decimal | int | str | None = None
    weight_unit: str = ""
    scanned: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Thing:
    """A line resolved. `classes` go into a quantity list, `instances` into an EPC list, as they are to be written.

    `subjects`: the canonical URIs that stock knows; `quantity` in the base unit of `info`, None for all there is.
    `source`: the bin or container the goods are taken from, where the line names one.
    """

    field: str
    subjects: tuple[str, ...]
    info: ItemInfo | None = None
    lot: str = ""
    instances: tuple[str, ...] = ()
    classes: tuple[Amount, ...] = ()
    quantity: Decimal | None = None
    container: bool = False
    source: str = ""

    @property
    def uri(self) -> str:
        return self.subjects[0]

    @property
    def index(self) -> int:
        """Which line it was."""
        return int(self.field.partition("[")[2].partition("]")[0])


@dataclass(slots=True)
class Resolved:
    """All lines of a command, and everything wrong with them. `fields`: subject URI → the line that named it."""

    things: list[Thing] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def fields(self) -> dict[str, str]:
        return {uri: thing.field for thing in self.things for uri in thing.subjects}

    @property
    def instances(self) -> list[str]:
        return [uri for thing in self.things for uri in thing.instances]

    @property
    def classes(self) -> list[Amount]:
        return [amount for thing in self.things for amount in thing.classes]

    @property
    def whole(self) -> list[Amount]:
        """The classes without quantity, each once: what is said of all of them, wherever they are."""
        return [Amount(uri=uri) for uri in dict.fromkeys(amount.uri for amount in self.classes)]

    @property
    def subjects(self) -> list[str]:
        return [uri for thing in self.things for uri in thing.subjects]

    def by_source(self) -> dict[str, "Resolved"]:
        """The things by where they are taken from: an event names one place of origin."""
        found: dict[str, Resolved] = {}
        for thing in self.things:
            found.setdefault(thing.source, Resolved()).things.append(thing)
        return found


def resolve(
    who: Who,
    lines: Sequence[Line],
    places: Places | None = None,
    *,
    name: str = "lines",
    needed: bool = True,
    zero: bool = False,
    whole: bool = False,
    day: date | None = None,
    most: int = MOST_LINES,
) -> Resolved:
    """Read all lines. `places`: where they are taken from counts too; `needed`: classes must say how much; `zero`:
    nothing is an amount too (a count); `whole`: an item without lot means all its lots, a lot without serials all of
    them; `day`: whose conversions count, where one has a successor; `most`: lines that may be."""
    found = Resolved()
    if not lines:
        found.problems.append(Problem("operations.lines_missing", name))
    if len(lines) > most:
        params = {"count": str(len(lines)), "most": str(most)}
        found.problems.append(Problem("operations.lines_many", name, params))
        return found
    for n, line in enumerate(lines):
        try:
            thing = resolve_line(who, line, f"{name}[{n}]", needed=needed, zero=zero, whole=whole, day=day)
            source = source_of(who, line, places, f"{name}[{n}]") if places is not None else ""
            found.things.append(replace(thing, source=source) if source else thing)
        except Refused as refused:
            found.problems += refused.problems
    return found


def source_of(who: Who, line: Line, places: Places, at: str) -> str:
    """The container or bin that a line takes from; empty where it names none."""
    if line.inside:
        return container_uri(who, line.inside, f"{at}.inside")
    problems: list[Problem] = []
    source = place_of(places, line.place, f"{at}.place", problems)
    if problems:
        raise Refused(problems)
    return source


def resolve_line(
    who: Who,
    line: Line,
    at: str,
    *,
    needed: bool = True,
    zero: bool = False,
    whole: bool = False,
    day: date | None = None,
) -> Thing:
    """One line; Refused with all that is wrong with it, at its fields."""
    if line.container:
        return _container(container_uri(who, line.container, f"{at}.container"), at)
    if line.uri:
        identity = _identity(line.uri, f"{at}.uri")
        if identity.kind is Kind.CONTAINER:
            return _container(identity.uri, at)
        return _of_identity(who, line, identity, at, needed=needed, zero=zero, whole=whole, day=day)
    pack = find_item(who.directory, line.item)
    if pack is None:
        raise Refused([Problem("operations.item_unknown", f"{at}.item", {"item": line.item})])
    named, base = pack[0], _as_recorded(who.directory, *pack, line)
    if whole and not line.lot and not line.serials:
        return Thing(at, (base.item,), who.directory.items[base.item], classes=(Amount(uri=base.item),))
    return _of_item(who, line, named, base, at, needed=needed, zero=zero, whole=whole, day=day)


def _container(uri: str, at: str) -> Thing:
    return Thing(at, (uri,), instances=(uri,), container=True)


def _identity(text: str, at: str) -> Identity:
    try:
        return identify(text)
    except Refused as refused:
        raise Refused([Problem(p.code, at, p.params) for p in refused.problems]) from None


def container_uri(who: Who, text: str, at: str) -> str:
    """The URI of a container typed as SSCC, own code or URI."""
    digits = "".join(text.split())
    try:
        if "://" in text or text.lower().startswith("urn:"):
            found = identify(text)
            if found.kind is not Kind.CONTAINER:
                raise Refused([Problem("operations.not_container", at, {"value": text})])
            return found.uri
        if digits.isascii() and digits.isdigit() and len(digits) >= 17:
            return sscc_uri(digits.removeprefix("00") if len(digits) == 20 else digits)
        return own_container_uri(who.origin, text)
    except Refused as refused:
        raise Refused([Problem(p.code, at, p.params) for p in refused.problems]) from None


def _of_identity(
    who: Who, line: Line, identity: Identity, at: str, *, needed: bool, zero: bool, whole: bool, day: date | None
) -> Thing:
    pack = who.directory.item_of(identity.item) if identity.item else None
    if pack is None or identity.item is None:
        raise Refused([Problem("operations.item_unknown", f"{at}.uri", {"item": line.uri})])
    if identity.kind is Kind.SERIAL:
        info = who.directory.items[pack.item]
        if info.tracking not in _SERIALS:
            raise Refused([Problem("operations.serial_not_tracked", f"{at}.uri", {"item": info.code})])
        lot = identify(identity.lot).code if identity.lot else ""
        return Thing(at, (identity.uri,), info, lot, instances=(line.uri.strip(),), quantity=Decimal(1))
    lot = identity.code if identity.kind is Kind.LOT else ""
    typed = replace(line, lot=line.lot or lot)
    base = _as_recorded(who.directory, identity.item, _going_on(who.directory, pack), typed)
    return _of_item(who, typed, identity.item, base, at, needed=needed, zero=zero, whole=whole, day=day)


def _going_on(directory: Directory, pack: PackInfo) -> PackInfo:
    """The same amount of the item that goes on, where this one was merged into another."""
    return replace(pack, item=directory.kept(pack.item))


def _as_recorded(directory: Directory, named: str, base: PackInfo, line: Line) -> PackInfo:
    """`base`, but goods that events have named already keep the item they were named by, though it was merged since.

    No statement but for items that were merged.
    """
    before = directory.item_of(named)
    if before is None or before.item == base.item:
        return base
    try:
        names = [*serials_of_item(before.item, line.serials)] if line.serials else []
        names += [lot_of_item(before.item, line.lot)] if line.lot.strip() and not names else []
    except Refused:
        return base  # what is wrong with the number is said where it is read
    known = Identifier.objects.filter(id__in=[key16(uri) for uri in names[:MOST_SERIALS]]).exists() if names else False
    return before if known else base


def _of_item(
    who: Who,
    line: Line,
    named: str,
    base: PackInfo,
    at: str,
    *,
    needed: bool,
    zero: bool,
    whole: bool,
    day: date | None,
) -> Thing:
    """Goods of one item. `named` is the item or pack URI as entered: the event keeps it beside what it stands for."""
    info = who.directory.items[base.item]
    problems = tracking_problems(info, line, at, whole=whole)
    quantity, problem = _quantity(line, info, base, named, at, needed=needed, zero=zero, day=day)
    problems += problem
    weight, problem = _weight(line, info, at, needed=needed and not zero)
    problems += problem
    lot = line.lot.strip()
    classes: tuple[Amount, ...] = ()
    instances: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    try:
        if line.serials:
            subjects = serials_of_item(info.uri, line.serials)
            instances = subjects if not lot else with_lot(subjects, info.uri, lot)
        else:
            subjects = (lot_of_item(info.uri, lot) if lot else info.uri,)
            amount, uom = _entered(line, info, base, named)
            through = who.directory.item_of(named)
            if through is not None and through.item != info.uri:  # merged since: the event names what goes on
                named, amount, uom = info.uri, quantity, info.base_unit if quantity is not None else ""
            uri = subjects[0] if named == info.uri else lot_of_item(named, lot) if lot else named
            classes = (Amount(uri=uri, quantity=amount, uom=uom),)
            classes += (replace(weight, uri=subjects[0]),) if weight else ()
    except Refused as refused:
        problems += [
            Problem(p.code, f"{at}.{'serials' if line.serials else 'lot'}", p.params) for p in refused.problems
        ]
    if problems:
        raise Refused(problems)
    return Thing(at, subjects, info, lot, instances, classes, quantity)


def tracking_problems(info: ItemInfo, line: Line, at: str, *, whole: bool = False) -> list[Problem]:
    """Does the line say of the goods what the item's tracking asks for? `whole`: a lot may stand for its serials."""
    shown = {"item": info.code}
    problems = []
    if line.lot and info.tracking not in LOT_TRACKED:
        problems.append(Problem("operations.lot_not_tracked", f"{at}.lot", shown))
    if not line.lot and info.tracking == Tracking.LOT:
        problems.append(Problem("operations.lot_missing", f"{at}.lot", shown))
    if line.serials and info.tracking not in _SERIALS:
        problems.append(Problem("operations.serial_not_tracked", f"{at}.serials", shown))
    if not line.serials and info.tracking in _SERIALS and not (whole and line.lot):
        problems.append(Problem("operations.serials_missing", f"{at}.serials", shown))
    if len(set(line.serials)) < len(line.serials):
        problems.append(Problem("operations.serial_twice", f"{at}.serials", shown))
    if len(line.serials) > MOST_SERIALS:
        params = {"count": str(len(line.serials)), "most": str(MOST_SERIALS)}
        problems.append(Problem("operations.serials_many", f"{at}.serials", params))
    return problems


def unlotted_problems(goods: Resolved) -> list[Problem]:
    """Where serials come into our hands or into being, those of an item with lots come with their lot; later they know
    it themselves.
    """
    return [
        Problem("operations.lot_missing", f"{thing.field}.lot", {"item": thing.info.code})
        for thing in goods.things
        if thing.info is not None and thing.info.tracking == Tracking.LOT_SERIAL and not thing.lot
    ]


def closed_problems(who: Who, goods: Resolved) -> list[Problem]:
    """Items of which no more is to come in or be made, since they are no longer in use. What is here may still go.

    Goods that events named by an item which was merged since come in as long as the one that goes on is in use.
    """
    known = who.directory
    return [
        Problem("operations.item_closed", f"{thing.field}.item", {"item": thing.info.code})
        for thing in goods.things
        if thing.info is not None and not known.items[known.kept(thing.info.uri)].active
    ]


def _quantity(
    line: Line, info: ItemInfo, base: PackInfo, named: str, at: str, *, needed: bool, zero: bool, day: date | None
) -> tuple[Decimal | None, list[Problem]]:
    """How much it is in the base unit, exactly."""
    if line.quantity is None or line.quantity == "":
        if line.serials:
            return Decimal(len(line.serials)), []
        return None, [Problem("operations.quantity_missing", f"{at}.quantity", {"item": info.code})] if needed else []
    try:
        amount = parse_amount(line.quantity)
        if amount == 0 and not zero:
            return None, [Problem("operations.quantity_zero", f"{at}.quantity", {"item": info.code})]
        if line.serials:
            shown = {"count": str(len(line.serials)), "quantity": str(amount)}
            wrong = amount != len(line.serials)
            return amount, [Problem("operations.serials_count", f"{at}.quantity", shown)] if wrong else []
        if named != info.uri and not line.unit:
            exact = Quantity(amount * base.numerator / base.denominator, info.base_unit)
            return parse_amount(exact.amount), []
        return to_base(
            Quantity(amount, unit(line.unit or info.base_unit).code), info.base_unit, info.conversions_on(day)
        ).amount, []
    except Refused as refused:
        return None, [
            Problem(p.code, f"{at}.{'unit' if p.field == 'uom' else 'quantity'}", p.params) for p in refused.problems
        ]


def _weight(line: Line, info: ItemInfo, at: str, *, needed: bool) -> tuple[Amount | None, list[Problem]]:
    """The weight of goods that are weighed each time: a second quantity of the same lot, which nothing converts."""
    shown = {"item": info.code}
    if line.weight is None or line.weight == "":
        missing = needed and info.catch_weight and line.quantity not in (None, "")
        return None, [Problem("operations.weight_missing", f"{at}.weight", shown)] if missing else []
    if not info.catch_weight:
        return None, [Problem("operations.weight_not_kept", f"{at}.weight", shown)]
    try:
        amount, code = parse_amount(line.weight), unit(line.weight_unit or KILOGRAM)
    except Refused as refused:
        at = f"{at}.weight"
        return None, [Problem(p.code, f"{at}_unit" if p.field == "uom" else at, p.params) for p in refused.problems]
    if code.dimension != "mass":
        return None, [Problem("operations.weight_unit", f"{at}.weight_unit", {"unit": code.code})]
    if amount == 0 and needed:
        return None, [Problem("operations.weight_missing", f"{at}.weight", shown)]
    return Amount(uri="", quantity=amount, uom=code.code), []


def _entered(line: Line, info: ItemInfo, base: PackInfo, named: str) -> tuple[Decimal | None, str]:
    """The amount and unit as entered; a pack's own count has no unit."""
    if line.quantity is None or line.quantity == "":
        return None, ""
    try:
        amount = parse_amount(line.quantity)
    except Refused:
        return None, ""  # said already
    if named != info.uri and not line.unit:
        return amount, ""
    return amount, line.unit or info.base_unit


# -- items by what people type ----------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Codes:
    directory: Directory
    items: dict[str, str]


_codes: _Codes | None = None


def find_item(directory: Directory, text: str) -> tuple[str, PackInfo] | None:
    """The item or pack URI that a code, GTIN or URI names, with what is behind it: of a merged item, what goes on."""
    text = text.strip()
    for uri in _candidates(directory, text):
        pack = directory.item_of(uri)
        if pack is not None:
            return uri, _going_on(directory, pack)
    return None


def _candidates(directory: Directory, text: str) -> Iterable[str]:
    if not text:
        return
    try:
        if "://" in text or text.lower().startswith("urn:"):
            yield identify(text).item or text
            return
        known = _item_codes(directory).get(code_key(text))
        if known:
            yield known
        digits = "".join(text.split())
        if digits.isascii() and digits.isdigit() and 8 <= len(digits) <= 14:
            yield item_uri(digits)
    except Refused:
        return


def _item_codes(directory: Directory) -> dict[str, str]:
    """Item code → URI, made once for each version of the catalog."""
    global _codes
    if _codes is None or _codes.directory is not directory:
        _codes = _Codes(directory, {code_key(info.code): info.uri for info in directory.items.values()})
    return _codes.items
