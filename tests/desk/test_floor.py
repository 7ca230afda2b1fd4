"""The map of a warehouse: where places lie, what colour they have, what it costs."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from suyuan.catalog.models import Place
from suyuan.catalog.register import Row
from suyuan.desk.floor import drawing, spots_of
from suyuan.desk.floor_plan import COLOURINGS, MOST_DRAWN, Spot, boxes_of, inherited, plan_of, sliced
from suyuan.governance.master import PutItems
from suyuan.operations.lines import Line
from suyuan.operations.quality.hold import Hold
from suyuan.operations.storage.pack import Pack
from tests.desk import company
from tests.desk.conftest import Hire, Sit
from tests.desk.test_office_list import put
from tests.operations.dairy import BUYER, Desk, build_dairy, stocked


def spot(id: int, kind: str = "bin", parent: int | None = None, **more: object) -> Spot:
    given = {
        "uri": f"https://id.gs1.org/414/{company.PLANT}/254/B{id}",
        "code": f"B{id}",
        "name": "",
        "temperature": "",
    }
    return Spot(id=id, kind=kind, parent=parent, **{"box": None, **given, **more})  # type: ignore[arg-type]  # by name


def many_bins(count: int, each_rack: int = 50) -> list[Spot]:
    racks = [spot(10_000 + n, "rack") for n in range(-(-count // each_rack))]
    return racks + [
        spot(n, parent=10_000 + n // each_rack, box=(n % each_rack * 1.2, n // each_rack * 3.0, 1.0, 1.0), rows=n % 3)
        for n in range(count)
    ]


def test_it_works(sit: Sit) -> None:
    put("places", {"warehouse": "plant", "code": "C-01-03", "x": Decimal(2), "y": Decimal("3.5")})
    page = sit("keeper").get("/map").content.decode()
    assert "C-01-03" in page
    assert '<rect x="2.00" y="3.50" width="1.00" height="1.00">' in page
    assert "Not on the plan" in page
    for by in COLOURINGS:
        assert sit("keeper").get(f"/map?by={by}").status_code == 200


def test_without_coordinates_it_says_what_to_do(sit: Sit) -> None:
    assert "No place has coordinates yet" in sit("keeper").get("/map").content.decode()


def test_who_sees_neither_stock_nor_places_sees_no_map(sit: Sit, hire: Hire) -> None:
    assert hire("carrier").get("/map").status_code == 403
    assert sit("admin").get("/map").status_code == 200  # he draws it


def test_what_lies_where(firm: None) -> None:
    found = {one.code: one for one in spots_of("plant", company.NOW, "en")}
    assert found["IN"].rows > 0
    assert found["C-01-03"].rows == 0
    assert found["IN"].days == 7
    assert not found["IN"].held


@pytest.mark.engine
def test_every_engine_counts_what_lies_where(engine: str) -> None:
    build_dairy()
    desk = Desk()
    stocked(desk)
    desk.run(PutItems(rows=(Row({"code": "YOG", "weight": Decimal("0.15")}),)), BUYER)
    packed = Line(item="YOG", lot="L1", quantity=40, place="A-01")
    desk.run(Pack(warehouse="main", container="BOX-1", lines=(packed,)))
    desk.later(days=3)
    desk.run(Hold(warehouse="main", lines=(Line(item="YOG", lot="L1"),), reason="complaint"))
    found = {one.code: one for one in spots_of("main", desk.now, "en") if one.rows}
    assert {code: (one.weight, one.volume, one.pallets, one.days, one.held) for code, one in found.items()} == {
        "A-01": (9.0, None, 0, 3, True),
        "OUT": (6.0, None, 1, 3, True),
    }


def test_weight_against_capacity(firm: None) -> None:
    put("items", {"code": "MILK", "weight": Decimal(1)}, {"code": "CULT", "weight": Decimal("0.001")})
    put("items", {"code": "CUP-150", "weight": Decimal("0.005")}, {"code": "YOG-150", "weight": Decimal("0.16")})
    put("items", {"code": "WHEY", "weight": Decimal(1)})
    put("places", {"warehouse": "plant", "code": "IN", "capacity_weight": Decimal(10_000)})
    there = next(one for one in spots_of("plant", company.NOW, "en") if one.code == "IN")
    assert there.weight
    assert there.fill == 100 * there.weight / 10_000


def test_a_held_lot_marks_its_place(firm: None) -> None:
    work = company.Work()
    work.number = 90_000
    line = Line(item="CULT", lot="K-17")
    work.do(company.NOW + timedelta(minutes=1), Hold(warehouse="plant", lines=(line,), reason="smells"))
    held = {one.code for one in spots_of("plant", company.NOW, "en") if one.held}
    assert held == {"IN"}


def test_the_number_of_statements_does_not_grow(sit: Sit) -> None:
    client = sit("keeper")
    counts = []
    for n in (3, 300):
        put(
            "places",
            *({"warehouse": "plant", "code": f"Z-{n}-{m}", "x": Decimal(m), "y": Decimal(n)} for m in range(n)),
        )
        with CaptureQueriesContext(connection) as seen:
            client.get("/map")
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert Place.objects.filter(x__isnull=False).count() == 303


def test_five_thousand_bins_are_drawn_as_racks() -> None:
    drawn = drawing(plan_of(many_bins(5000), "fill"))
    assert drawn.count('class="bin') == 100


def test_racks_stand_for_their_bins() -> None:
    plan = plan_of(many_bins(MOST_DRAWN + 50), "fill")
    assert plan.grouped
    assert sum(tile.count for tile in plan.tiles) == MOST_DRAWN + 50
    assert sum(plan.counts.values()) == MOST_DRAWN + 50
    assert not plan_of(many_bins(MOST_DRAWN), "fill").grouped


def test_levels_of_one_spot_share_it() -> None:
    box = (1.0, 1.0, 2.0, 3.0)
    shared = sliced([spot(2, box=box), spot(1, box=box), spot(3, box=box)], dict.fromkeys((1, 2, 3), box))
    assert [(one.code, where) for one, where in shared] == [
        ("B1", (1.0, 1.0, 2.0, 1.0)), ("B2", (1.0, 2.0, 2.0, 1.0)), ("B3", (1.0, 3.0, 2.0, 1.0)),
    ]  # fmt: skip


def test_a_zone_lies_around_its_bins() -> None:
    spots = [
        spot(1, "zone"),
        spot(2, "rack", 1),
        spot(3, parent=2, box=(5, 5, 1, 1)),
        spot(4, parent=2, box=(8, 5, 1, 1)),
    ]
    boxes = boxes_of(spots)
    zone, rack = boxes[1], boxes[2]
    assert zone[0] < rack[0] < 5
    assert rack[0] + rack[2] > 9


def test_temperature_comes_from_above() -> None:
    spots = [spot(1, "zone", temperature="frozen"), spot(2, "rack", 1), spot(3, parent=2), spot(4, temperature="cool")]
    assert [one.temperature for one in inherited(spots)] == ["frozen", "frozen", "frozen", "cool"]


def test_names_are_escaped() -> None:
    drawn = drawing(plan_of([spot(1, box=(0, 0, 1, 1), name='<script>"x"</script>')], "fill"))
    assert "<script>" not in drawn
    assert 'x"</' not in drawn


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=40), st.sampled_from(list(COLOURINGS)))
def test_every_bin_is_somewhere(tree: list[tuple[int, int]], by: str) -> None:
    """Whatever parents say, in circles too: a bin is drawn once, or stands beside."""
    kinds = ("zone", "rack", "bin")
    spots = [
        spot(n, kinds[n % 3], above if above != n else None, box=(x, n, 1, 1) if x % 2 else None)
        for n, (above, x) in enumerate(tree)
    ]
    plan = plan_of(spots, by)
    assert len(plan.tiles) + len(plan.beside) == sum(one.kind == "bin" for one in spots)
    assert {one.id for one in spots if one.kind == "bin"} == {t.spot.id for t in plan.tiles} | {
        b.id for b in plan.beside
    }
