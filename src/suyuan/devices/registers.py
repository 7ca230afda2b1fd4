"""Label printers as a register: where each stands, how it is reached, what it holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings

from suyuan.catalog.drafts import LONGEST_PLACE_CODE
from suyuan.catalog.fields import Field, Type
from suyuan.catalog.models import Place, Warehouse
from suyuan.catalog.register import Draft, Register
from suyuan.catalog.registers.shared import BASICS, IS_ACTIVE, NAME_EN, NAME_ZH, said, words
from suyuan.catalog.registers.tables import Column, Table, flag, text
from suyuan.catalog.rules import code_key
from suyuan.devices.addresses import host_problems, port_problems
from suyuan.devices.models import LONGEST_HOST, Printer
from suyuan.governance.master import Put, declare
from suyuan.gs1.own_uris import own_path
from suyuan.gs1.problems import N_, Problem
from suyuan.ui.labels import ROLLS, STOCKS

REACHED, HOLDS = N_("How it is reached"), N_("What it prints on")
DPIS = words(("203", N_("203 dpi (8 dots a millimetre)")), ("300", N_("300 dpi (12 dots a millimetre)")))
MEDIA: Mapping[str, str] = {name: STOCKS[name].word for name in ROLLS}

FIELDS = (
    Field("code", N_("Code"), Type.CODE, needed=True, longest=LONGEST_PLACE_CODE, group=BASICS, listed=True),
    NAME_ZH,
    NAME_EN,
    Field("warehouse", N_("Warehouse"), Type.REFERENCE, refers="warehouses", needed=True, longest=12, group=BASICS,
          listed=True),
    Field("place", N_("Place"), Type.REFERENCE, refers="places", longest=LONGEST_PLACE_CODE, group=BASICS, listed=True,
          hint=N_("Where it stands")),
    IS_ACTIVE,
    Field("host", N_("Address"), Type.TEXT, needed=True, longest=LONGEST_HOST, group=REACHED, listed=True,
          hint=N_("Its IP address or name in the network of the house")),
    Field("port", N_("Port"), Type.WHOLE, least=Decimal(1), most=Decimal(65535), default=9100, group=REACHED),
    Field("answers", N_("Says its state"), Type.FLAG, default=True, group=REACHED,
          hint=N_("Switch it off for printers that do not answer ~HS; then nobody learns that paper is missing")),
    Field("dpi", N_("Resolution"), Type.CHOICE, choices=DPIS, default="203", group=HOLDS, listed=True),
    Field("media", N_("Labels"), Type.CHOICE, choices=MEDIA, default="thermal", group=HOLDS, listed=True),
    Field("rfid", N_("Writes RFID tags"), Type.FLAG, default=False, group=HOLDS),
)  # fmt: skip


def printer_uri(key: str) -> str:
    """What a printer is called in change records."""
    return own_path(settings.SUYUAN.origin, ("printer", key.lower()))


TABLE = Table(
    model=Printer,
    columns=(
        text("code"), text("name_zh"), text("name_en"), Column("warehouse", "warehouse_id"),
        Column("place", path="place__code"), flag("is_active"), text("host"), Column("port"), flag("answers"),
        text("dpi"), text("media"), flag("rfid"),
    ),
    names=("key",),
    unique=("key",),
    key=lambda values: code_key(values["code"]),
    uri="key",
    make_uri=printer_uri,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PutPrinters(Put):
    """Label printers."""


def judge(drafts: Sequence[Draft]) -> list[Problem]:
    warehouses = set(Warehouse.objects.values_list("code", flat=True))
    places = _places(drafts)
    problems: list[Problem] = []
    for n, draft in enumerate(drafts):
        at, warehouse, place = f"rows[{n}]", said(draft, "warehouse"), said(draft, "place")
        if warehouse and warehouse.lower() not in warehouses:
            problems.append(Problem("catalog.warehouse_unknown", f"{at}.warehouse", {"warehouse": warehouse}))
        elif place and _place(draft) not in places:
            params = {"place": place, "warehouse": warehouse}
            problems.append(Problem("devices.place_elsewhere", f"{at}.place", params))
        if said(draft, "host"):
            problems += host_problems(said(draft, "host"), f"{at}.host", settings.SUYUAN.printer_networks)
        port = draft.values.get("port")
        if isinstance(port, int):
            problems += port_problems(port, f"{at}.port", settings.SUYUAN.printer_ports)
    return problems


def _place(draft: Draft) -> tuple[str, str]:
    return said(draft, "warehouse").lower(), code_key(said(draft, "place"))


def _places(drafts: Sequence[Draft]) -> Mapping[tuple[str, str], int]:
    keys = {_place(draft)[1] for draft in drafts} - {""}
    rows = Place.objects.filter(key__in=keys).values_list("warehouse_id", "key", "pk") if keys else []
    return {(warehouse, key): id for warehouse, key, id in rows}


def write(drafts: Sequence[Draft], version: int) -> list[str]:
    places = _places(drafts)
    spelled = [
        Draft({**draft.values, "warehouse": said(draft, "warehouse").lower()}, draft.before, draft.given)
        for draft in drafts
    ]
    TABLE.write(
        spelled, version, lambda draft: {"key": code_key(said(draft, "code")), "place_id": places.get(_place(draft))}
    )
    return [printer_uri(code_key(said(draft, "code"))) for draft in drafts]


PRINTERS = Register(
    name="printers",
    one=N_("Printer"),
    many=N_("Printers"),
    fields=FIELDS,
    keys=("code",),
    permission="place.edit",
    standing=TABLE.standing,
    judge=judge,
    write=write,
    rows=TABLE.rows,
    read=TABLE.read,
    columns=TABLE.paths(),
)
REGISTERS = {PRINTERS.name: PRINTERS}
PUTS: dict[str, type[Put]] = {PRINTERS.name: PutPrinters}
declare(PutPrinters, PRINTERS)
