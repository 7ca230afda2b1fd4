"""Codes that could not be scanned, counted by what they have in common."""

from datetime import date, timedelta

import pytest

from suyuan.devices.defects import Failed, counts, device_of, note
from suyuan.devices.models import Defect, ScanDefect

DAY = date(2026, 11, 20)


@pytest.mark.engine
def test_it_works(engine: str) -> None:
    for _ in range(3):
        note(Failed(warehouse="main", day=DAY, kind=Defect.UNREADABLE, item="YOG", device="Zebra"))
    note(Failed(warehouse="main", day=DAY, kind=Defect.TWICE, item="YOG"))
    note(Failed(warehouse="main", day=DAY, kind=Defect.UNKNOWN, item="MILK", printer="DOCK"))
    note(Failed(warehouse="cold", day=DAY, kind=Defect.UNKNOWN, item="YOG"))
    note(Failed(warehouse="main", day=DAY - timedelta(days=9), kind=Defect.UNKNOWN, item="YOG"))
    assert ScanDefect.objects.count() == 5
    assert counts("main", DAY, "item") == [("YOG", {"twice": 1, "unreadable": 3}), ("MILK", {"unknown": 1})]
    assert counts("main", DAY, "printer") == [("", {"twice": 1, "unreadable": 3}), ("DOCK", {"unknown": 1})]


def test_devices_are_told_apart() -> None:
    assert device_of("Mozilla/5.0 (Linux; Android 13; TC52 Build) Zebra") == "Zebra"
    assert device_of("Mozilla/5.0 (X11; Linux x86_64)") == "Linux"
    assert device_of("curl") == ""
