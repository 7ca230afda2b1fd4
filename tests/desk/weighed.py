"""Goods that are weighed each time: two wheels of ten kilograms, come in this morning."""

from datetime import timedelta
from uuid import uuid4

from suyuan.capture.guard import governed
from suyuan.catalog.drafts import NewItem
from suyuan.catalog.models import Item
from suyuan.catalog.writes import do_add_items
from suyuan.gs1.identifiers import lot_of_item
from suyuan.operations.commands import ReceiptLine, Receive
from tests.desk import company


def wheels() -> str:
    """The URI of their lot."""
    with governed():
        do_add_items(items=[NewItem(code="WHEEL", name_en="Wheel", base_unit="EA", catch_weight=True)])
    line = ReceiptLine(item="WHEEL", lot="W1", quantity=2, weight="10")
    work = company.Work()
    work.number = uuid4().int >> 8
    work.do(company.NOW - timedelta(minutes=30), Receive(warehouse="plant", supplier="FARM-1", lines=(line,)))
    return lot_of_item(Item.objects.get(code="WHEEL").uri, "W1")
