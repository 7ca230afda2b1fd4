"""What becomes of a work order: it is closed, cancelled, opened again. Inside a command; trusts what it is given."""

from suyuan.catalog.writes import bump
from suyuan.production.kinds import WorkState
from suyuan.production.models import WorkOrder
from suyuan.tlog.jcs import Json


def do_set_state(order: WorkOrder, state: WorkState) -> dict[str, Json]:
    """Set the state; the change, as the change record keeps it (`Plan.changes`)."""
    before, version = order.state, bump()
    order.state, order.version = state.value, version
    WorkOrder.objects.filter(pk=order.pk).update(state=state.value, version=version)
    told: dict[str, Json] = {"register": "work_orders", "uri": order.uri, "key": order.key}
    return told | {"version": version, "new": False, "fields": {"state": [before, state.value]}}
