"""The first 3,000 real order lines."""

import gzip
import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.plugin import DjangoDbBlocker

from suyuan.capture.replay import differences
from suyuan.cli.main import main
from suyuan.stock.models import Balance
from tests.ledgers.story import GLN_A, unexplained
from tests.plugins.engines import Templates

pytestmark = pytest.mark.shared


def shop() -> None:
    assert main(["warehouse", "add", "Shop", "--gln", GLN_A, "--time-zone", "Europe/London"]) == 0


@pytest.fixture
def ledger(templates: Templates, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), templates.database("sqlite", shop):
        yield


@pytest.fixture
def head(shared: Path, tmp_path: Path) -> str:
    path = tmp_path / "head.csv"
    with gzip.open(shared / "data" / "real" / "online_retail_orders.csv.gz") as file:
        path.write_bytes(b"".join(itertools.islice(file, 3001)))
    return str(path)


@pytest.mark.usefixtures("ledger")
def test_it_works(head: str, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["import", "orders", head, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["rows"] == 3000
    assert report["lines"] == {"shipped": 2913, "returned": 25, "no_customer": 1070}
    assert {reason: found["rows"] for reason, found in report["refused"].items()} == {
        "connectors.adjustment": 10,
        "connectors.duplicate": 44,
        "connectors.no_goods": 8,
    }
    assert (unexplained(), differences()) == (0, [])
    assert not Balance.objects.filter(quantity__lt=0).exists()
    assert main(["trace", "536365", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    customers = {share["party"].rsplit("/", 1)[-1] for share in answer["parties"] if share["role"] == "customer"}
    assert "17850" in customers
