"""What was kept for orders and is no longer: held, counted short, taken over by an urgent order."""

from suyuan.gs1.quantities import scaled
from suyuan.insight.kinds import Severity
from suyuan.insight.rules import Cause
from suyuan.insight.world import World
from suyuan.orders.kinds import Priority
from suyuan.orders.queries import OpenOrder
from suyuan.orders.reservations import kept_by_line


def order_unkept(world: World) -> list[Cause]:
    """Open sales orders and issues of which a line lost goods and has not got others. One statement besides those for
    the orders."""
    found = []
    outgoing = [*world.sales, *world.issues]
    kept = kept_by_line(one.order.pk for one in outgoing)
    for one in outgoing:
        lines = _lacking(one, kept)
        if lines:
            urgent = one.order.priority == Priority.URGENT
            found.append(
                Cause(
                    kind="order_unkept",
                    log=one.order.warehouse_id,
                    cause=f"{one.order.kind}:{one.order.key}",
                    subject=one.order.uri,
                    severity=Severity.URGENT if urgent else Severity.WARN,
                    facts={
                        "number": one.order.number,
                        "order": one.order.kind,
                        "partner": one.order.partner.uri if one.order.partner else "",
                        "count": lines,
                    },
                )
            )
    return found


def _lacking(one: OpenOrder, kept: dict[int, tuple[int, int]]) -> int:
    """How many open lines have lost goods and are not made up for. Pure."""
    told = [(line, *kept.get(line.id, (0, 0))) for line in one.open]
    return sum(1 for line, there, broken in told if broken and there < scaled(line.open))
