"""`suyuan desadv`: the advice of a shipment on standard output or as a file, in either format."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.plugin import DjangoDbBlocker

from suyuan.capture.guard import governed
from suyuan.catalog.models import Partner
from suyuan.delivery.models import AdviceChannel
from suyuan.operations.commands import CorrectShipment, Ship
from suyuan.orders.edifact_syntax import segments_of
from tests.cli.conftest import Suyuan
from tests.insight.advised import some
from tests.operations.dairy import BOTH, KEEPER, Desk, build_dairy, stocked
from tests.plugins.engines import Templates


def shipments() -> None:
    """D-1 left two warehouses, D-2 one, and D-3 never was."""
    build_dairy()
    desk = Desk()
    stocked(desk)
    stocked(desk, warehouse="cold")
    for warehouse, number in (("main", "D-1"), ("cold", "D-1"), ("main", "D-2"), ("main", "D-3")):
        desk.run(Ship(warehouse=warehouse, customer="SHOP", lines=(some(2),), desadv=number), KEEPER)
    wrong = CorrectShipment(warehouse="main", desadv="D-3", error="did_not_occur", reason="typed twice")
    desk.run(wrong, KEEPER, BOTH)


@pytest.fixture(autouse=True)
def dairy(templates: Templates, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), templates.database("sqlite", shipments):
        yield


def test_it_works(suyuan: Suyuan) -> None:
    done = suyuan("desadv", "D-2")
    assert (done.code, done.err) == (0, "")
    (event,) = json.loads(done.out)["epcisBody"]["eventList"]
    assert event["bizStep"] == "shipping"
    found, problems, _mark = segments_of(suyuan("desadv", "D-2", "--format", "edifact").out)
    assert problems == []
    assert [one.get(2) for one in found if one.tag == "BGM"] == ["9"]


def test_a_file_in_the_customers_format(suyuan: Suyuan, tmp_path: Path) -> None:
    with governed():
        shop = Partner.objects.get(code="SHOP")
        AdviceChannel.objects.create(key="shop", partner=shop, url="https://a.example", format="edifact", version=1)
    out = tmp_path / "d3.edi.gz"
    assert suyuan("desadv", "D-3", "--out", str(out)).code == 0
    found, _problems, _mark = segments_of(gzip.decompress(out.read_bytes()).decode())
    assert [one.get(2) for one in found if one.tag == "BGM"] == ["1"]


def test_what_is_refused(suyuan: Suyuan, tmp_path: Path) -> None:
    assert "in several warehouses: cold, main" in suyuan("desadv", "D-1").err
    assert suyuan("desadv", "D-1", "--warehouse", "COLD").code == 0
    for words in (("D-9",), ("D-2", "--warehouse", "cold")):
        done = suyuan("desadv", *words)
        assert (done.code, "Check the number" in done.err) == (2, True)
    done = suyuan("desadv", "D-2", "-o", str(tmp_path / "no" / "where"))
    assert (done.code, done.out) == (2, "")
