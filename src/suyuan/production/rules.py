"""What it takes to make so much, how much of that was done, and what wants a word about it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import decimal_text, unit
from suyuan.production.kinds import Role, WorkState

NOTHING = Decimal(0)
HUNDRED = Decimal(100)
SMALLEST = Decimal("0.000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A line of a bill: `quantity` base units of `item`, a URI, for the amount of the bill. The rest in percent."""

    number: int
    role: str
    item: str
    code: str
    quantity: Decimal
    unit: str
    scrap: Decimal = NOTHING
    over: Decimal = NOTHING
    backflush: bool = False

    @property
    def goes_in(self) -> bool:
        return self.role == Role.COMPONENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A bill of material: what `makes` base units of `item` take and give. `least`, `most`: percent of yield."""

    id: int
    item: str
    code: str
    unit: str
    makes: Decimal
    parts: tuple[Part, ...] = ()
    least: Decimal | None = None
    most: Decimal | None = None

    @property
    def components(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.goes_in)

    @property
    def beside(self) -> tuple[Part, ...]:
        """What comes out beside the product."""
        return tuple(part for part in self.parts if not part.goes_in)

    def need(self, part: Part, amount: Decimal) -> Decimal:
        """How much of a part `amount` of the product takes, scrap included, or gives."""
        return _whole(part.quantity * amount / self.makes * (HUNDRED + part.scrap) / HUNDRED, part.unit)


def _whole(amount: Decimal, code: str) -> Decimal:
    """To the millionth; of what is counted there are no parts, and too little makes no product."""
    step = Decimal(1) if unit(code).dimension == "count" else SMALLEST
    return amount.quantize(step, rounding=ROUND_CEILING).normalize() + 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A work order as it stands beside what was done for it: `used`, `made` and `lost`, item → amount in base units."""

    id: int
    number: str
    uri: str
    warehouse: str
    recipe: Recipe
    quantity: Decimal
    over: Decimal
    line: str
    line_code: str
    shift: str
    due: date | None
    state: str
    used: Mapping[str, Decimal]
    made: Mapping[str, Decimal]
    lost: Mapping[str, Decimal]

    @property
    def good(self) -> Decimal:
        """How much of the product there is of it: made, less what was scrapped or worked again for it."""
        item = self.recipe.item
        return self.made.get(item, NOTHING) - self.lost.get(item, NOTHING) - self.used.get(item, NOTHING)

    @property
    def open(self) -> Decimal:
        return max(self.quantity - self.good, NOTHING) if self.state == WorkState.OPEN else NOTHING

    @property
    def most(self) -> Decimal:
        """As much as may be made without a question."""
        return self.quantity * (HUNDRED + self.over) / HUNDRED

    @property
    def percent(self) -> int:
        return int(min(HUNDRED, max(self.good, NOTHING) * HUNDRED / self.quantity)) if self.quantity else 0

    @property
    def begun(self) -> bool:
        return bool(self.used or self.made or self.lost)

    def is_late(self, today: date) -> bool:
        return self.state == WorkState.OPEN and self.due is not None and self.due < today and self.open > 0

    def rest(self, part: Part) -> Decimal:
        """How much of a component is still needed, or to be expected beside the product."""
        told = self.used if part.goes_in else self.made
        return max(self.recipe.need(part, self.quantity) - told.get(part.item, NOTHING), NOTHING)


def state_problems(state: str, number: str, field: str = "prodorder") -> list[Problem]:
    """Why nothing may be made for an order in this state."""
    if state == WorkState.OPEN:
        return []
    return [Problem(f"production.work_{state}", field, {"number": number})]


Amounts = Mapping[str, Decimal]  # item → amount in base units


def making_problems(
    work: Work, used: Amounts, made: Amounts, *, whole: bool, names: Mapping[str, str]
) -> list[Problem]:
    """What is to be confirmed, or said why, before so much is used and made for an order.

    `whole`: the making says all that went into it, so that a component which is missing is a question; of one that is
    told in several events it is not. `names`: item → its code. Those with the code ``production.yield_outside`` want a
    reason, the others a yes.
    """
    recipe = work.recipe
    known = {part.item for part in recipe.parts} | {recipe.item}
    product = made.get(recipe.item, NOTHING)
    problems = [
        Problem(f"production.not_in_bom_{side}", "inputs" if side == "in" else "outputs", _of(work, names, item))
        for side, amounts in (("in", used), ("out", made))
        for item in amounts
        if item not in known
    ]
    if product and work.good + product > work.most:
        shown = _of(work, names, recipe.item) | {
            "most": decimal_text(work.most), "before": decimal_text(work.good), "now": decimal_text(product),
            "unit": recipe.unit,
        }  # fmt: skip
        problems.append(Problem("production.over_planned", "outputs", shown))
    if whole and product:
        problems += _components(work, used, product, names)
    elif used:
        problems += over_problems(work, used, names)
    return problems


def _components(work: Work, used: Amounts, product: Decimal, names: Mapping[str, str]) -> list[Problem]:
    """A making that says all that went into it: does that fit to what came out?"""
    recipe = work.recipe
    problems = []
    for part in recipe.components:
        told, need = used.get(part.item, NOTHING), recipe.need(part, product)
        if not told:
            problems.append(Problem("production.component_missing", "inputs", _of(work, names, part.item)))
        elif not within(recipe, need * HUNDRED / told):
            shown = _of(work, names, part.item) | {
                "yield": decimal_text((need * HUNDRED / told).quantize(Decimal("0.1"))),
                "least": limit(recipe.least), "most": limit(recipe.most),
            }  # fmt: skip
            problems.append(Problem("production.yield_outside", "reason", shown))
        elif told > need * (HUNDRED + part.over) / HUNDRED and recipe.least is None:
            problems.append(_more(work, names, part, need, told))
    return problems


def over_problems(work: Work, used: Amounts, names: Mapping[str, str]) -> list[Problem]:
    """Components of which more would be used, all told, than the whole order takes."""
    found = []
    for part in work.recipe.components:
        need, told = work.recipe.need(part, work.quantity), work.used.get(part.item, NOTHING)
        now = used.get(part.item, NOTHING)
        if now and told + now > need * (HUNDRED + part.over) / HUNDRED:
            found.append(_more(work, names, part, need, told + now))
    return found


def _more(work: Work, names: Mapping[str, str], part: Part, need: Decimal, told: Decimal) -> Problem:
    shown = _of(work, names, part.item) | {
        "need": decimal_text(need), "used": decimal_text(told), "unit": part.unit,
    }  # fmt: skip
    return Problem("production.over_consumed", "inputs", shown)


def within(recipe: Recipe, percent: Decimal) -> bool:
    """Is a yield within the limits of the bill, as far as it has any?"""
    low = recipe.least is not None and percent < recipe.least
    high = recipe.most is not None and percent > recipe.most
    return not (low or high)


def limit(percent: Decimal | None) -> str:
    return "–" if percent is None else decimal_text(percent)


def _of(work: Work, names: Mapping[str, str], item: str) -> dict[str, str]:
    return {"number": work.number, "item": names.get(item, item)}


def summed(pairs: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """Item → all of it."""
    found: dict[str, Decimal] = {}
    for item, amount in pairs:
        found[item] = found.get(item, NOTHING) + amount
    return found


# -- consumed by the bill ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lying:
    """Goods that may be consumed where they lie: `quantity` base units of a lot, until `expiry` (ordinal)."""

    item: str
    uri: str
    quantity: Decimal
    expiry: int | None
    produced: int | None
    inside: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Take `quantity` of `uri`."""

    item: str
    uri: str
    quantity: Decimal
    unit: str
    inside: str = ""


@dataclass(frozen=True, slots=True)
class Flush:
    """What is consumed by the bill, and what is lacking of it: item → amount."""

    drawn: tuple[Drawn, ...]
    lacking: Mapping[str, Decimal]


def flush(wanted: Mapping[str, tuple[Decimal, str]], lying: Sequence[Lying]) -> Flush:
    """Take what is wanted (item → amount and unit) from what lies there: what expires first, else was made first."""
    far = date.max.toordinal()
    drawn: list[Drawn] = []
    lacking: dict[str, Decimal] = {}
    for item, (amount, code) in wanted.items():
        left = amount
        own = [one for one in lying if one.item == item]
        for one in sorted(own, key=lambda one: (one.expiry or far, one.produced or far, one.uri, one.inside)):
            part = min(left, one.quantity)
            if part > 0:
                drawn.append(Drawn(item, one.uri, part, code, one.inside))
                left -= part
        if left > 0:
            lacking[item] = left
    return Flush(tuple(drawn), lacking)
