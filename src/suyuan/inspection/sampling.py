"""Which plan applies to goods, and what it asks of a lot where the series stands. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from suyuan.inspection.iso2859 import Sampling, Severity, counts_pieces, sampling_of
from suyuan.inspection.judging import Asked
from suyuan.inspection.kinds import Mode
from suyuan.inspection.switching import Series

MOST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class PlanInfo:
    """A plan in use; `supplier`, `item` and `category` by their keys, empty where it does not depend on them."""

    id: int
    code: str
    mode: Mode
    aql: str = ""
    minor_aql: str = ""
    level: str = "II"
    sample_size: int | None = None
    certificates: tuple[str, ...] = ()
    qualified: bool = False
    reduced: bool = False
    supplier: str = ""
    item: str = ""
    category: str = ""

    @property
    def general(self) -> bool:
        """Does it depend on nothing, and so apply only where an item names it?"""
        return not (self.supplier or self.item or self.category)


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is drawn from a lot: the sample of the table, or the fixed or whole one, for major and for minor ones."""

    asked: Asked
    letter: str = ""
    severity: Severity = Severity.NORMAL


def plan_for(plans: Iterable[PlanInfo], *, supplier: str, item: str, category: str, named: str = "") -> PlanInfo | None:
    """The plan that fits best: of the supplier and the item, of the item (as a plan says, else as the item names it),
    of the supplier and the category, of the category, of the supplier."""
    known = list(plans)
    by_goods = {(plan.supplier, plan.item, plan.category): plan for plan in known if not plan.general}
    by_code = {plan.code.casefold(): plan for plan in known}
    found = [by_goods.get((supplier, item, "")) if supplier and item else None, by_goods.get(("", item, ""))]
    found += [by_code.get(named.casefold()) if named else None]
    if category:
        found += [by_goods.get((supplier, "", category)), by_goods.get(("", "", category))]
    found += [by_goods.get((supplier, "", "")) if supplier else None]
    return next((plan for plan in found if plan is not None), None)


def drawn_for(plan: PlanInfo, lot_size: int, series: Series) -> Drawn:
    """What the plan asks of a lot of so many pieces."""
    if plan.mode in (Mode.SKIP, Mode.CERTIFICATE):
        return Drawn(Asked(0, 0))
    if plan.mode is Mode.ALL:
        return Drawn(Asked(lot_size, 0))
    if plan.sample_size is not None:
        return Drawn(Asked(min(plan.sample_size, lot_size), 0), severity=series.severity)
    major = sampling_of(lot_size, plan.level, plan.aql, series.severity)
    minor = _minor(plan, lot_size, series)
    asked = Asked(
        major.size,
        major.accept,
        counts_pieces(plan.aql),
        minor.size if minor else 0,
        minor.accept if minor else None,
    )
    return Drawn(asked, major.letter, series.severity)


def _minor(plan: PlanInfo, lot_size: int, series: Series) -> Sampling | None:
    return sampling_of(lot_size, plan.level, plan.minor_aql, series.severity) if plan.minor_aql else None


def pieces(quantity: Decimal) -> int:
    """The size of a lot in pieces: of what is weighed or measured, its whole units, begun ones too."""
    return max(1, min(MOST, int(quantity.to_integral_value(ROUND_CEILING))))
