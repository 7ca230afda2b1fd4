"""How much more or less may come than was ordered, where the order says nothing: as the supplier's code for the item
says, else the category of the item, else the settings of the firm.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from suyuan.catalog.models import SupplierItem
from suyuan.governance.models import Setting
from suyuan.governance.settings import OVER_TOLERANCE, SETTINGS, UNDER_TOLERANCE
from suyuan.gs1.quantities import unscaled
from suyuan.orders.kinds import OrderKind
from suyuan.orders.models import Order, OrderLine

OVER, UNDER = "over", "under"
FIRM: Mapping[str, str] = {OVER: OVER_TOLERANCE, UNDER: UNDER_TOLERANCE}


def with_tolerances(rows: QuerySet[OrderLine]) -> QuerySet[Any]:  # Any: lines, with these columns besides
    """Order lines with what others than the order say of them; in the same statement."""
    columns: dict[str, Subquery | F] = {}
    for name, key in FIRM.items():
        codes = SupplierItem.objects.filter(partner=OuterRef("order__partner"), item=OuterRef("item"), is_active=True)
        # Of several codes for one item the strictest holds.
        strictest = codes.filter(**{f"{name}__isnull": False}).order_by(name).values(name)[:1]
        columns[f"supplier_{name}"] = Subquery(strictest)
        columns[f"category_{name}"] = F(f"item__category__{name}")
        columns[f"firm_{name}"] = Subquery(Setting.objects.filter(pk=key).values("value")[:1])
    return rows.annotate(**columns)


def tolerances_of(order: Order, row: Any) -> tuple[Decimal, Decimal]:  # Any: a line of `with_tolerances`
    """How many percent more, and less, may come. What goes out is told by its order alone."""
    return _percent(order, row, OVER), _percent(order, row, UNDER)


def _percent(order: Order, row: Any, name: str) -> Decimal:  # Any: likewise
    """The nearest to the line that says anything counts: itself, its order, the code, the category, the firm."""
    ordered = [getattr(row, name), getattr(order, name)]
    others = [getattr(row, f"supplier_{name}"), getattr(row, f"category_{name}")]
    bought = order.kind == OrderKind.PURCHASE
    said = next((one for one in (*ordered, *(others if bought else ())) if one is not None), None)
    if said is not None:
        return unscaled(said)
    return Decimal(str(getattr(row, f"firm_{name}") or SETTINGS[FIRM[name]].default)) if bought else Decimal(0)
