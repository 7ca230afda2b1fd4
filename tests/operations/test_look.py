"""Inspections by plan: opened, filled in, judged."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from suyuan.catalog.register import Row, Values
from suyuan.governance.master import PutItems
from suyuan.inspection.commands import (
    Answer,
    ChangeSeries,
    DropInspection,
    OpenInspection,
    PutPlanChecks,
    RecordResults,
    Reviewed,
)
from suyuan.inspection.models import Inspection, NonConformance
from suyuan.inspection.nonconformances import DecideNonConformance
from suyuan.inspection.queries import waiting
from suyuan.ledger.keys import event_key
from suyuan.ledger.models import Body
from suyuan.operations.commands import (
    Inspect,
    Line,
    ReceiptLine,
    Receive,
    ReturnToSupplier,
    ReviseInspection,
    Ship,
    Verdict,
)
from tests.operations.dairy import (
    ADMIN,
    INSPECTOR,
    KEEPER,
    LAST,
    QUALITY,
    SECOND,
    Desk,
    build_dairy,
    refusal,
    stocked,
    yoghurt,
)
from tests.operations.looking import filled, looked_at, opened, plan, received, verdict


def test_it_works(desk: Desk) -> None:
    plan(desk)
    received(desk, quantity=2000)
    row = opened(desk)
    assert (row.letter, row.size, row.accept, row.lot_size) == ("K", 125, 3, 2000)
    assert row.supplier.endswith("/FARM") or "FARM" in row.supplier or row.supplier
    filled(desk, row, light=3)
    result = desk.run(verdict(row, "pass"), INSPECTOR)
    assert desk.stock(yoghurt("L1")) == {("IN", "released"): Decimal(2000)}
    row.refresh_from_db()
    assert (row.state, row.found) == ("passed", 3)
    said = json.loads(bytes(Body.objects.get(id=event_key(result.events[0])).body))
    assert said["suyuan:inspection"] == {"id": str(row.pk), "hash": row.digest}


def test_what_waits(desk: Desk) -> None:
    received(desk, "L2", 40)
    first, second = received(desk, "L1", 100), received(desk, "L1", 60)
    desk.run(
        Receive(
            warehouse="main",
            supplier="FARM",
            lines=(ReceiptLine(item="VIAL", lot="V", serials=("1", "2", "3"), expiry=LAST.replace(day=1)),),
        )
    )
    found = waiting("main")
    assert [(one.goods.rsplit("/", 1)[1], one.quantity, one.serials) for one in found] == [
        ("V", Decimal(3), 3),
        ("L2", Decimal(40), 0),
        ("L1", Decimal(100), 0),
        ("L1", Decimal(60), 0),
    ]
    assert [one.receipt for one in found[2:]] == [first, second]
    assert len({one.supplier for one in found}) == 1


def test_opening_it_twice_is_one(desk: Desk) -> None:
    plan(desk)
    first = received(desk)
    assert opened(desk).pk == opened(desk, receipt=first).pk
    received(desk)
    assert refusal(desk, OpenInspection(warehouse="main", goods=yoghurt("L1")), INSPECTOR) == {
        ("receipt", "inspection.which_delivery")
    }
    assert refusal(desk, OpenInspection(warehouse="main", goods=yoghurt("NONE")), INSPECTOR) == {
        ("goods", "inspection.nothing_waits")
    }
    assert refusal(desk, OpenInspection(warehouse="main", goods=yoghurt("L1"), receipt=first), KEEPER) == {
        ("", "governance.not_allowed")
    }


def test_goods_with_a_plan_are_passed_by_their_inspection_only(desk: Desk) -> None:
    plan(desk)
    received(desk)
    line = Verdict(item="YOG", lot="L1", verdict="pass")
    assert refusal(desk, Inspect(warehouse="main", lines=(line,)), INSPECTOR) == {("lines[0]", "inspection.needed")}
    row = opened(desk)
    assert refusal(desk, verdict(row, "pass"), INSPECTOR) == {("inspection", "inspection.results_missing")}
    filled(desk, row, light=2)  # of 20, none is allowed
    assert refusal(desk, verdict(row, "pass"), INSPECTOR) == {("inspection", "inspection.outside_plan")}
    desk.run(verdict(row, "concession"), INSPECTOR, QUALITY)
    assert desk.stock(yoghurt("L1")) == {("IN", "released"): Decimal(100)}
    row.refresh_from_db()
    assert row.state == "conceded"
    assert refusal(desk, verdict(row, "pass"), INSPECTOR) >= {("inspection", "inspection.decided_already")}


def test_a_fail_opens_a_report(desk: Desk) -> None:
    plan(desk)
    received(desk)
    row = opened(desk)
    filled(desk, row, torn=1)
    result = desk.run(verdict(row, "fail", "seal torn"), INSPECTOR, SECOND)
    report = NonConformance.objects.get(number=result.value["nonconformances"][0])
    assert (report.weight, report.fault, report.quantity) == ("critical", "other", 100_000_000)
    assert (report.inspection_id, report.description, report.supplier) == (row.pk, "seal torn", row.supplier)
    assert desk.stock(yoghurt("L1")) == {("IN", "rejected"): Decimal(100)}


def test_another_lot_is_not_judged_by_it(desk: Desk) -> None:
    plan(desk)
    received(desk, "L1")
    received(desk, "L2")
    row = opened(desk, "L1")
    filled(desk, row)
    line = Verdict(uri=yoghurt("L2"), verdict="pass")
    command = Inspect(warehouse="main", lines=(line,), inspection=str(row.pk))
    assert refusal(desk, command, INSPECTOR) == {("lines[0]", "inspection.other_goods")}


def test_papers_are_looked_at(desk: Desk) -> None:
    plan(desk, mode="certificate", certificates=("test-report",))
    received(desk)
    row = opened(desk)
    assert (row.size, row.checks) == (0, [])
    assert refusal(desk, verdict(row, "pass"), INSPECTOR) == {("inspection", "inspection.paper_missing")}
    filled(desk, row, papers=(Reviewed(kind="test-report", number="T-1"),))
    assert refusal(desk, verdict(row, "pass"), INSPECTOR) == {("inspection", "inspection.paper_missing")}
    row.refresh_from_db()
    filled(desk, row, papers=(Reviewed(kind="test-report", number="T-1", good=True),))
    row.refresh_from_db()
    desk.run(verdict(row, "pass"), INSPECTOR)
    assert Inspection.objects.get(pk=row.pk).papers[0]["number"] == "T-1"


def test_a_qualified_person_signs(desk: Desk) -> None:
    plan(desk, qualified=True)
    received(desk)
    row = opened(desk)
    filled(desk, row)
    assert refusal(desk, verdict(row, "pass"), INSPECTOR) == {("approver", "governance.approval_missing")}
    desk.run(verdict(row, "pass"), INSPECTOR, QUALITY)
    assert desk.stock(yoghurt("L1")) == {("IN", "released"): Decimal(100)}


def test_serials_of_a_lot_are_one_inspection(desk: Desk) -> None:
    plan(desk, item="VIAL")
    line = ReceiptLine(item="VIAL", lot="V", serials=("1", "2", "3"), expiry=LAST)
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(line,)))
    lot = waiting("main")[0].goods
    row = Inspection.objects.get(
        pk=desk.run(OpenInspection(warehouse="main", goods=lot), INSPECTOR).value["inspection"]
    )
    assert (row.size, row.lot_size) == (3, 3)
    filled(desk, row)
    serials = Verdict(item="VIAL", lot="V", serials=("1", "2", "3"), verdict="pass")
    desk.run(Inspect(warehouse="main", lines=(serials,), inspection=str(row.pk)), INSPECTOR)
    assert waiting("main") == []


def test_results_are_judged_as_answers(desk: Desk) -> None:
    plan(desk)
    received(desk, quantity=5)
    row = opened(desk)

    def typed(*answers: Answer, seen: int | None = None) -> RecordResults:
        return RecordResults(warehouse="main", inspection=str(row.pk), answers=answers, seen=seen)

    wrong = (
        Answer(sample=1, check=1, value="heavy"),
        Answer(sample=1, check=2, value="perhaps"),
        Answer(sample=9, check=1, value="150"),
        Answer(sample=1, check=9, value="150"),
    )
    assert refusal(desk, typed(*wrong), INSPECTOR) == {
        ("answers[0]", "inspection.no_number"),
        ("answers[1]", "inspection.no_yes_or_no"),
        ("answers[2]", "inspection.no_such_cell"),
        ("answers[3]", "inspection.no_such_cell"),
    }
    desk.run(typed(Answer(sample=1, check=2, value="合格"), seen=1), INSPECTOR)
    assert Inspection.objects.get(pk=row.pk).results == {"1.2": "yes"}
    assert refusal(desk, typed(seen=1), INSPECTOR) == {("inspection", "inspection.changed_meanwhile")}
    assert refusal(desk, RecordResults(warehouse="main", inspection="x"), INSPECTOR) == {
        ("inspection", "inspection.unknown")
    }
    assert refusal(desk, RecordResults(warehouse="cold", inspection=str(row.pk)), INSPECTOR) == {
        ("inspection", "inspection.unknown")
    }


def test_a_verdict_is_on_what_was_seen(desk: Desk) -> None:
    plan(desk)
    received(desk, quantity=5)
    row = opened(desk)
    filled(desk, row)
    line = Verdict(uri=row.goods, verdict="pass")
    stale = Inspect(warehouse="main", lines=(line,), inspection=str(row.pk), seen=1)
    assert refusal(desk, stale, INSPECTOR) == {("inspection", "inspection.changed_meanwhile")}


def test_results_are_put_right_by_a_new_version(desk: Desk) -> None:
    plan(desk)
    row = looked_at(desk, "L1", quantity=5)
    answers = tuple(
        Answer(sample=int(cell.split(".")[0]), check=int(cell.split(".")[1]), value="147" if cell == "1.1" else value)
        for cell, value in row.results.items()
    )
    same = tuple(
        Answer(sample=int(cell.split(".")[0]), check=int(cell.split(".")[1]), value=value)
        for cell, value in row.results.items()
    )
    revise = ReviseInspection(warehouse="main", inspection=str(row.pk), reason="misread", answers=answers)
    assert refusal(desk, revise, INSPECTOR) == {("approver", "governance.approval_missing")}
    before = desk.stock(yoghurt("L1"))
    done = desk.run(revise, INSPECTOR, SECOND)
    assert done.value["bears"] is False
    assert desk.stock(yoghurt("L1")) == before
    new = Inspection.objects.get(pk=done.value["inspection"])
    old = Inspection.objects.get(pk=row.pk)
    assert (new.revises_id, new.found, new.state, old.superseded) == (old.pk, 1, "passed", True)
    assert old.results["1.1"] == "150"
    said = json.loads(bytes(Body.objects.get(id=event_key(done.events[0])).body))
    assert said["suyuan:inspection"]["revises"] == str(old.pk)
    assert "disposition" not in said
    assert refusal(desk, revise, INSPECTOR, SECOND) == {("inspection", "inspection.revised_already")}
    again = ReviseInspection(warehouse="main", inspection=str(new.pk), reason="x", answers=answers)
    assert refusal(desk, again, INSPECTOR, SECOND) == {("answers", "inspection.same_results")}
    assert same != answers


def test_one_that_is_dropped_waits_again(desk: Desk) -> None:
    plan(desk)
    received(desk)
    row = opened(desk)
    drop = DropInspection(warehouse="main", inspection=str(row.pk), reason="wrong lot")
    assert refusal(desk, DropInspection(warehouse="main", inspection=str(row.pk), reason=""), INSPECTOR) == {
        ("reason", "inspection.reason_missing")
    }
    desk.run(drop, INSPECTOR)
    assert opened(desk).pk != row.pk


def test_a_plan_that_wants_a_photo(desk: Desk) -> None:
    plan(desk)
    photo: Values = {"plan": "P", "number": 2, "name_en": "Seal", "kind": "photo"}
    desk.run(PutPlanChecks(rows=(Row(photo),)), INSPECTOR)
    received(desk, quantity=5)
    row = opened(desk)
    filled(desk, row)
    assert refusal(desk, verdict(row, "pass"), INSPECTOR) == {("inspection", "inspection.photo_missing")}


# -- the series -------------------------------------------------------------------------------------------------------


def test_two_that_fail_tighten_the_next(desk: Desk) -> None:
    plan(desk)
    for n in range(2):
        looked_at(desk, f"L{n}", light=2)
    received(desk, "L3", 2000)
    row = opened(desk, "L3")
    assert (row.severity, row.size, row.accept) == ("tightened", 125, 2)


def test_five_more_that_fail_stop_it(desk: Desk) -> None:
    plan(desk)
    for n in range(7):
        looked_at(desk, f"L{n}", light=2, quantity=20)
    received(desk, "L8", 20)
    row = opened(desk, "L8")
    assert row.stopped
    filled(desk, row)
    assert refusal(desk, verdict(row, "pass"), INSPECTOR) == {("inspection", "inspection.stopped")}
    resume = ChangeSeries(item=row.item, supplier=row.supplier, kind="resume", reason="new tool")
    assert refusal(desk, resume, INSPECTOR) == {("approver", "governance.approval_missing")}
    desk.run(resume, INSPECTOR, QUALITY)
    desk.run(DropInspection(warehouse="main", inspection=str(row.pk), reason="begin again"), INSPECTOR)
    again = opened(desk, "L8")
    assert (again.severity, again.stopped) == ("tightened", False)


def test_each_supplier_has_a_series_of_his_own(desk: Desk) -> None:
    plan(desk)
    for n in range(2):
        looked_at(desk, f"L{n}", light=2)
    line = Verdict(item="YOG", lot="L9", verdict="pass")
    made = ReceiptLine(item="YOG", lot="L9", quantity=100, expiry=LAST)
    desk.run(Receive(warehouse="main", supplier="LATE", lines=(made,), override_supplier="urgent"), KEEPER, QUALITY)
    assert refusal(desk, Inspect(warehouse="main", lines=(line,)), INSPECTOR) == {("lines[0]", "inspection.needed")}
    assert opened(desk, "L9").severity == "normal"


# -- plans as master data ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"aql": ""}, ("rows[0].aql", "inspection.aql_missing")),
        ({"category": "dairy"}, ("rows[0].category", "inspection.item_and_category")),
        ({"item": "NOPE"}, ("rows[0].item", "catalog.item_unknown")),
        ({"aql": "1.1"}, ("rows[0].aql", "catalog.choice")),
    ],
)
def test_plans_are_judged(desk: Desk, values: dict[str, str], problem: tuple[str, str]) -> None:
    with pytest.raises(Exception, match=r".*") as refused:
        plan(desk, **values)
    assert problem in {(one.field, one.code) for one in getattr(refused.value, "problems", ())}


def test_two_plans_for_the_same_goods_are_refused(desk: Desk) -> None:
    plan(desk, "ONE")
    with pytest.raises(Exception, match=r".*") as refused:
        plan(desk, "TWO")
    assert ("rows[0].code", "inspection.plan_twice") in {
        (one.field, one.code) for one in getattr(refused.value, "problems", ())
    }


def test_an_item_names_a_plan_there_is(desk: Desk) -> None:
    named = PutItems(rows=(Row({"code": "YOG", "inspection_plan": "GENERAL"}),))
    assert refusal(desk, named, ADMIN) == {("rows[0].inspection_plan", "inspection.plan_unknown")}
    plan(desk, "GENERAL", item="", sample_size=4)
    desk.run(named, ADMIN)
    received(desk)
    assert opened(desk).plan == "GENERAL"


# -- what has expired -------------------------------------------------------------------------------------------------


def test_expired_goods_are_good_longer_by_concession(desk: Desk) -> None:
    stocked(desk)
    desk.later(days=30)
    shipping = Ship(warehouse="main", customer="SHOP", lines=(Line(item="YOG", lot="L1", quantity=5),))
    assert refusal(desk, shipping, KEEPER) == {("lines[0]", "stock.expired")}
    until = desk.now.date() + timedelta(days=5)
    line = Verdict(item="YOG", lot="L1", verdict="concession", reason="tested again", until=until)
    command = Inspect(warehouse="main", lines=(line,), testres="T-9")
    assert refusal(desk, command, INSPECTOR) == {("approver", "governance.approval_missing")}
    desk.run(command, INSPECTOR, QUALITY)
    desk.run(shipping, KEEPER)
    desk.later(days=6)
    assert refusal(desk, shipping, KEEPER) == {("lines[0]", "stock.expired")}


def test_a_last_day_is_given_by_concession_only(desk: Desk) -> None:
    stocked(desk)
    day = timedelta(days=1)
    for verdict_, until in (("pass", desk.now.date() + day), ("concession", desk.now.date() - day)):
        line = Verdict(item="YOG", lot="L1", verdict=verdict_, reason="x", until=until)
        said = refusal(desk, Inspect(warehouse="main", lines=(line,)), INSPECTOR, QUALITY)
        assert ("lines[0].until", "operations.until_past") in said


@pytest.mark.engine
def test_both_engines_say_the_same(engine: str) -> None:
    build_dairy()
    desk = Desk()
    plan(desk)
    received(desk, "L1")
    received(desk, "L1", 20)
    assert [(one.quantity, one.serials) for one in waiting("main")] == [(Decimal(100), 0), (Decimal(20), 0)]
    row = opened(desk, "L1", waiting("main")[0].receipt)
    filled(desk, row, torn=1)
    number = desk.run(verdict(row, "fail"), INSPECTOR, SECOND).value["nonconformances"][0]
    decide = DecideNonConformance(warehouse="main", number=number, disposition="return", why="x")
    desk.run(decide, INSPECTOR)
    back = ReturnToSupplier(
        warehouse="main", supplier="FARM", lines=(Line(item="YOG", lot="L1", quantity=100),), reason="x",
        nonconformance=number, receipt=row.receipt,
    )  # fmt: skip
    desk.run(back, KEEPER)
    assert desk.stock(yoghurt("L1")) == {("IN", "pending"): Decimal(20), ("transit", "rejected"): Decimal(100)}
    assert looked_at(desk, "L2", light=2).severity == "normal"
    received(desk, "L3")
    assert opened(desk, "L3").severity == "tightened"
