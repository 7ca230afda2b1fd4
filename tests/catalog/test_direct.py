"""The snapshot: what it knows, what it costs, and that it is never wrong."""

import threading
from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import connection, transaction

from suyuan.catalog.directory import PackInfo, directory
from suyuan.catalog.drafts import NewItem, NewPartner
from suyuan.catalog.models import CatalogVersion, Item
from suyuan.catalog.queries import log_of_place, ours
from suyuan.catalog.writes import bump, do_add_items, do_add_partners
from tests.catalog.conftest import CASE, COLD_GLN, MILK_GLN, SHOP_GLN, YOGHURT, build_company
from tests.plugins.engines import Statements

ORIGIN = settings.SUYUAN.origin
GS1 = "https://id.gs1.org"


@pytest.mark.usefixtures("company")
def test_it_works() -> None:
    now = directory()
    yoghurt = now.items[f"{GS1}/01/{YOGHURT}"]
    assert (yoghurt.base_unit, yoghurt.tracking, yoghurt.shelf_life_days) == ("EA", "lot", 28)
    assert yoghurt.lot_template == "{site}{date:%y%m%d}{shift}{seq:02}"
    assert now.items[f"{ORIGIN}/item/RAW%20MILK"].conversions == {"LTR": (103, 100)}
    assert now.item_of(f"{GS1}/01/{CASE}") == PackInfo(f"{GS1}/01/{YOGHURT}", 12, 1)
    assert now.item_of(f"{GS1}/01/{YOGHURT}") == PackInfo(f"{GS1}/01/{YOGHURT}", 1, 1)
    assert now.item_of(f"{GS1}/01/06901234000115") is None
    assert now.sites == {"hz": {"hz-milk", "hz-cold"}}
    assert now.warehouses["hz-cold"].time_zone == "Asia/Shanghai"


@pytest.mark.usefixtures("company")
def test_ours_is_every_place_with_the_gln_of_a_warehouse() -> None:
    known, unknown = f"{GS1}/414/{COLD_GLN}/254/A-01", f"{GS1}/414/{MILK_GLN}/254/never-heard-of"
    elsewhere = [f"{GS1}/414/{SHOP_GLN}", f"{GS1}/417/{COLD_GLN}", f"{ORIGIN}/place/x", "urn:x:y"]
    assert ours([known, unknown, f"{GS1}/414/{COLD_GLN}", *elsewhere]) == {
        known: "hz-cold",
        unknown: "hz-milk",
        f"{GS1}/414/{COLD_GLN}": "hz-cold",
    }
    assert log_of_place(unknown) == "hz-milk"
    assert log_of_place(elsewhere[0]) is None
    assert directory().warehouse_of(None) is None


@pytest.mark.usefixtures("company")
def test_a_partner_is_found_as_party_and_at_his_places() -> None:
    now = directory()
    for uri in (f"{GS1}/417/{SHOP_GLN}", f"{GS1}/414/{SHOP_GLN}", f"{GS1}/414/{SHOP_GLN}/254/dock"):
        partner = now.partner_of(uri)
        assert partner is not None
        assert (partner.code, set(partner.roles)) == ("SHOP", {"customer"})
    assert now.partner_of(f"{GS1}/414/{COLD_GLN}") is None
    assert now.partner_of(f"{ORIGIN}/party/FARM") is not None


@pytest.mark.usefixtures("company")
def test_it_costs_one_statement_and_six_after_a_write(statements: Callable[[], Statements]) -> None:
    directory()
    with statements() as seen:
        directory()
        ours([f"{GS1}/414/{COLD_GLN}"])
    assert len(seen) == 2
    do_add_items(items=[NewItem(code="cup", base_unit="EA")])
    with statements() as seen:
        directory()
    assert len(seen) == 6


@pytest.mark.usefixtures("company")
def test_only_what_was_written_since_is_read_again() -> None:
    before = directory()
    do_add_partners(partners=[NewPartner(code="NEW", roles=["carrier"])])
    after = directory()
    uri = f"{GS1}/01/{YOGHURT}"
    assert after.items[uri] is before.items[uri]
    assert f"{ORIGIN}/party/NEW" in after.partners
    assert f"{ORIGIN}/party/NEW" not in before.partners


@pytest.mark.usefixtures("company")
def test_a_gtin_that_came_after_the_uri_leads_to_the_same_item() -> None:
    Item.objects.filter(key="RAW MILK").update(gtin="06901234000115", version=bump())
    assert directory().item_of(f"{GS1}/01/06901234000115") == PackInfo(f"{ORIGIN}/item/RAW%20MILK", 1, 1)


@pytest.mark.usefixtures("company")
def test_what_was_rolled_back_is_forgotten_though_another_takes_its_version() -> None:
    version = directory().version
    with transaction.atomic():
        do_add_items(items=[NewItem(code="dream", base_unit="EA")])
        assert f"{ORIGIN}/item/DREAM" in directory().items
        transaction.set_rollback(True)
    do_add_items(items=[NewItem(code="cup", base_unit="EA")])
    now = directory()
    assert now.version == version + 1
    assert f"{ORIGIN}/item/CUP" in now.items
    assert f"{ORIGIN}/item/DREAM" not in now.items


@pytest.mark.engine
def test_it_holds_on_every_engine(statements: Callable[[], Statements]) -> None:
    build_company()
    now = directory()
    assert (now.version, len(now.items), len(now.packs), len(now.partners)) == (6, 2, 2, 2)
    do_add_items(items=[NewItem(code="cup", base_unit="EA")])
    assert f"{ORIGIN}/item/CUP" in directory().items
    with statements() as seen:
        directory()
    assert len(seen) == 1


@pytest.mark.engine
def test_writers_wait_for_each_other_and_none_fails() -> None:
    build_company()
    before = directory().version
    failed: list[Exception] = []

    def write(name: int) -> None:
        try:
            for n in range(5):
                do_add_items(items=[NewItem(code=f"{name}-{n}", base_unit="EA")])
        except Exception as error:  # whatever it is, the main thread has to see it
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=[name]) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert directory().version == before + 20
    assert list(CatalogVersion.objects.order_by("version").values_list("version", flat=True)) == list(
        range(before + 21)
    )
    assert len(set(Item.objects.filter(version__gt=before).values_list("version", flat=True))) == 20
