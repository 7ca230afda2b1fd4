"""A dairy in little: two warehouses, a farm, two shops, a fixed cast; and a desk that replays after every command."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from suyuan.accounts.roles import default_roles
from suyuan.accounts.rules import EVERYWHERE, SYSTEM, Actor, Granted, actor_from
from suyuan.accounts.writes import do_add_site
from suyuan.capture.guard import governed
from suyuan.capture.replay import differences
from suyuan.catalog.drafts import NewItem, NewPack, NewPartner, NewPlace, NewUnit
from suyuan.catalog.queries import places
from suyuan.catalog.writes import do_add_category, do_add_items, do_add_partners, do_add_places, do_add_warehouse
from suyuan.governance.context import Context
from suyuan.governance.kernel import Result, execute
from suyuan.governance.signing import Signed
from suyuan.gs1.identifiers import lot_uri
from suyuan.gs1.problems import Problem, Refused
from suyuan.ledger.keys import key16
from suyuan.ledger.models import Record
from suyuan.operations.commands import Inspect, Line, PutAway, ReceiptLine, Receive, Verdict
from suyuan.stock.queries import on_hand

YOGHURT, CASE, CUP = "06901234000108", "16901234000105", "06901234000207"
MAIN_GLN, COLD_GLN, SHOP_GLN, CAFE_GLN = "6901234000009", "6901234000016", "6901234567892", "6909876543210"
LAST = date(2026, 12, 15)
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)  # 12:00 in Hangzhou
ROLES = {role.code: role for role in default_roles()}


def build_dairy() -> None:
    with governed():
        do_add_site(code="hz", name_zh="杭州", name_en="Hangzhou", time_zone="Asia/Shanghai")
        do_add_warehouse(code="main", gln=MAIN_GLN, site="hz", lot_token="HZ", sscc_prefix="69012340")
        do_add_warehouse(code="cold", gln=COLD_GLN, site="hz", lot_token="CS", sscc_prefix="69012341")
        for warehouse in ("main", "cold"):
            do_add_places(
                warehouse=warehouse,
                places=[
                    NewPlace(code="IN", kind="dock", purpose="receiving"),
                    NewPlace(code="OUT", kind="dock", purpose="staging"),
                    NewPlace(code="A-01", purpose="storage"),
                    NewPlace(code="A-02", purpose="storage"),
                    NewPlace(code="LINE", kind="line", purpose="production"),
                    NewPlace(code="BACK", purpose="returns"),
                ],
            )
        do_add_category(code="dairy", name_zh="乳品", lot_template="{site}{date:%y%m%d}{shift}{seq:02}")
        do_add_items(
            items=[
                NewItem(
                    code="MILK",
                    name_en="Raw milk",
                    base_unit="KGM",
                    units=[NewUnit(unit="LTR", numerator=103, denominator=100)],
                ),
                NewItem(
                    code="YOG",
                    name_en="Yoghurt",
                    base_unit="EA",
                    category="dairy",
                    gtin=YOGHURT,
                    shelf_life_days=28,
                    packs=[NewPack(gtin=CASE, numerator=12, level="case")],
                ),
                NewItem(code="FOIL", name_en="Foil", base_unit="MTR", tracking="none"),
                NewItem(code="PUMP", name_en="Pump", base_unit="EA", tracking="serial"),
                NewItem(code="VIAL", name_en="Vial", base_unit="EA", gtin=CUP, tracking="lot+serial"),
                NewItem(code="WHEY", name_en="Whey", base_unit="KGM", category="dairy"),
                NewItem(
                    code="FRESH",
                    name_en="Fresh milk",
                    base_unit="EA",
                    shelf_life_days=10,
                    min_remaining_days_dispatch=5,
                ),
            ]
        )
        do_add_partners(
            partners=[
                NewPartner(code="FARM", roles=["supplier"]),
                NewPartner(code="LATE", roles=["supplier"], status="suspended"),
                NewPartner(code="SHOP", gln=SHOP_GLN, roles=["customer"]),
                NewPartner(code="CAFE", roles=["customer"]),
            ]
        )


def person(role: str, name: str, scope: str = EVERYWHERE) -> Actor:
    return actor_from(f"id-{name}", name, [Granted(role, ROLES[role].permissions, scope)], {"hz": ["main", "cold"]})


KEEPER, INSPECTOR, SECOND = person("keeper", "Kai"), person("inspector", "Ines"), person("inspector", "Ivan")
QUALITY, MAKER, CARRIER = person("quality", "Qin"), person("production", "Pei"), person("carrier", "Cao")
BUYER, ADMIN, AUDITOR = person("buyer", "Bo"), person("admin", "An"), person("auditor", "Au")
BOTH = (QUALITY, person("finance", "Fei"))  # who sign an adjustment above the threshold
Approver = Actor | tuple[Actor, ...] | None


class Desk:
    """Runs commands one minute after the other."""

    def __init__(self) -> None:
        self.now = NOON
        self.number = 0

    def context(self, actor: Actor = SYSTEM, approver: Approver = None) -> Context:
        self.number += 1
        self.now += timedelta(minutes=1)
        signers = approver if isinstance(approver, tuple) else (approver,) if approver else ()
        signatures = tuple(Signed(signer) for signer in signers)
        return Context(actor=actor, request_id=UUID(int=self.number), now=self.now, locale="en", signatures=signatures)

    def run(self, command: object, actor: Actor = SYSTEM, approver: Approver = None) -> Result:
        """Do it, then tell the whole ledger again: the tables say what the events say."""
        result = execute(self.context(actor, approver), command)
        assert differences() == []
        return result

    def later(self, **span: int) -> None:
        self.now += timedelta(**span)

    @property
    def today(self) -> int:
        return self.now.date().toordinal()

    def stock(self, uri: str) -> dict[tuple[str, str], Decimal]:
        """(place code or container or kind, status) → how much of it is there."""
        found: dict[tuple[str, str], Decimal] = {}
        rows = on_hand(self.today, subjects=[uri])
        codes = {place.uri: place.code for place in places([row.place for row in rows]).values()}
        for row in rows:
            where = codes.get(row.place, "transit" if row.kind == "delivery" else row.kind)
            if row.container:
                where = f"{where}/{row.container.rsplit('/', 1)[-1]}"
            found[where, row.status] = found.get((where, row.status), Decimal(0)) + row.quantity
        return found


key = key16


def yoghurt(lot: str) -> str:
    return lot_uri(YOGHURT, lot)


def codes(problems: Sequence[Problem]) -> set[tuple[str, str]]:
    """(field, code) of each, as tests compare them."""
    return {(problem.field, problem.code) for problem in problems}


def refusal(desk: Desk, command: object, actor: Actor = SYSTEM, approver: Approver = None) -> set[tuple[str, str]]:
    """Why the command is refused; and nothing has changed by it."""
    before = events()
    with pytest.raises(Refused) as refused:
        desk.run(command, actor, approver)
    assert events() == before
    return codes(refused.value.problems)


def events() -> int:
    return Record.objects.filter(kind="epcis").count()


def stocked(desk: Desk, lot: str = "L1", quantity: int = 100, *, expiry: date = LAST, warehouse: str = "main") -> str:
    """Yoghurt received, inspected and put away in A-01; its URI."""
    line = ReceiptLine(item="YOG", lot=lot, quantity=quantity, expiry=expiry)
    desk.run(Receive(warehouse=warehouse, supplier="FARM", lines=(line,)))
    desk.run(Inspect(warehouse=warehouse, lines=(Verdict(item="YOG", lot=lot, verdict="pass"),)))
    desk.run(PutAway(warehouse=warehouse, lines=(Line(item="YOG", lot=lot, quantity=quantity),), to="A-01"))
    return yoghurt(lot)
