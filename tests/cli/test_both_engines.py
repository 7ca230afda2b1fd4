"""The whole way on SQLite and on PostgreSQL: add, capture, import, export, trace."""

import json

import pytest

from suyuan.capture.replay import differences
from suyuan.cli import capture as capture_command
from suyuan.cli import export as export_command
from tests.cli.conftest import Suyuan, Write, told, warehouses
from tests.cli.test_import_orders import sample
from tests.ledgers.story import party, unexplained, uri

pytestmark = pytest.mark.engine

DAY = """
08:00 receive L1 100 KGM at dock from farm
10:00 make L1 60 KGM -> Y1 40 at line
12:00 pack Y1 24 in P1 at dock
13:00 ship P1 from dock to shop via d1
"""


def test_it_works(suyuan: Suyuan, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capture_command, "PART", 3)
    monkeypatch.setattr(export_command, "GATHERED", 2)
    warehouses()
    data = told(DAY)
    assert suyuan("capture", write("day.json", data), "--json").json["files"][0]["recorded"] == 4
    assert json.loads(suyuan("export").out)["epcisBody"]["eventList"] == json.loads(data)["epcisBody"]["eventList"]
    answer = suyuan("trace", "L1", "--json").json
    assert [(found["id"], found["quantity"]) for found in answer["forward"]] == [(uri("Y1"), "40"), (uri("P1"), "1")]
    assert ("customer", party("shop"), "24") in {(p["role"], p["party"], p["quantity"]) for p in answer["parties"]}
    refused = suyuan("capture", "--guarded", write("more.json", told("14:00 ship Y1 99 from dock to shop")))
    assert refused.code == 2
    rows = "\n".join(",".join(row) for row in sample(300))
    report = suyuan("import", "orders", write("orders.csv", rows), "--warehouse", "b", "--json").json
    assert report["events"]["recorded"] == sum(report["movements"].values())
    assert (unexplained(), differences()) == (0, [])
