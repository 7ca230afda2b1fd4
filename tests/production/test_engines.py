"""The same on SQLite and PostgreSQL; two lines that finish an order at once; and how few statements a making takes."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from suyuan.capture.guard import governed
from suyuan.catalog.drafts import NewItem
from suyuan.catalog.writes import do_add_items
from suyuan.governance.kernel import execute
from suyuan.gs1.problems import Refused
from suyuan.operations.commands import (
    Assemble,
    Clean,
    GaugeTank,
    Inspect,
    IssueMaterial,
    Line,
    Output,
    PlanMaterial,
    Produce,
    ReceiptLine,
    Receive,
    ReplacePart,
    ScrapMaterial,
    Verdict,
)
from suyuan.operations.production.asbuilt import stays_in
from suyuan.operations.production.filling import cleaned_at
from tests.operations.dairy import Desk, build_dairy
from tests.plugins.engines import Statements
from tests.production.test_assemble import SKID, pump
from tests.production.test_make import of
from tests.production.test_tanks import TANK, draw, fill
from tests.production.works import FOIL, MILK, WO, bill, foil, milk, order, put, use, work


@pytest.mark.engine
def test_it_holds_on_every_engine() -> None:
    build_dairy()
    desk = Desk()
    bill(desk)
    milk(desk, "M1", "M2", "M3")
    foil(desk)
    order(desk)
    desk.run(PlanMaterial(warehouse="main", number=WO))
    desk.run(IssueMaterial(warehouse="main", number=WO, lines=(use("M1", 40),)))
    whey = Output(item="WHEY", quantity=8)
    desk.run(of(use("M1", 40), outputs=(Output(item="YOG", quantity=200), whey), backflush=True))
    desk.run(ScrapMaterial(warehouse="main", number=WO, lines=(Line(item="FOIL", quantity=5),), reason="torn"))
    told = work()
    assert told.used == {MILK: 40, FOIL: 202}
    assert told.lost == {FOIL: 5}
    assert int(told.good) == 200
    row = {"code": "T-1", "giai": "6901234T1", "warehouse": "main", "place": "LINE"}
    put(desk, "tanks", {**row})
    desk.run(fill(use("M2", 100), use("M3", 50)))
    desk.run(draw(120))
    desk.run(GaugeTank(warehouse="main", tank="T-1", quantity=30))
    desk.run(draw(None, "Y2"))
    desk.run(Clean(warehouse="main", tank=TANK))
    assert TANK in cleaned_at([TANK])


@pytest.mark.engine
def test_parts_on_every_engine() -> None:
    build_dairy()
    desk = Desk()
    with governed():
        do_add_items(items=[NewItem(code="SKID", base_unit="EA", tracking="serial")])
    pumps = ReceiptLine(item="PUMP", serials=("P1", "P2"))
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(pumps,)))
    desk.run(Inspect(warehouse="main", lines=(Verdict(item="PUMP", serials=pumps.serials, verdict="pass"),)))
    skid = str(desk.run(Assemble(warehouse="main", product=SKID, parts=(pump("P1"),))).value["product"])
    desk.run(ReplacePart(warehouse="main", product=SKID, old=(pump("P1"),), new=(pump("P2"),), to="A-01", reason="r"))
    assert [(one.uri.rsplit("/", 1)[1], one.built, one.until is None) for one in stays_in(skid)] == [
        ("P1", True, False), ("P2", False, True),
    ]  # fmt: skip


@pytest.mark.engine
def test_of_two_lines_that_finish_an_order_one_is_asked(engine: str) -> None:
    build_dairy()
    desk = Desk()
    bill(desk)
    milk(desk, "M1", "M2", quantity=200)
    foil(desk)
    order(desk)
    codes: list[str] = []
    contexts = [desk.context(), desk.context()]

    def make(n: int) -> None:
        command = of(use(f"M{n + 1}", 100), outputs=(Output(item="YOG", quantity=500),), backflush=True)
        try:
            execute(contexts[n], command)
        except Refused as refused:
            codes.extend(problem.code for problem in refused.problems)
        finally:
            connection.close()

    threads = [threading.Thread(target=make, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == ["production.over_planned"]
    assert int(work().good) == 500


@pytest.mark.engine
def test_three_lots_into_one_take_few_statements(engine: str, statements: Callable[[], Statements]) -> None:
    build_dairy()
    desk = Desk()
    milk(desk, "M1", "M2", "M3", "M4", "M5", "M6")
    counts = []
    for lots in (("M1", "M2", "M3"), ("M4", "M5", "M6")):
        inputs = tuple(use(lot, 10, "IN") for lot in lots)
        made = Produce(warehouse="main", inputs=inputs, outputs=(Output(item="YOG", quantity=100),))
        with statements() as seen:
            execute(desk.context(), made)
        counts.append(len(seen))
    assert counts[1] <= (13 if engine == "postgresql" else 16)
