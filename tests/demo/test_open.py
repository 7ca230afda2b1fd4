"""What is open when the story ends."""

from pytest_django.plugin import DjangoDbBlocker

from suyuan.orders.kinds import OrderKind
from suyuan.orders.notices import expected, find_notice
from suyuan.orders.queries import late, orders_of
from suyuan.picking.models import Tour
from suyuan.picking.queries import waves
from tests.demo.filled import UNTIL, demo_company
from tests.plugins.engines import Templates


def test_it_works(templates: Templates, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock(), templates.database("sqlite", demo_company):
        assert [one.number for one in orders_of()] == ["PO-DEMO-3", "PO-DEMO-1", "PO-DEMO-2"]
        assert [one.order.number for one in late(OrderKind.PURCHASE, "plant", UNTIL)] == ["PO-DEMO-3"]
        assert orders_of(OrderKind.SALES).count() == 3
        (one,) = expected("plant")
        assert (one.number, one.supplier_code, one.order_numbers) == ("DN-DEMO-1", "SUP-CUPS", ("PO-DEMO-1",))
        assert [int(line.quantity) for line in one.lines] == [4000, 4000]
        assert find_notice("plant", one.containers[0]) == [one]


def test_orders_are_released_for_picking(templates: Templates, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock(), templates.database("sqlite", demo_company):
        ((_wave, progress),) = waves("plant")
        assert progress.tasks > 0
        assert Tour.objects.filter(length__gt=0).exists(), "the bins have their place on the plan"
