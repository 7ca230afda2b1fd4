"""The FSMA 204 sheet: one row for each set of key data elements, in the FDA's order; and how complete they are."""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from suyuan.accounts.rules import SYSTEM
from suyuan.capture.door import capture
from suyuan.catalog.directory import directory
from suyuan.catalog.fields import Value
from suyuan.catalog.register import Row as Put
from suyuan.epcis.reading import event_of
from suyuan.governance.master import PutCategories, PutPartners, PutWarehouses
from suyuan.insight.reports.asking import read
from suyuan.insight.reports.declared import Asked, Page
from suyuan.insight.reports.fsma import (
    COLUMNS,
    COOL,
    FSMA,
    HARVEST,
    INPUT,
    LAND,
    NEEDED,
    OUTPUT,
    PACK,
    RECEIVE,
    SHIP,
    Kdes,
    sets_of,
)
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
from tests.operations.dairy import BOTH, Desk, yoghurt
from tests.plugins.engines import Statements

WHERE = ("country", "region", "city", "address", "postcode", "phone")
WHERE_TO = ("name", "street", "city", "state", "zip", "country", "phone")
GROVE, COOLER, PACKER = "6905555000014", "6905555000021", "6905555000038"


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


def said(desk: Desk, step: str, gln: str, lot: str, **more: object) -> None:
    """What a partner's system says of its own place."""
    place = {"id": f"https://id.gs1.org/414/{gln}"}
    event: dict[str, object] = {
        "type": "ObjectEvent", "eventTime": desk.now.isoformat(timespec="milliseconds"),
        "eventTimeZoneOffset": "+08:00", "eventID": f"urn:uuid:{uuid4()}", "action": "OBSERVE", "bizStep": step,
        "readPoint": place, "bizLocation": place,
        "quantityList": [{"epcClass": yoghurt(lot), "quantity": 40, "uom": "EA"}],
        "bizTransactionList": [{"type": "bol", "bizTransaction": "urn:epcglobal:cbv:bt:6905555000010:B-1"}],
        **more,
    }  # fmt: skip
    capture([event_of({name: value for name, value in event.items() if value is not None})], now=desk.now)
    desk.later(minutes=10)


@pytest.fixture
def growers(desk: Desk) -> None:
    """A farm, its cooling house and a packing house, each a partner with all that there is to say of it."""
    rows = [
        Put({"code": code, "name_en": code.title(), "gln": gln, "roles": ("supplier", "maker"), **address(code)})
        for code, gln in (("GROVE", GROVE), ("COOLER", COOLER), ("PACKER", PACKER))
    ]  # fmt: skip
    desk.run(PutPartners(rows=tuple(rows)), approver=BOTH)


@pytest.mark.usefixtures("growers")
def test_what_partners_harvest_cool_pack_and_land(desk: Desk) -> None:
    to_cooler = [{"type": "possessing_party", "destination": f"https://id.gs1.org/417/{COOLER}"}]
    said(desk, "https://grove.example/step/Harvesting", GROVE, "F1", destinationList=to_cooler)
    said(desk, "https://grove.example/step/cooling", COOLER, "F1")
    said(desk, "https://grove.example/step/initial_packing", PACKER, "P1", action="ADD")
    said(desk, "https://port.example/step/first_land_receiving", PACKER, "L1")
    said(desk, "https://grove.example/step/weighing", PACKER, "P1")
    told = [
        (one.cte, *(one.values[name] for name in ("tlc_batch", "qty", "from_name", "to_name", "tlc_assigned_by")))
        for one in sets(desk)
    ]
    assert told == [
        (HARVEST, "F1", Decimal(40), "Grove", "Cooler", ""),
        (COOL, "F1", Decimal(40), "Cooler", "", ""),
        (PACK, "P1", Decimal(40), "", "Packer", "Packer"),
        (LAND, "L1", Decimal(40), "", "Packer", "Packer"),
    ]
    lacking = {one.cte: one.missing for one in sets(desk)}
    assert lacking == {HARVEST: [], COOL: [f"to_{name}" for name in WHERE_TO], PACK: [], LAND: []}


@pytest.mark.usefixtures("growers")
def test_fresh_goods_packed_of_others_have_a_row_for_what_came_of_it(desk: Desk) -> None:
    """Initial packing as a partner may tell it: one transformation, of which the code is that of the output."""
    said(
        desk, "https://grove.example/step/initialPacking", PACKER, "-", type="TransformationEvent", action=None,
        quantityList=None, inputQuantityList=[{"epcClass": yoghurt("F1"), "quantity": 40, "uom": "EA"}],
        outputQuantityList=[{"epcClass": yoghurt("P1"), "quantity": 38, "uom": "EA"}],
    )  # fmt: skip
    (one,) = sets(desk)
    assert (one.cte, one.values["tlc_batch"], one.values["qty"]) == (PACK, "P1", Decimal(38))


@pytest.mark.usefixtures("growers")
def test_who_packed_a_lot_long_ago_is_its_source_and_one_reference_stands_for_his_place(desk: Desk) -> None:
    said(desk, "https://grove.example/step/initial_packing", PACKER, "P1", action="ADD")
    desk.later(days=20)
    line = ReceiptLine(item="YOG", lot="P1", quantity=40, expiry=date(2026, 12, 30))
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(line,), po="PO-9"))
    nowhere: dict[str, Value] = {"code": "PACKER", "city": "", "phone": ""}
    desk.run(PutPartners(rows=(Put(nowhere),)))
    (one,) = sets(desk, since="2026-12-05")
    assert (one.cte, one.values["tlc_assigned_by"], one.values["tlcs_ref_gln"]) == (RECEIVE, "Packer", PACKER)
    assert {"tlcs_city", "tlcs_phone"} <= set(one.missing)
    named: dict[str, Value] = {"code": "PACKER", "ffrn": "12345678901", "source_url": "https://packer.example/lots"}
    desk.run(PutPartners(rows=(Put(named),)))
    (one,) = sets(desk, since="2026-12-05")
    assert (one.values["tlcs_ref_ffrn"], one.values["tlcs_ref_url"], one.values["tlcs_ref_ggn"]) == (
        "12345678901", "https://packer.example/lots", "",
    )  # fmt: skip
    assert not [name for name in one.missing if name.startswith("tlcs")]


def test_our_own_warehouse_is_a_source_by_what_it_says_of_itself(desk: Desk, story: str) -> None:
    said_: dict[str, Value] = {"code": "main", "ffrn": "10987654321", "ggn": "4049929999992"}
    desk.run(PutWarehouses(rows=(Put(said_),)))
    (output,) = [one for one in sets(desk) if one.cte == OUTPUT]
    assert (output.values["tlcs_ref_ffrn"], output.values["tlcs_ref_ggn"]) == ("10987654321", "4049929999992")
    assert "tlcs_city" in output.missing  # where goods are made the place itself is wanted


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
