"""How much more or less may come than was ordered, where the order says nothing: as the supplier's code for the item
says, else the category of the item, else the settings of the firm. And how much more may go: as the customer's code
says, else the category, else the firm; that less of it completes his order is told by the order alone.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from suyuan.catalog.models import SupplierItem
from suyuan.governance.models import Setting
from suyuan.governance.settings import OVER_TOLERANCE, SENT_TOLERANCE, SETTINGS, UNDER_TOLERANCE
from suyuan.gs1.quantities import unscaled
from suyuan.orders.kinds import OrderKind
from suyuan.orders.models import Order, OrderLine
from suyuan.orders.rules import NOTHING

OVER, UNDER, SENT = "over", "under", "sent"
FIRM: Mapping[str, str] = {OVER: OVER_TOLERANCE, UNDER: UNDER_TOLERANCE, SENT: SENT_TOLERANCE}


def with_tolerances(rows: QuerySet[OrderLine]) -> QuerySet[Any]:  # Any: lines, with these columns besides
    """Order lines with what others than the order say of them; in the same statement."""
    columns: dict[str, Subquery | F] = {
        f"firm_{name}": Subquery(Setting.objects.filter(pk=key).values("value")[:1]) for name, key in FIRM.items()
    }
    for name in (OVER, UNDER):
        codes = SupplierItem.objects.filter(partner=OuterRef("order__partner"), item=OuterRef("item"), is_active=True)
        # Of several codes for one item the strictest holds.
        strictest = codes.filter(**{f"{name}__isnull": False}).order_by(name).values(name)[:1]
        columns[f"code_{name}"] = Subquery(strictest)
    columns |= {f"category_{name}": F(f"item__category__{name}") for name in FIRM}
    return rows.annotate(**columns)


def tolerances_of(order: Order, row: Any) -> tuple[Decimal, Decimal]:  # Any: a line of `with_tolerances`
    """How many percent more, and less, may come; or may go, of which the order alone says how much less."""
    match order.kind:
        case OrderKind.PURCHASE:
            over = _nearest(row.over, order.over, row.code_over, row.category_over, firm=_firm(row, OVER))
            under = _nearest(row.under, order.under, row.code_under, row.category_under, firm=_firm(row, UNDER))
            return over, under
        case OrderKind.SALES:
            over = _nearest(row.over, order.over, row.code_over, row.category_sent, firm=_firm(row, SENT))
            return over, _nearest(row.under, order.under)
    return _nearest(row.over, order.over), _nearest(row.under, order.under)


def _nearest(*said: int | None, firm: Decimal = NOTHING) -> Decimal:
    """The nearest to the line that says anything counts."""
    return next((unscaled(one) for one in said if one is not None), firm)


def _firm(row: Any, name: str) -> Decimal:  # Any: likewise
    return Decimal(str(getattr(row, f"firm_{name}") or SETTINGS[FIRM[name]].default))
