"""Printers as a register: where they may be."""

from dataclasses import replace
from ipaddress import ip_network

import pytest
from pytest_django import Settings

from suyuan.catalog.fields import Value
from suyuan.catalog.register import Row
from suyuan.devices.addresses import host_problems, reachable
from suyuan.devices.models import Printer
from suyuan.devices.registers import PutPrinters
from suyuan.gs1.problems import Refused
from tests.operations.dairy import KEEPER, Desk, refusal

HOME = tuple(map(ip_network, ("10.0.0.0/8", "192.168.0.0/16", "fc00::/7")))


def put(**more: Value) -> PutPrinters:
    return PutPrinters(rows=(Row({"code": "DOCK", "warehouse": "main", "host": "192.168.1.20", **more}),))


def test_it_works(desk: Desk) -> None:
    desk.run(put(place="IN", dpi="300", media="thermal-pallet"))
    found = Printer.objects.get()
    assert (found.host, found.port, found.dpi, found.place_id is None) == ("192.168.1.20", 9100, "300", False)


@pytest.mark.parametrize(
    ("values", "refused"),
    [
        ({"host": "8.8.8.8"}, ("rows[0].host", "devices.host_outside")),
        ({"host": "127.0.0.1"}, ("rows[0].host", "devices.host_outside")),
        ({"host": "169.254.169.254"}, ("rows[0].host", "devices.host_outside")),
        ({"host": "::ffff:127.0.0.1"}, ("rows[0].host", "devices.host_outside")),
        ({"host": "10.0.0"}, ("rows[0].host", "devices.host_bad")),
        ({"host": "http://printer"}, ("rows[0].host", "devices.host_bad")),
        ({"port": 22}, ("rows[0].port", "devices.port_closed")),
        ({"place": "NOWHERE"}, ("rows[0].place", "devices.place_elsewhere")),
        ({"warehouse": "moon"}, ("rows[0].warehouse", "catalog.warehouse_unknown")),
    ],
)
def test_what_cannot_be(desk: Desk, values: dict[str, Value], refused: tuple[str, str]) -> None:
    assert refusal(desk, put(**values)) == {refused}


def test_who_may(desk: Desk) -> None:
    assert refusal(desk, put(), KEEPER) == {("", "governance.not_allowed")}


def test_other_networks_are_named_by_whoever_runs_the_server(desk: Desk, settings: Settings) -> None:
    settings.SUYUAN = replace(settings.SUYUAN, printer_networks=(ip_network("127.0.0.0/8"),))
    assert refusal(desk, put()) == {("rows[0].host", "devices.host_outside")}
    desk.run(put(host="127.0.0.1"))


def test_a_name_is_judged_by_what_it_stands_for() -> None:
    assert host_problems("printer-3.dock.local", "host", HOME) == []
    with pytest.raises(Refused) as refused:
        reachable("localhost", 9100, HOME)
    assert refused.value.problems[0].code == "devices.host_outside"
    assert reachable("10.1.2.3", 9100, HOME) == "10.1.2.3"
