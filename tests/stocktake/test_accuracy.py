"""How right the book is by zone and week, and how right those who count are."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from suyuan.operations.commands import CloseBin, CountEntry, FinishCount, KeepCount, MakeCount, PostCount
from suyuan.stocktake.accuracy import by_person, by_value, by_week, by_zone
from tests.operations.dairy import BOTH, KEEPER, Desk, build_dairy, person, stocked
from tests.plugins.engines import Statements

OTHER = person("keeper", "Ola")


@pytest.mark.engine
def test_it_works(engine: str, statements: Callable[[], Statements]) -> None:
    build_dairy()
    desk = Desk()
    for lot in ("L1", "L2", "L3", "L4"):
        stocked(desk, lot, 100)
    sheet = UUID(desk.run(MakeCount(warehouse="main", places=("A-01",)), KEEPER).value["sheet"])

    def see(lot: str, quantity: int, by: object, scanned: bool = False) -> None:
        entry = CountEntry(
            item="YOG", lot=lot, quantity=quantity, place="A-01", id=uuid4(),
            scanned=frozenset({"item", "lot"}) if scanned else frozenset(),
        )  # fmt: skip
        desk.run(KeepCount(warehouse="main", sheet=sheet, lines=(entry,)), by)  # type: ignore[arg-type]

    for lot, quantity in (("L1", 100), ("L2", 100), ("L3", 50), ("L4", 99)):
        see(lot, quantity, KEEPER, scanned=lot == "L1")
    desk.run(CloseBin(warehouse="main", sheet=sheet, place="A-01"), KEEPER)
    desk.run(FinishCount(warehouse="main", sheet=sheet), KEEPER)
    see("L3", 100, OTHER)
    desk.run(FinishCount(warehouse="main", sheet=sheet, leave_out=True), KEEPER)
    since = desk.now - timedelta(days=30)
    assert by_zone("main", since) == []
    desk.run(PostCount(warehouse="main", sheet=sheet), KEEPER, BOTH)
    with statements() as seen:
        (zone,) = by_zone("main", since)
        (week,) = by_week("main", since)
        first, second = by_person("main", since)
        (worth,) = by_value("main", since, {"https://id.gs1.org/01/06901234000108": Decimal("2.5")})
    assert len(seen) == 4
    assert (worth.book, worth.off, worth.share, worth.unpriced) == (Decimal(1000), Decimal("2.5"), Decimal("99.7"), 0)
    (unknown,) = by_value("main", since, {})
    assert (unknown.share, unknown.unpriced) == (None, 4)
    assert (zone.zone, zone.lines, zone.right, zone.quantity) == ("A-01", 4, 3, Decimal("99.7"))
    assert (week.lines, week.right, week.share) == (4, 3, Decimal(75))
    assert (first.account, first.lines, first.right, first.scans) == (KEEPER.id, 4, 3, Decimal(25))
    assert (second.account, second.lines, second.right) == (OTHER.id, 1, 1)
    assert by_zone("main", desk.now + timedelta(days=1)) == by_zone("cold", since) == []
