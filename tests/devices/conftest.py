"""The dairy with label printers at this machine."""

from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_network

import pytest
from pytest_django import Settings

from suyuan.catalog.register import Row
from suyuan.devices.models import Printer
from suyuan.devices.registers import PutPrinters
from tests.operations.dairy import Desk, build_dairy

Stand = Callable[..., Printer]


@pytest.fixture
def desk(db: None) -> Desk:
    build_dairy()
    return Desk()


@pytest.fixture
def here(settings: Settings) -> Settings:
    """Printers may be at this machine, on any port."""
    networks = (ip_network("127.0.0.0/8"), ip_network("192.168.0.0/16"))
    settings.SUYUAN = replace(settings.SUYUAN, printer_networks=networks, printer_ports=frozenset(range(1, 65536)))
    return settings


@pytest.fixture
def stand(desk: Desk, here: Settings) -> Stand:
    """Put up a printer."""

    def put(port: int, code: str = "DOCK", **more: object) -> Printer:
        values = {"code": code, "warehouse": "main", "host": "127.0.0.1", "port": port, **more}
        desk.run(PutPrinters(rows=(Row(values),)))  # type: ignore[arg-type]  # values of whichever fields
        return Printer.objects.get(code=code)

    return put
