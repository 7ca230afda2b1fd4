"""Correct a posted receipt: other quantity, lot, serials or dates, or that it did not happen; with the reason."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from suyuan.capture.door import who_is_who
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.approvals import ASK, ask, can_ask
from suyuan.desk.events import told_by
from suyuan.desk.forms import by_field, clean, day_of
from suyuan.desk.naming import Names
from suyuan.desk.receiving_receipt import body_of, corrections_of, receipt_of
from suyuan.desk.sheets import record, see_other
from suyuan.gs1.identifiers import identify
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import COUNT, Quantity
from suyuan.operations.correcting import DID_NOT_OCCUR, INCORRECT_DATA
from suyuan.operations.inbound.correct_receipt import CorrectReceipt
from suyuan.operations.mending import RightLine, groups_of, is_weight
from suyuan.ui.things import Thing
from suyuan.ui.words import step_word

FIELDS = ("quantity", "weight", "lot", "expiry", "produced", "absent")


@dataclass(frozen=True, slots=True)
class Told:
    """A lot of the receipt as it was recorded, and what was typed instead."""

    number: int
    uri: str
    thing: Thing
    was: dict[str, str]
    typed: dict[str, str]
    unit: str
    serials: int
    lotted: bool

    @property
    def names(self) -> dict[str, str]:
        return {name: f"line-{self.number}-{name}" for name in FIELDS}

    @property
    def paths(self) -> dict[str, str]:
        return {name: f"lines[{self.number}].{name}" for name in FIELDS}


@dataclass(frozen=True, slots=True)
class Depends:
    """A later event that needs what the receipt brought."""

    word: str
    at: datetime
    goods: str


@desk_page("adjust")
def correcting(request: HttpRequest, desk: Desk, event: UUID) -> HttpResponse:
    """GET: the receipt as it was recorded, to be mended. POST `do`: mend, void, ask (with `what`)."""
    found = receipt_of(desk.warehouse, event)
    if found is None or corrections_of(desk.warehouse, event):
        problem = Problem("desk.receipt_unknown")
        return page(request, desk, "desk/refused.html", {"problem": problem}, 404)
    told = told_of(request, desk, event)
    problems: list[Problem] = []
    do = request.POST.get("do", "")
    what = request.POST.get("what", "") if do == ASK else do
    if what in ("mend", "void"):
        command = command_of(request, desk, event, told, what, problems)
        if not problems:
            problems = ask(desk, request, command, command.reason) if do == ASK else record(desk, request, command)
        if not problems:
            return see_other(request, "desk:approvals" if do == ASK else "desk:receipt_corrected")
    context = {
        "tab": "receive",
        "request_id": request.POST.get("request_id") or uuid4(),
        "number": found.result.get("number", ""),
        "event": event,
        "at": found.at,
        "lines": told,
        "reason": clean(request.POST.get("reason", "")),
        "what": what,
        "problems_found": problems,
        "depends": depends_of(problems),
        "errors": by_field(problems),
        "can_ask": can_ask(request, problems),
    }
    return page(request, desk, "desk/receipt_correct.html", context)


@desk_page("adjust")
def corrected(request: HttpRequest, desk: Desk) -> HttpResponse:
    """That it was done."""
    return page(request, desk, "desk/receipt_corrected.html", {"tab": "receive"})


def told_of(request: HttpRequest, desk: Desk, event: UUID) -> list[Told]:
    """The lots of the receipt, in its order, with what was typed."""
    who = who_is_who()
    body = body_of(desk.warehouse, event)
    groups = groups_of(who, body)
    names = Names(groups, desk.language)
    dates = {str(row.get("id")): row for row in body.get("suyuan:lots", [])}
    found = []
    for number, (uri, listed) in enumerate(groups.items()):
        serials = [identify(str(one["epc"])).uri for one in listed if "epc" in one]
        told = dates.get(uri) or dates.get(serials[0] if serials else "") or {}
        counts = [one for one in listed if "epc" not in one and not is_weight(who, one)]
        weights = [one for one in listed if "epc" not in one and is_weight(who, one)]
        was = {
            "quantity": _text(counts[0]) if len(counts) == 1 else "",
            "weight": _text(weights[0]) if len(weights) == 1 else "",
            "lot": identify(uri).code if "/10/" in uri or "/lot/" in uri else "",
            "expiry": str(told.get("expiry", "")),
            "produced": str(told.get("produced", "")),
            "absent": "",
        }
        typed = {name: clean(request.POST.get(f"line-{number}-{name}", was[name]), 400_000) for name in FIELDS}
        unit = str(counts[0].get("uom") or COUNT) if counts else COUNT
        found.append(Told(number, uri, names.thing(uri), was, typed, unit, len(serials), bool(was["lot"])))
    return found


def _text(element: dict[str, Any]) -> str:
    amount = Quantity(Decimal(str(element.get("quantity", "0"))), COUNT).amount
    return f"{amount.normalize():f}"


def command_of(
    request: HttpRequest, desk: Desk, event: UUID, told: list[Told], what: str, problems: list[Problem]
) -> CorrectReceipt:
    """What was typed, as far as it differs from what was recorded."""
    lines = [_right(one, problems) for one in told if one.typed != one.was] if what == "mend" else []
    if what == "mend" and not lines:
        problems.append(Problem("desk.nothing_changed", ""))
    return CorrectReceipt(
        warehouse=desk.warehouse,
        event=f"urn:uuid:{event}",
        error=DID_NOT_OCCUR if what == "void" else INCORRECT_DATA,
        reason=clean(request.POST.get("reason", "")),
        lines=tuple(lines),
    )


def _right(one: Told, problems: list[Problem]) -> RightLine:
    new = {name: value for name, value in one.typed.items() if value != one.was[name]}
    return RightLine(
        uri=one.uri,
        quantity=new.get("quantity", "").replace(",", "") or None,
        weight=new.get("weight", "").replace(",", "") or None,
        lot=new.get("lot", ""),
        expiry=day_of(new.get("expiry", ""), one.paths["expiry"], problems),
        produced=day_of(new.get("produced", ""), one.paths["produced"], problems),
        absent=tuple(new.get("absent", "").replace(",", " ").split()),
    )


def depends_of(problems: list[Problem]) -> list[Depends]:
    """The later events that stand in the way, by name."""
    keys = {p.params["event"]: p.params.get("goods", "") for p in problems if p.code == "stock.depends"}
    events = told_by(bytes.fromhex(key) for key in keys) if keys else []
    return [
        Depends(
            _(step_word(event.step, event.disposition, event.type, event.declared)),
            event.time,
            keys[event.id.hex()],
        )
        for event in events
    ]
