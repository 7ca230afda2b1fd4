"""What is open when the story ends, and what the figures of its last days are made of."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from pytest_django.plugin import DjangoDbBlocker

from suyuan.accounts.rules import SYSTEM
from suyuan.catalog.directory import directory
from suyuan.delivery.kinds import LoadState, Step
from suyuan.delivery.models import Consignment, Load, LoadRow
from suyuan.demo.company import CENTRE, PLANT, ZONE
from suyuan.demo.selling import ORDERED_DAYS
from suyuan.demo.staff import KEEPER, PICKER
from suyuan.insight.finders.papers import licence, licence_missing
from suyuan.insight.kinds import Severity
from suyuan.insight.reports.asking import read
from suyuan.insight.reports.catalogue import REPORTS
from suyuan.insight.reports.running import run
from suyuan.insight.service import due_orders, served
from suyuan.insight.service_rules import Verdict, Why, level
from suyuan.insight.work import picked, total
from suyuan.insight.world import World
from suyuan.operations.inbound.history import names_of
from suyuan.orders.amounts import done_by_order
from suyuan.orders.kinds import OrderKind
from suyuan.orders.notices import expected, find_notice
from suyuan.orders.queries import find_order, late, orders_of
from suyuan.picking.kinds import WaveState
from suyuan.picking.models import Tour
from suyuan.picking.queries import waves
from suyuan.recall.models import Case
from suyuan.recall.queries import figures
from suyuan.stock.book import ONE
from tests.demo.filled import UNTIL, demo_company
from tests.insight.asking import plain
from tests.plugins.engines import Templates

NOW = datetime(UNTIL.year, UNTIL.month, UNTIL.day, 8, tzinfo=ZoneInfo(ZONE))


@pytest.fixture(autouse=True)
def company(templates: Templates, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), templates.database("sqlite", demo_company):
        yield


def test_it_works() -> None:
    assert [one.number for one in orders_of()] == ["PO-DEMO-3", "PO-DEMO-1", "PO-DEMO-2"]
    assert [one.order.number for one in late(OrderKind.PURCHASE, "plant", UNTIL)] == ["PO-DEMO-3"]
    demo = [one.number for one in orders_of(OrderKind.SALES) if one.number.startswith("SO-DEMO")]
    assert sorted(demo) == ["SO-DEMO-1", "SO-DEMO-2", "SO-DEMO-3", "SO-DEMO-5"], "the fourth left wholly"
    (one,) = expected("plant")
    assert (one.number, one.supplier_code, one.order_numbers) == ("DN-DEMO-1", "SUP-CUPS", ("PO-DEMO-1",))
    assert [int(line.quantity) for line in one.lines] == [4000, 4000]
    assert find_notice("plant", one.containers[0]) == [one]


def test_orders_are_released_for_picking() -> None:
    open_ = [(wave, progress) for wave, progress in waves("plant") if wave.state == WaveState.OPEN]
    ((_wave, progress),) = open_
    assert progress.tasks > 0
    assert Tour.objects.filter(length__gt=0).exists(), "the bins have their place on the plan"


def test_the_last_weeks_were_ordered_and_not_all_went_as_promised() -> None:
    orders = due_orders([PLANT, CENTRE], UNTIL - timedelta(days=30), UNTIL - timedelta(days=1))
    assert min(one.expected for one in orders if one.expected) == UNTIL - timedelta(days=ORDERED_DAYS)
    found = [one.served for one in served(orders, NOW)]
    assert Counter(one.verdict for one in found).keys() == {Verdict.KEPT, Verdict.MISSED, Verdict.UNSIGNED}
    assert {one.why for one in found if one.verdict is Verdict.MISSED} == {Why.SHORT, Why.LATE, Why.REFUSED}
    whole = level(found)
    assert whole.on_time is not None
    assert 0.8 < whole.on_time < 1


def test_two_people_picked_by_tour_and_one_found_too_little() -> None:
    found = picked([PLANT], UNTIL - timedelta(days=7), UNTIL - timedelta(days=1), ZoneInfo(ZONE))
    names = names_of(found)
    assert len(found) == 2
    assert all(word in " ".join(names.values()) for word in ("仓管", "拣货")), (KEEPER, PICKER)
    whole = total(found.values())
    assert whole.short == 1
    assert whole.confirmed < whole.scans
    assert whole.seconds > 0


def test_a_mixed_pallet_is_on_its_way() -> None:
    order = find_order("SO-DEMO-4", OrderKind.SALES)
    assert order is not None
    (load,) = Load.objects.filter(order=order.uri)
    assert load.state == LoadState.SHIPPED
    assert len(done_by_order(OrderKind.SALES, [order.uri])) >= 3, "on one pallet"
    booked = Consignment.objects.get(document=load.document)
    assert booked.step in {Step.COLLECTED, Step.OUT_FOR_DELIVERY, Step.EXCEPTION}


def test_a_truck_is_half_loaded() -> None:
    order = find_order("SO-DEMO-5", OrderKind.SALES)
    assert order is not None
    (load,) = Load.objects.filter(order=order.uri)
    assert load.state == LoadState.OPEN
    loaded = [row.loaded for row in LoadRow.objects.filter(load=load)]
    assert sum(loaded) > 0
    assert loaded.count(0) >= 1
    assert ONE in loaded  # a carton


def test_a_recall_is_over_and_a_drill_was_held() -> None:
    recall, drill = Case.objects.order_by("opened")
    assert (recall.state, recall.kind, drill.state, drill.kind) == ("closed", "recall", "closed", "drill")
    assert recall.published is not None
    assert drill.score["seconds"] >= 12 * 60
    assert drill.score["parts"]["linked"] == 1_000_000
    now = figures(recall)
    assert now.effectiveness == 1_000_000
    assert all(share is not None and share > 900_000 for share in now.recovery.values())


# -- what reports have to tell ----------------------------------------------------------------------------------------


def table(name: str) -> list[list[object]]:
    """The rows of a report on the last thirty days of both warehouses, with words in English."""
    report = REPORTS[name]
    reading = read(report, {"in": "all"}, SYSTEM, directory(), PLANT, NOW, "en")
    return [list(map(plain, row.cells)) for row in run(report, reading.asked).found.rows]


def test_some_customers_cannot_be_reached_in_a_recall() -> None:
    told = Counter(str(row[2]) for row in table("recall-readiness")[1:])
    assert told.keys() == {"only by letter", "there is no way"}
    assert 2 <= sum(told.values()) < len([one for one in directory().partners.values() if "customer" in one.roles]) / 3


def test_papers_run_out_have_run_out_and_are_missing() -> None:
    world = World(NOW)
    assert {one.severity for one in licence(world)} == {Severity.WARN, Severity.URGENT}
    (missing,) = licence_missing(world)
    assert missing.facts["paper"] == "transport-licence"


def test_suppliers_differ_in_each_part_of_their_score() -> None:
    rows = table("supplier-scores")
    assert len(rows) == 6
    for column, least in ((1, 4), (2, 2), (5, 2), (7, 3), (9, 2)):
        assert len({row[column] for row in rows} - {None}) >= least, column


def test_people_err_now_and_then() -> None:
    rows = table("people-errors")
    assert all(any(int(str(row[kind])) for row in rows) for kind in (1, 3, 5)), "received, picked, counted"
    assert all(0 <= int(str(row[9])) < int(str(row[8])) / 5 for row in rows)
    assert sum(int(str(row[4])) for row in rows) > 0
    assert sum(int(str(row[6])) for row in rows) > 0


def test_a_door_stood_open() -> None:
    rows = table("temperature-excursions")
    assert rows
    assert {row[5] for row in rows} == {Decimal("11.3")}
