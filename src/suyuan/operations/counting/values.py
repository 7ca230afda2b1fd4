"""What goods are worth, as far as we know: the last price at which each item was ordered."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Max

from suyuan.orders.kinds import OrderKind
from suyuan.orders.models import OrderLine


@dataclass(frozen=True, slots=True)
class Prices:
    """Item URI → price of one base unit, all in one currency; empty where nothing was ordered with a price."""

    of: dict[str, Decimal] = field(default_factory=dict)
    currency: str = ""


def last_prices() -> Prices:
    """The last price of each item, in the currency in which most items were ordered: others cannot be added to it. Two
    statements.
    """
    priced = OrderLine.objects.filter(order__kind=OrderKind.PURCHASE.value, price__isnull=False)
    last = priced.values("item", "order__currency").annotate(last=Max("pk")).values_list("last", flat=True)
    names = ("item__uri", "order__currency", "price", "quantity", "base")
    rows = list(OrderLine.objects.filter(pk__in=last).values_list(*names))
    counts = Counter(currency for _, currency, *_ in rows)
    if not counts:
        return Prices()
    currency = min(counts, key=lambda code: (-counts[code], code))
    return Prices(
        {
            uri: Decimal(price) * quantity / base / 1_000_000
            for uri, code, price, quantity, base in rows
            if code == currency
        },
        currency,
    )
