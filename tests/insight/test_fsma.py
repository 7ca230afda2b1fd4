"""The FSMA 204 sheet: one row for each set of key data elements, in the FDA's order; and how complete they are."""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from suyuan.accounts.rules import SYSTEM
from suyuan.catalog.directory import directory
from suyuan.catalog.fields import Value
from suyuan.catalog.register import Row as Put
from suyuan.governance.master import PutCategories, PutPartners, PutWarehouses
from suyuan.insight.reports.asking import read
from suyuan.insight.reports.declared import Asked, Page
from suyuan.insight.reports.fsma import COLUMNS, FSMA, INPUT, NEEDED, OUTPUT, RECEIVE, SHIP, Kdes, sets_of
from suyuan.insight.reports.kde import COMPLETENESS, score
from suyuan.insight.reports.running import run
from suyuan.operations.commands import (
    Inspect,
    Line,
    Output,
    Pack,
    Produce,
    ReceiptLine,
    Receive,
    Ship,
    Verdict,
    VoidShipment,
)
from tests.operations.dairy import BOTH, Desk
from tests.plugins.engines import Statements

WHERE = ("country", "region", "city", "address", "postcode", "phone")


def address(of: str) -> dict[str, Value]:
    return dict(zip(WHERE, ("CN", "浙江", "杭州", f"{of} 1", "310000", "+86 571 1"), strict=True))


@pytest.fixture
def story(desk: Desk) -> str:
    """Milk came, was made into yoghurt, and went out: some loose, some on a pallet, some not at all. The pallet."""
    milk = ReceiptLine(item="MILK", lot="M1", quantity=100, expiry=date(2026, 11, 30))
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(milk,), po="PO-1"))
    desk.run(Inspect(warehouse="main", lines=(Verdict(item="MILK", lot="M1", verdict="pass"),)))
    made = (Output(item="YOG", lot="Y1", quantity=500),)
    desk.run(Produce(warehouse="main", inputs=(Line(item="MILK", lot="M1", quantity=80),), outputs=made))
    desk.run(Inspect(warehouse="main", lines=(Verdict(item="YOG", lot="Y1", verdict="pass"),)))
    packed = Pack(warehouse="main", lines=(Line(item="YOG", lot="Y1", quantity=120, place="LINE"),))
    pallet = str(desk.run(packed).value["container"])
    some = Line(item="YOG", lot="Y1", quantity=30)
    desk.run(Ship(warehouse="main", customer="SHOP", lines=(Line(container=pallet), some), po="SO-1"))
    void = desk.run(Ship(warehouse="main", customer="CAFE", lines=(replace(some, quantity=7),))).value["desadv"]
    desk.run(VoidShipment(warehouse="main", desadv=str(void), reason="wrong truck"))
    return pallet.rsplit("/", 1)[-1]


def asked(desk: Desk, **given: str) -> Asked:
    said = {"since": "2026-11-01", "until": "2026-12-31", "in": "main", **given}
    reading = read(FSMA, said, SYSTEM, directory(), "main", desk.now + timedelta(days=60), "en")
    assert not reading.problems
    return replace(reading.asked, values={"listed": given.get("listed", "all"), "by": given.get("by", "lot")})


def sets(desk: Desk, **given: str) -> list[Kdes]:
    return sets_of(asked(desk, **given))[0]


def test_the_columns_stand_in_the_order_that_the_rule_wants() -> None:
    assert COLUMNS[:12] == (
        "event_id", "cte", "event_date", "tlc_gtin", "tlc_batch", "tlc_sscc", "date_code", "date_type",
        "tlc_assigned_by", "qty", "uom", "product_desc",
    )  # fmt: skip
    assert COLUMNS[-6:] == (
        "tlcs_ref_gln", "tlcs_ref_ffrn", "tlcs_ref_url", "tlcs_ref_ggn", "ref_doc_type", "ref_doc_no",
    )  # fmt: skip
    assert [name.partition("_")[0] for name in COLUMNS[12:33]] == ["from"] * 7 + ["to"] * 7 + ["tlcs"] * 7
    assert tuple(column.title for column in FSMA.columns) == COLUMNS
    assert all(set(names) <= set(COLUMNS) for names in NEEDED.values())


def test_it_works(desk: Desk, story: str) -> None:
    """One row a set: a making has one for its input and one for its output, under one id; voided goods are none."""
    rows = [(one.cte, one.values["tlc_batch"], one.values["qty"], one.values["tlc_sscc"]) for one in sets(desk)]
    assert rows == [
        (RECEIVE, "M1", Decimal(100), ""),
        (INPUT, "M1", Decimal(80), ""),
        (OUTPUT, "Y1", Decimal(500), ""),
        (SHIP, "Y1", Decimal(30), ""),
        (SHIP, "Y1", Decimal(120), story),
    ]
    ids = Counter(one.values["event_id"] for one in sets(desk))
    assert sorted(ids.values()) == [1, 2, 2]
    (output,) = [one for one in sets(desk) if one.cte == OUTPUT]
    assert (output.values["tlc_gtin"], output.values["to_name"]) == ("06901234000108", "main")


def test_who_made_a_lot_assigned_its_code(desk: Desk, story: str) -> None:
    by = {(one.cte, one.values["tlc_batch"]): one.values["tlc_assigned_by"] for one in sets(desk)}
    assert by == {(RECEIVE, "M1"): "FARM", (INPUT, "M1"): "FARM", (OUTPUT, "Y1"): "main", (SHIP, "Y1"): "main"}


def test_what_came_without_a_number_was_numbered_by_us(desk: Desk) -> None:
    line = ReceiptLine(item="YOG", quantity=10, expiry=date(2026, 12, 20))
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(line,)))
    (one,) = sets(desk)
    assert (one.values["from_name"], one.values["tlc_assigned_by"]) == ("FARM", "main")


def test_product_and_range_of_lots_narrow_it(desk: Desk, story: str) -> None:
    def lots(**given: str) -> set[object]:
        return {one.values["tlc_batch"] for one in sets(desk, **given)}

    assert lots(item="MILK") == {"M1"}
    assert lots(lot="A", lot_until="N") == {"M1"}
    assert lots(lot="Y1") == {"Y1"}
    assert lots(lot_until="Z") == {"M1", "Y1"}
    assert lots(since="2026-12-01") == set()
    assert lots(listed="listed") == set()
    desk.run(PutCategories(rows=(Put({"code": "dairy", "regimes": ("fsma",)}),)))
    assert lots(listed="listed") == {"Y1"}


def test_what_is_missing_is_said_and_can_be_filled_in(desk: Desk, story: str) -> None:
    before = score(sets(desk))
    assert before.sets == 5
    assert before.percent < 60
    report = run(COMPLETENESS, asked(desk, by="missing"))
    ways = {(row.to.page, row.to.names.get("register"), row.to.names.get("key")) for row in report.found.rows if row.to}
    assert (Page.ROW, "partners", "FARM") in ways
    assert (Page.ROW, "warehouses", "MAIN") in ways
    desk.run(PutPartners(rows=tuple(Put({"code": code, **address(code)}) for code in ("FARM", "SHOP"))), approver=BOTH)
    desk.run(PutWarehouses(rows=(Put({"code": "main", "company": "Yoghurt Ltd", **address("main")}),)))
    lacking = {(one.cte, name) for one in sets(desk) for name in one.missing}
    # The making names no paper; that can only be said when it is recorded.
    assert lacking == {(OUTPUT, "ref_doc_type"), (OUTPUT, "ref_doc_no")}
    assert score(sets(desk)).percent > 95
    assert {one.values["from_name"] for one in sets(desk) if one.cte == SHIP} == {"Yoghurt Ltd"}


def test_a_score_is_never_rounded_up_to_a_hundred(desk: Desk, story: str) -> None:
    for by in ("lot", "supplier", "missing"):
        report = run(COMPLETENESS, asked(desk, by=by))
        assert report.found.rows
        assert all(len(row.cells) == len(report.columns) for row in report.found.rows)


def test_the_statements_do_not_grow(desk: Desk, statements: Callable[[], AbstractContextManager[Statements]]) -> None:
    def told() -> int:
        with statements() as seen:
            sets(desk)
        return len(seen)

    line = ReceiptLine(item="MILK", lot="M0", quantity=1, expiry=date(2026, 11, 30))
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(line,)))
    few = told()
    for n in range(5):
        desk.run(Receive(warehouse="main", supplier="FARM", lines=(replace(line, lot=f"M{n + 1}"),)))
    assert told() == few
