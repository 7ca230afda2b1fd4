"""Open orders from one sheet: rows that carry the order's head too."""

from collections.abc import Callable

import pytest
from django.test import Client

from suyuan.accounts.writes import At, do_add_user
from suyuan.capture.guard import governed
from suyuan.governance.jobs import part_of
from suyuan.governance.models import Job, JobPart
from suyuan.gs1.quantities import decimal_text, unscaled
from suyuan.orders.models import Order, OrderLine
from tests.desk import company
from tests.desk.sheets import again, csv, send

Sit = Callable[..., Client]
HEAD = ("订单号", "供应商", "仓库", "预计到货", "物料", "数量", "单位")
ROWS = (
    ("PO-1", "PACK", "plant", "2026-12-01", "CUP-150", "5000", ""),
    ("PO-1", "", "", "", "CULT", "2", "千克"),
    ("po-2", "FARM-1", "PLANT", "", "MILK", "1200.5", "KGM"),
    ("PO-1", "pack", "plant", "2026/12/1", "CUP-150", "300", ""),
)


def lines() -> list[tuple[str, int, str, str]]:
    rows = OrderLine.objects.order_by("order__key", "number")
    return [
        (order, number, item, decimal_text(unscaled(base)))
        for order, number, item, base in rows.values_list("order__number", "number", "item__code", "base")
    ]


def wrong(job: Job) -> set[tuple[int, str, str]]:
    """(row, field, code) of everything that was found."""
    parts = JobPart.objects.filter(job=job)
    return {(row[0], name, code) for part in parts for row in part_of(part) for name, code, _params in row[3]}


def test_it_works(sit: Sit) -> None:
    buyer = sit("office")
    job = send(buyer, "open_purchases", csv(HEAD, *ROWS[:3]))
    assert wrong(job) == set()
    assert job.result["counts"]["new"] == 3
    job = again(buyer, job, do="write")
    assert job.result["written"]
    assert lines() == [
        ("PO-1", 1, "CUP-150", "5000"), ("PO-1", 2, "CULT", "2000"), ("po-2", 1, "MILK", "1200.5"),
    ]  # fmt: skip
    head = Order.objects.get(key="PO-1")
    assert head.partner is not None
    assert (head.partner.code, head.warehouse_id, str(head.expected)) == ("PACK", "plant", "2026-12-01")
    job = send(buyer, "open_purchases", csv(HEAD, *ROWS[:3]))
    assert job.result["counts"]["same"] == 3, "the same file once more changes nothing"


def test_numbers_of_lines_are_kept_where_the_sheet_has_them(sit: Sit) -> None:
    head = ("Order number", "Line", "Supplier", "Warehouse", "Item", "Quantity")
    rows = (("P9", "20", "PACK", "plant", "CUP-150", "10"), ("P9", "10", "PACK", "plant", "CUP-150", "5"))
    buyer = sit("office")
    again(buyer, send(buyer, "open_purchases", csv(head, *rows)), do="write")
    assert lines() == [("P9", 10, "CUP-150", "5"), ("P9", 20, "CUP-150", "10")]


def test_each_mistake_stands_in_its_cell(sit: Sit) -> None:
    rows = (
        ("PO-1", "PACK", "plant", "2026-12-01", "CUP-150", "5000", ""),
        ("PO-1", "FARM-1", "plant", "2026-12-02", "MILK", "1", ""),  # another supplier, another day
        ("PO-2", "", "", "", "MILK", "1", ""),  # nobody and nowhere
        ("PO-3", "C001", "nowhere", "", "NOTHING", "0", ""),
        ("PO-4", "FARM-1", "plant", "", "MILK", "", "XXX"),
        ("PO-5", "FARM-1", "plant", "", "MILK", "5", "LTR"),
        ("", "FARM-1", "plant", "", "MILK", "5", ""),
    )
    job = send(sit("office"), "open_purchases", csv(HEAD, *rows))
    assert wrong(job) == {
        (3, "partner", "orders.head_differs"),
        (3, "expected", "orders.head_differs"),
        (4, "partner", "catalog.field_needed"),
        (4, "warehouse", "catalog.field_needed"),
        (5, "partner", "orders.not_supplier"),
        (5, "warehouse", "catalog.warehouse_unknown"),
        (5, "item", "catalog.item_unknown"),
        (5, "quantity", "catalog.field_bounds"),
        (6, "quantity", "catalog.field_needed"),
        (6, "unit", "gs1.unit_unknown"),
        (7, "unit", "catalog.no_conversion"),
        (8, "number", "catalog.field_needed"),
    }
    assert not Order.objects.exists()


def test_a_sheet_adds_to_what_is_there(sit: Sit) -> None:
    buyer = sit("office")
    again(buyer, send(buyer, "open_purchases", csv(HEAD, ROWS[0])), do="write")
    more = ("PO-1", "", "", "", "CULT", "3", "千克")
    job = send(buyer, "open_purchases", csv(HEAD, more))
    assert job.result["counts"]["new"] == 1
    again(buyer, job, do="write")
    assert [line[:3] for line in lines()] == [("PO-1", 1, "CUP-150"), ("PO-1", 2, "CULT")]
    job = send(buyer, "open_purchases", csv(HEAD, ("PO-1", "", "", "", "CUP-150", "6000", "")))
    assert job.result["counts"]["changed"] == 1
    again(buyer, job, do="write")
    assert lines()[0] == ("PO-1", 1, "CUP-150", "6000")


def test_sales_come_the_same_way(sit: Sit) -> None:
    with governed():
        do_add_user(username="finance", name="Fei", password=company.PASSWORD, grants=[At("finance")])
    finance = sit("finance")
    head = ("Sales order", "Customer", "Warehouse", "Item", "Quantity", "Unit", "Least remaining life")
    job = send(
        finance, "open_sales", csv(("Order number", *head[1:]), ("SO-1", "C001", "plant", "YOG-150", "240", "", "7"))
    )
    assert wrong(job) == set()
    again(finance, job, do="write")
    assert (Order.objects.get().kind, OrderLine.objects.get().min_days) == ("sales", 7)


def test_the_guided_start_offers_them(sit: Sit) -> None:
    shown = sit("office").get("/start").content.decode()
    assert "Open orders" in shown
    assert "/data/open_purchases/template" in shown
    assert sit("office").get("/data/open_purchases/template").status_code == 200


@pytest.mark.usefixtures("firm")
def test_who_may(sit: Sit) -> None:
    response = sit("keeper").post("/import", {"register": "open_purchases"})
    assert response.status_code == 403 or not Job.objects.exists()


def test_sales_say_how_urgent_they_are_and_when_they_arrive(sit: Sit) -> None:
    with governed():
        do_add_user(username="seller", name="Sha", password=company.PASSWORD, grants=[At("finance")])
    head = (
        "Order number", "Customer", "Warehouse", "Item", "Quantity", "Priority", "Delivered on",
        "Each line of one lot only",
    )  # fmt: skip
    rows = (
        ("S-1", "C001", "plant", "YOG-150", "5", "Urgent", "2026-12-02", "yes"),
        ("S-1", "", "", "CUP-150", "3", "", "", ""),
    )
    seller = sit("seller")
    job = send(seller, "open_sales", csv(head, *rows))
    assert wrong(job) == set()
    again(seller, job, do="write")
    order = Order.objects.get()
    assert (order.priority, str(order.delivery), order.single_lot) == ("urgent", "2026-12-02", True)
    assert order.lines.count() == 2
