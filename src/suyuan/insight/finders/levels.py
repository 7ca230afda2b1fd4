"""Items of which there is too little or too much, over all warehouses: what the firm owns and may use."""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from django.db.models import Q

from suyuan.catalog.models import Item
from suyuan.gs1.quantities import decimal_text, unscaled
from suyuan.insight.goods import amount, rows
from suyuan.insight.kinds import COMPANY, Severity
from suyuan.insight.rules import Cause
from suyuan.insight.world import World
from suyuan.ledger.keys import key16
from suyuan.stock.facts import OWN, RELEASED
from suyuan.stock.queries import IN_HOUSE
from suyuan.stock.states import GOOD_SQL
from suyuan.tlog.jcs import Json

# Free: released, not on hold (themselves, their lot, their item, the container around them), not expired, and our own.
_BLOCKED = "(SELECT o.subject FROM stock_subject o WHERE NOT (o.blocks = ''))"
_HELD = (
    "SELECT COALESCE(s.item, s.subject), SUM(b.quantity), "
    f"SUM(CASE WHEN s.subject IN {_BLOCKED} OR s.lot IN {_BLOCKED} OR s.item IN {_BLOCKED} OR b.holder IN {_BLOCKED} "
    f"THEN 0 WHEN b.status = %s AND (s.expiry IS NULL OR {GOOD_SQL}) THEN b.quantity ELSE 0 END)"
    " FROM stock_subject s JOIN stock_balance b ON b.log = s.log AND b.subject = s.subject "
    f"WHERE s.container = 0 AND b.quantity > 0 AND b.owner = %s AND {IN_HOUSE} GROUP BY COALESCE(s.item, s.subject)"
)


def stocked(world: World) -> dict[bytes, tuple[int, int]]:
    """Item → how much of it is here, and how much of that is free, in millionths. One statement."""
    found = rows(_HELD, RELEASED, world.today().toordinal(), OWN)
    return {bytes(item): (int(all_), int(free)) for item, all_, free in found}


def low(world: World) -> list[Cause]:
    """Items below their minimum, urgent; and those at their reorder point with what is ordered. Five statements."""
    wanted = list(Item.objects.filter(Q(minimum__gt=0) | Q(reorder_point__gt=0), is_active=True))
    if not wanted:
        return []
    here, ordered = stocked(world), _ordered(world)
    found = []
    for item in wanted:
        free = here.get(key16(item.uri), (0, 0))[1]
        coming = ordered.get(item.uri, Decimal(0))
        below = item.minimum is not None and free < item.minimum
        reorder = item.reorder_point is not None and unscaled(free) + coming <= unscaled(item.reorder_point)
        if below or reorder:
            severity = Severity.URGENT if below else Severity.WARN
            found.append(_cause("low", item, free, severity, _low_facts(item, below, coming)))
    return found


def _low_facts(item: Item, below: bool, coming: Decimal) -> dict[str, Json]:
    limit = item.minimum if below else item.reorder_point
    facts: dict[str, Json] = {"ordered": decimal_text(coming), "limit": decimal_text(unscaled(limit or 0))}
    if item.reorder_quantity:
        facts["order"] = decimal_text(unscaled(item.reorder_quantity))
    return facts


def high(world: World) -> list[Cause]:
    """Items above their maximum. Two statements."""
    wanted = list(Item.objects.filter(maximum__gt=0, is_active=True))
    here: Mapping[bytes, tuple[int, int]] = stocked(world) if wanted else {}
    return [
        _cause("high", item, held, Severity.NOTE, {"limit": decimal_text(unscaled(item.maximum))})
        for item in wanted
        if item.maximum is not None and (held := here.get(key16(item.uri), (0, 0))[0]) > item.maximum
    ]


def _cause(kind: str, item: Item, quantity: int, severity: Severity, facts: Mapping[str, Json]) -> Cause:
    return Cause(
        kind=kind,
        log=COMPANY,
        cause=key16(item.uri).hex(),
        subject=item.uri,
        severity=severity,
        facts={**amount(quantity, item.base_unit), **facts},
    )


def _ordered(world: World) -> dict[str, Decimal]:
    """Item URI → how much of it is still to come."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for one in world.purchases:
        for line in one.open:
            found[line.item] += line.open
    return found
