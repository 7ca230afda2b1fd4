"""May these goods lie in that bin, and how well do they lie there? Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import hypot
from urllib.parse import unquote

from suyuan.catalog.kinds import HazardClass, Mixing, Purpose, TemperatureClass
from suyuan.gs1.problems import N_, Problem

_E, _G, _L, _S, _O, _T, _I, _R, _C = (
    HazardClass.EXPLOSIVE, HazardClass.GAS, HazardClass.FLAMMABLE_LIQUID, HazardClass.FLAMMABLE_SOLID,
    HazardClass.OXIDISER, HazardClass.TOXIC, HazardClass.INFECTIOUS, HazardClass.RADIOACTIVE, HazardClass.CORROSIVE,
)  # fmt: skip
APART, SEPARATED = 1, 2
# How far two classes are kept from each other, after the general table of the IMDG Code (7.2.4 since Amendment 36-12,
# 7.2.1.16 before), the strictest of their divisions where those differ, which covers every amendment that was compared:
# 1 not in one bin, 2 and more not in bins beside each other. What is not here may lie together; class 9 may with all.
# That divisions of one class are apart as well (4.1 and 4.2, 5.1 and 5.2) cannot be known from the class alone, and
# what the list of dangerous goods says of a substance goes before. A firm's safety officer may want more, never less.
SEGREGATION: Mapping[frozenset[str], int] = {
    frozenset(pair): level
    for level, pairs in {
        4: ((_E, _G), (_E, _L), (_E, _S), (_E, _O), (_E, _I), (_E, _C), (_G, _I)),
        3: ((_L, _I), (_S, _I), (_O, _I), (_I, _R), (_I, _C)),
        2: ((_E, _T), (_E, _R), (_G, _L), (_G, _S), (_G, _O), (_G, _R), (_L, _S), (_L, _O), (_L, _R), (_S, _O),
            (_S, _R), (_O, _R), (_O, _C), (_R, _C)),
        1: ((_G, _C), (_S, _T), (_S, _C), (_O, _T), (_T, _I)),
    }.items()
    for pair in pairs
}  # fmt: skip
TEMPERATURES = frozenset(TemperatureClass)
BESIDE = 1.5  # metres between the middles of bins that are beside each other, where nothing else says so
KEEPS = frozenset({Purpose.STORAGE, Purpose.PICKING})  # what goods are put away into

REASONS: dict[str, str] = {
    "same_lot": N_("The same lot lies there"),
    "same_item": N_("The same item lies there, none of it to be taken earlier"),
    "buries": N_("lots there that are to be taken earlier: {count}"),
    "near_item": N_("Beside the same item"),
    "empty": N_("Empty"),
    "near": N_("{metres} m from the dock"),
    "on_path": N_("Turn {sequence} on the pick path"),
    "class": N_("For goods of the class {storage_class}"),
    "fills": N_("{percent} % full afterwards"),
}


@dataclass(frozen=True, slots=True)
class Load:
    """What lies in a bin, or is to be brought there. Weight in 10⁻⁶ kg and volume in 10⁻⁶ m³ as far as they are known;
    `lots`: item → lot → last day (None: never); `unmixed`: how far lots are kept apart, of
    the items of which they are."""

    weight: int = 0
    volume: int = 0
    pallets: int = 0
    lots: Mapping[str, Mapping[str, int | None]] = field(default_factory=dict)
    hazards: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    unmixed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bin:
    """A bin with what is in it and what is beside it. `weight`, `volume`, `pallets`: what it bears, None: no limit."""

    uri: str
    code: str
    purpose: str = ""
    temperature: str = ""
    storage_class: str = ""
    aisle: str = ""
    parent: int | None = None
    sequence: int | None = None
    x: float | None = None
    y: float | None = None
    weight: int | None = None
    volume: int | None = None
    pallets: int | None = None
    load: Load = Load()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a bin, or why not: a key of REASONS, and what it says."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A bin for some goods; the higher the `score`, the better."""

    bin: Bin
    score: int
    reasons: tuple[Reason, ...]


def apart(one: str, other: str) -> int:
    """How far two hazard classes are kept from each other; 0: they may lie together."""
    return SEGREGATION.get(frozenset((one, other)), 0) if one and other else 0


def beside(one: Bin, other: Bin) -> bool:
    """Are these two bins neighbours: in one rack, or touching each other on the plan?"""
    if one.uri == other.uri:
        return False
    if one.x is not None and one.y is not None and other.x is not None and other.y is not None:
        return hypot(one.x - other.x, one.y - other.y) <= BESIDE
    return one.parent is not None and one.parent == other.parent


def against(goods: Load, bin: Bin, around: Sequence[Bin], at: str) -> list[Problem]:
    """Everything that forbids bringing these goods into that bin. `around`: the bins beside it."""
    return [
        *_of_class(goods, bin, at),
        *_of_hazard(goods, bin, around, at),
        *_of_capacity(goods, bin, at),
        *in_place(goods, bin, at),
    ]


def in_place(goods: Load, bin: Bin, at: str) -> list[Problem]:
    """Lots that would lie in one place though only one may."""
    return _mixed(
        goods, bin.load, frozenset({Mixing.BIN}), Problem("operations.lots_in_place", at, {"place": bin.code})
    )


def in_container(goods: Load, there: Load, container: str, at: str) -> list[Problem]:
    """Lots that would lie in one container though only one may: where a place has one, so has a pallet."""
    told = Problem("operations.lots_in_container", at, {"container": container})
    return _mixed(goods, there, frozenset({Mixing.CONTAINER, Mixing.BIN}), told)


def _mixed(goods: Load, there: Load, apart: frozenset[str], told: Problem) -> list[Problem]:
    """One problem for each item whose lots would be mixed though its category keeps them `apart`."""
    problems = []
    for item in sorted(item for item, mixing in goods.unmixed.items() if mixing in apart):
        first, *others = sorted(goods.lots.get(item, ()))
        others += sorted(there.lots.get(item, {}).keys() - {first})
        if others:
            shown = {"lot": _number(first), "other": _number(others[0]), **told.params}
            problems.append(Problem(told.code, told.field, shown))
    return problems


def _number(lot: str) -> str:
    """The number in a lot's URI."""
    return unquote(lot.rsplit("/", 1)[-1])


def _of_class(goods: Load, bin: Bin, at: str) -> list[Problem]:
    problems = []
    kept = goods.classes - TEMPERATURES
    if bin.storage_class in TEMPERATURES:  # a place may say its temperature either way
        kept = frozenset[str]()
    for wanted in sorted(kept - {bin.storage_class}):
        shown = {"wanted": wanted, "place": bin.code, "has": bin.storage_class or "–"}
        problems.append(Problem("operations.wrong_class", at, shown))
    if bin.storage_class and bin.storage_class not in TEMPERATURES and not kept:
        problems.append(Problem("operations.class_reserved", at, {"place": bin.code, "has": bin.storage_class}))
    return problems


def _of_hazard(goods: Load, bin: Bin, around: Sequence[Bin], at: str) -> list[Problem]:
    problems = []
    for mine in sorted(goods.hazards):
        for other in sorted(bin.load.hazards | goods.hazards):
            if apart(mine, other) >= APART:
                shown = {"one": mine, "other": other, "place": bin.code}
                problems.append(Problem("operations.hazards_together", at, shown))
        for neighbour in around:
            for other in sorted(neighbour.load.hazards):
                if apart(mine, other) >= SEPARATED:
                    shown = {"one": mine, "other": other, "place": bin.code, "beside": neighbour.code}
                    problems.append(Problem("operations.hazards_beside", at, shown))
    return problems


def _of_capacity(goods: Load, bin: Bin, at: str) -> list[Problem]:
    limits = (
        ("weight", bin.weight, bin.load.weight + goods.weight, "kg"),
        ("volume", bin.volume, bin.load.volume + goods.volume, "m³"),
    )
    problems = []
    for name, most, would, unit in limits:
        if most is not None and would > most and getattr(goods, name):
            shown = {"place": bin.code, "would": f"{would / 1e6:g} {unit}", "most": f"{most / 1e6:g} {unit}"}
            problems.append(Problem("operations.bin_full", at, shown))
    pallets = bin.load.pallets + goods.pallets
    if bin.pallets is not None and goods.pallets and pallets > bin.pallets:
        shown = {"place": bin.code, "would": str(pallets), "most": str(bin.pallets)}
        problems.append(Problem("operations.bin_pallets", at, shown))
    return problems


def propose(
    goods: Load,
    bins: Sequence[Bin],
    dock: tuple[float, float] | None,
    most: int = 3,
    *,
    near: Callable[[Bin], Sequence[Bin]] | None = None,
) -> list[Proposal]:
    """The best bins for these goods, each with its reasons. `near`: the bins beside one, all of `bins` by default."""
    found = []
    for bin in bins:
        if bin.purpose not in KEEPS or not _is_warm_enough(goods, bin):
            continue
        around = near(bin) if near else [other for other in bins if beside(bin, other)]
        if not against(goods, bin, around, ""):
            found.append(_scored(goods, bin, around, dock))
    return sorted(found, key=lambda one: (-one.score, one.bin.sequence or 0, one.bin.code))[:most]


def _is_warm_enough(goods: Load, bin: Bin) -> bool:
    """Has it the temperature that the goods want, as far as both say one?"""
    return not bin.temperature or not goods.classes & TEMPERATURES or goods.classes & TEMPERATURES == {bin.temperature}


def _scored(goods: Load, bin: Bin, around: Sequence[Bin], dock: tuple[float, float] | None) -> Proposal:
    score, reasons = 0, list[Reason]()
    same = [(item, lot) for item, lots in goods.lots.items() for lot in lots if lot in bin.load.lots.get(item, ())]
    buried = _buried(goods, bin)
    if same and not buried:
        score, reasons = score + 60, [*reasons, Reason("same_lot")]
    elif buried:
        score, reasons = score - 40, [*reasons, Reason("buries", {"count": str(buried)})]
    elif goods.lots.keys() & bin.load.lots.keys():
        score, reasons = score + 30, [*reasons, Reason("same_item")]
    elif not bin.load.lots:
        score, reasons = score + 15, [*reasons, Reason("empty")]
    if any(goods.lots.keys() & other.load.lots.keys() for other in around):
        score, reasons = score + 10, [*reasons, Reason("near_item")]
    if bin.storage_class:
        reasons.append(Reason("class", {"storage_class": bin.storage_class}))
    if bin.purpose == Purpose.PICKING:
        score -= 20  # faces are filled from the reserve, not from the dock
    way, said = _way(bin, dock)
    full = _fill(goods, bin)
    return Proposal(bin, score - way + (full or 0) // 10, (*reasons, *said, *_filled(full)))


def _buried(goods: Load, bin: Bin) -> int:
    """How many lots of the same item in the bin would lie behind what is to be taken later."""
    count = 0
    for item, lots in goods.lots.items():
        latest = max((day or 10**7 for day in lots.values()), default=0)
        there = bin.load.lots.get(item, {})
        count += sum((day or 10**7) < latest for lot, day in there.items() if lot not in lots)
    return count


def _way(bin: Bin, dock: tuple[float, float] | None) -> tuple[int, list[Reason]]:
    if dock is not None and bin.x is not None and bin.y is not None:
        metres = round(hypot(bin.x - dock[0], bin.y - dock[1]))
        return min(metres, 200) // 10, [Reason("near", {"metres": str(metres)})]
    if bin.sequence is not None:
        return min(bin.sequence, 2000) // 100, [Reason("on_path", {"sequence": str(bin.sequence)})]
    return 0, []


def _fill(goods: Load, bin: Bin) -> int | None:
    """Percent of what it bears, by what is nearest to its limit."""
    shares = [
        100 * (there + more) // most
        for most, there, more in (
            (bin.weight, bin.load.weight, goods.weight),
            (bin.volume, bin.load.volume, goods.volume),
            (bin.pallets, bin.load.pallets, goods.pallets),
        )
        if most
    ]
    return max(shares, default=None)


def _filled(full: int | None) -> list[Reason]:
    return [] if full is None else [Reason("fills", {"percent": str(full)})]
