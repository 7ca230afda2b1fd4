"""Reports: what a page shows, its files say, and nobody sees what is not his."""

import csv
import io
from datetime import date

import pytest

from suyuan.ui.workbooks import read_workbook
from tests.desk.conftest import Hire, Sit

DAYS = "since=2026-11-14&until=2026-11-21"


def test_it_works(sit: Sit) -> None:
    client = sit("keeper")
    listed = client.get("/reports").content.decode()
    assert "/reports/food-in" in listed
    page = client.get(f"/reports/food-in?{DAYS}").content.decode()
    for text in ("Raw milk", "RM-1101", "Chilechuan Farm", "2,400", "2026-11-14"):
        assert text in page
