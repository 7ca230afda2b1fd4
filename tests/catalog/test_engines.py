"""Every register on each engine, with real commits; and tables of the first version, with rows in them, carried on."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from pytest_django.plugin import DjangoDbBlocker

from suyuan.capture.guard import governed
from suyuan.catalog.models import EARLIEST, Item, ItemPack, ItemUnit, Partner, Place
from suyuan.catalog.register import Row, put
from suyuan.catalog.registers import REGISTERS
from suyuan.catalog.writes import bump, next_numbers
from suyuan.gs1.identifiers import gln_uri, item_uri, party_uri
from tests.catalog.conftest import CASE, MILK_GLN, SHOP_GLN, YOGHURT, build_company
from tests.catalog.test_put import ALL, TODAY, nothing
from tests.plugins.engines import ENGINES, Templates, use

NAMES = ("Category", "Warehouse", "Place", "Item", "ItemPack", "ItemUnit", "Partner", "LotCounter")
TEMPLATE = "{site}{date:%y%m%d}{shift}{seq:02}"
FIRST = [("accounts", "0001_initial"), ("catalog", "0002_first_version")]


def fill_first(apps: Any) -> None:  # Any: models as the first version had them
    """A category, an item with its pack and unit, a partner, a warehouse with a place."""
    made = {name: apps.get_model("catalog", name)._default_manager for name in NAMES}
    site = apps.get_model("accounts", "Site")._default_manager.create(code="hz", time_zone="Asia/Shanghai")
    dairy = made["Category"].create(code="dairy", key="DAIRY", lot_template=TEMPLATE)
    main = made["Warehouse"].create(
        code="main", gln=MILK_GLN, site=site, lot_token="HZ", sscc_prefix="69012340", version=1
    )
    made["Place"].create(uri=gln_uri(MILK_GLN, "A"), warehouse=main, code="A", key="A", kind="bin", x=1.5, y=2.0)
    item = made["Item"].create(
        uri=item_uri(YOGHURT), code="YOG", key="YOG", gtin=YOGHURT, category=dairy, base_unit="EA", tracking="lot",
        minimum=5_000_000, version=1,
    )  # fmt: skip
    made["ItemPack"].create(item=item, gtin=CASE, numerator=12, denominator=1, version=1)
    made["ItemUnit"].create(item=item, unit="KGM", numerator=20, denominator=3)
    made["Partner"].create(uri=party_uri(SHOP_GLN), code="FARM", key="FARM", gln=SHOP_GLN, is_supplier=True, version=1)
    made["LotCounter"].create(log="main", prefix="HZ261120A#", next_number=8)


@pytest.mark.engine
def test_every_register_goes_in_and_a_second_time_nothing_happens(engine: str) -> None:
    with governed():
        build_company()
        for name, rows in ALL.items():
            register, told = REGISTERS[name], [Row(row) for row in rows]
            with transaction.atomic():
                made = put(register, told, version=bump(), used=nothing, today=TODAY)
            assert [one.new for one in made] == [True] * len(rows), name
            with transaction.atomic():
                assert put(register, told, version=bump(), used=nothing, today=TODAY) == [], name
            assert {one.uri for one in made} <= {one.uri for one in register.read(register.rows())}, name


@pytest.mark.parametrize("engine_name", ENGINES)
def test_rows_of_the_first_version_are_carried_on(
    engine_name: str, templates: Templates, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock(), use(templates.maker(engine_name).blank()):
        executor = MigrationExecutor(connection)
        executor.migrate(FIRST)
        with governed():
            fill_first(executor.loader.project_state(FIRST).apps)
        call_command("migrate", verbosity=0)
        (item,) = REGISTERS["items"].read(Item.objects.all())
        assert (item.uri, item.values["minimum"], item.values["category"]) == (item_uri(YOGHURT), 5, "dairy")
        assert ItemUnit.objects.values_list("unit", "since", "numerator").get() == ("KGM", EARLIEST, 20)
        assert ItemPack.objects.values_list("gtin", "weight").get() == (CASE, None)
        assert Partner.objects.values_list("country", "is_supplier").get() == ("", True)
        assert Place.objects.values_list("x", "y", "parent").get() == (1.5, 2.0, None)
        with governed(), transaction.atomic():
            heavier = [Row({"code": "yog", "weight": Decimal("0.15")})]
            (changed,) = put(REGISTERS["items"], heavier, version=bump(), used=nothing, today=TODAY)
            assert next_numbers(log="main", prefix="HZ261120A#") == 8
        assert (changed.uri, changed.new, list(changed.fields)) == (item.uri, False, ["weight"])
