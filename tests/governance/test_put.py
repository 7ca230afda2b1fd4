"""Master data change by commands, field by field in the ledger."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from suyuan.accounts.permissions import split
from suyuan.catalog.fields import Value
from suyuan.catalog.files import keep_bytes, path_of
from suyuan.catalog.register import Row
from suyuan.catalog.registers import REGISTERS
from suyuan.governance.master import (
    MOST_ROWS,
    PUTS,
    AddFile,
    Put,
    PutItems,
    PutPlaces,
    PutSites,
    PutUnits,
    PutWarehouses,
)
from suyuan.governance.queries import changes_about
from suyuan.governance.registry import COMMANDS
from suyuan.gs1.problems import Refused
from suyuan.ledger.models import Record
from tests.operations.dairy import ADMIN, BUYER, KEEPER, MAIN_GLN, Desk, refusal, stocked, yoghurt


def rows(*values: dict[str, Value]) -> tuple[Row, ...]:
    return tuple(map(Row, values))


def test_it_works(desk: Desk) -> None:
    result = desk.run(PutItems(rows=rows({"code": "JAM", "base_unit": "EA"}), reason="New"), BUYER)
    (uri,) = result.value["uris"]
    assert (result.value["made"], result.value["changed"]) == (1, 0)
    result = desk.run(PutItems(rows=rows({"code": "jam", "name_en": "Jam"}, {"code": "TEA", "base_unit": "EA"})), BUYER)
    assert (result.value["made"], result.value["changed"]) == (1, 1)
    second, first = sorted(changes_about(uri), key=lambda change: -change.body["changes"][0]["version"])
    assert first.body["changes"][0]["fields"]["base_unit"] == ["", "EA"]
    assert first.body["params"]["reason"] == "New"
    change = second.body["changes"][0]
    assert change | {"fields": {"name_en": ["", "Jam"]}, "new": False, "uri": uri, "key": "JAM"} == change


def test_every_register_has_its_command() -> None:
    assert PUTS.keys() == REGISTERS.keys()
    for name, kind in PUTS.items():
        assert COMMANDS[kind].permission == REGISTERS[name].permission
        assert split(COMMANDS[kind].permission)


@pytest.mark.parametrize("kind", PUTS.values())
def test_not_everybody_may(desk: Desk, kind: type[Put]) -> None:
    assert refusal(desk, kind(rows=()), KEEPER) == {("", "governance.not_allowed")}


def test_nothing_changes_twice(desk: Desk) -> None:
    wanted = PutItems(rows=rows({"code": "JAM", "base_unit": "EA"}))
    desk.run(wanted, BUYER)
    result = desk.run(wanted, BUYER)
    assert result.value == {"made": 0, "changed": 0, "uris": []}
    assert Record.objects.filter(log="company", kind="change").count() == 2


def test_what_the_ledger_knows_goods_of_is_frozen(desk: Desk) -> None:
    base = PutItems(rows=rows({"code": "FOIL", "base_unit": "KGM"}))
    desk.run(base, BUYER)
    stocked(desk)
    assert yoghurt("L1")
    assert refusal(desk, PutItems(rows=rows({"code": "YOG", "tracking": "none"})), BUYER) == {
        ("rows[0].tracking", "catalog.field_frozen")
    }
    assert refusal(desk, PutUnits(rows=rows({"item": "YOG", "unit": "DZN", "numerator": 12})), BUYER) == {
        ("rows[0].since", "catalog.unit_used")
    }
    assert refusal(desk, PutWarehouses(rows=rows({"code": "main", "lot_token": "NEW"})), ADMIN) == {
        ("rows[0].lot_token", "catalog.field_frozen")
    }
    assert refusal(desk, PutSites(rows=rows({"code": "hz", "time_zone": "UTC"})), ADMIN) == {
        ("rows[0].time_zone", "catalog.field_frozen")
    }
    desk.run(PutWarehouses(rows=rows({"code": "cold", "lot_token": "NEW"})), ADMIN)


def test_a_place_is_closed(desk: Desk) -> None:
    desk.run(PutPlaces(rows=rows({"warehouse": "main", "code": "a-01", "is_active": False})), ADMIN)
    (change,) = changes_about(f"https://id.gs1.org/414/{MAIN_GLN}/254/A-01")
    assert change.body["changes"][0]["fields"] == {"is_active": ["1", "0"]}


def test_a_picture_is_kept_by_its_hash(desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(settings, "SUYUAN", replace(settings.SUYUAN, home=tmp_path))
    picture = b"\x89PNG\r\n\x1a\n" + b"0" * 9
    name, kind = keep_bytes(picture)
    assert (kind, path_of(name).read_bytes(), keep_bytes(picture)) == ("image/png", picture, (name, kind))
    shown = PutItems(rows=rows({"code": "YOG", "photo": name}))
    assert refusal(desk, shown, BUYER) == {("rows[0].photo", "catalog.file_unknown")}
    desk.run(AddFile(hash=name, name="cup.png"), BUYER)
    desk.run(shown, BUYER)
    for wrong in ("../../etc/passwd", "0" * 64, ""):
        assert refusal(desk, AddFile(hash=wrong), BUYER) == {("hash", "catalog.file_unknown")}
    for data, code in (
        (b"MZ", "catalog.file_kind"),
        (b"", "catalog.file_kind"),
        (picture * 2**21, "catalog.file_large"),
    ):
        with pytest.raises(Refused) as refused:
            keep_bytes(data)
        assert [problem.code for problem in refused.value.problems] == [code]


def test_too_many_rows(desk: Desk) -> None:
    many = tuple(Row({"code": f"I{n}", "base_unit": "EA"}) for n in range(MOST_ROWS + 1))
    assert refusal(desk, PutItems(rows=many), BUYER) == {("rows", "governance.rows_many")}
