"""Commands in the words of the people who give and approve them, and what one of them will do. Words are pure data."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from suyuan.desk.cards import Fact
from suyuan.desk.naming import Names
from suyuan.gs1.problems import N_
from suyuan.gs1.quantities import decimal_text
from suyuan.operations.lines import Line
from suyuan.ui.tables import Column, Row, Table, Value
from suyuan.ui.things import Thing

WORDS: Mapping[str, str] = {
    "AddCategory": N_("Add a category"),
    "AddItems": N_("Add items"),
    "AddPartners": N_("Add partners"),
    "AddPlaces": N_("Add places"),
    "AddRole": N_("Add a role"),
    "AddSite": N_("Add a site"),
    "AddTeam": N_("Add a team"),
    "AddToken": N_("Add a token"),
    "AddUser": N_("Add an account"),
    "AddWarehouse": N_("Add a warehouse"),
    "Approve": N_("Approve"),
    "ChangeUser": N_("Change an account"),
    "Clean": N_("Clean a tank"),
    "Correct": N_("Correct an event"),
    "Count": N_("Count stock"),
    "Deliver": N_("Report a delivery"),
    "Destroy": N_("Destroy goods"),
    "EndSessions": N_("End the sessions of an account"),
    "GrantRole": N_("Give a role"),
    "Hold": N_("Put on hold"),
    "Inspect": N_("Inspect goods"),
    "Merge": N_("Merge lots"),
    "MergeItems": N_("Merge two items"),
    "MergePartners": N_("Merge two partners"),
    "PartItems": N_("Take the merge of an item back"),
    "PartPartners": N_("Take the merge of a partner back"),
    "DismissItems": N_("Tell two items apart"),
    "DismissPartners": N_("Tell two partners apart"),
    "Move": N_("Move goods"),
    "OpeningStock": N_("Enter opening stock"),
    "Pack": N_("Pack goods"),
    "Pick": N_("Pick goods"),
    "Produce": N_("Produce goods"),
    "PutAttributes": N_("Change custom fields"),
    "PutAway": N_("Put goods away"),
    "PutCategories": N_("Change categories"),
    "PutCertificates": N_("Change certificates"),
    "PutItems": N_("Change items"),
    "PutPacks": N_("Change packs"),
    "PutPartners": N_("Change partners"),
    "PutPlaces": N_("Change places"),
    "PutRole": N_("Change a role"),
    "PutSetting": N_("Change a setting"),
    "PutSites": N_("Change sites"),
    "PutSupplierItems": N_("Change suppliers' item codes"),
    "PutTeam": N_("Change a team"),
    "PutUnits": N_("Change units"),
    "PutWarehouses": N_("Change warehouses"),
    "Receive": N_("Receive goods"),
    "ReceiveReturn": N_("Receive a return"),
    "ReceiveTransfer": N_("Receive a transfer"),
    "RefuseApproval": N_("Refuse to approve"),
    "Relabel": N_("Relabel goods"),
    "Release": N_("Release from hold"),
    "RequestApproval": N_("Ask for approval"),
    "ResetFactors": N_("Reset second factors"),
    "ResetPassword": N_("Reset a password"),
    "Retire": N_("Retire a container"),
    "RevokeRole": N_("Take a role away"),
    "RevokeToken": N_("Revoke a token"),
    "Sample": N_("Take a sample"),
    "Ship": N_("Dispatch goods"),
    "Split": N_("Split a lot"),
    "SwitchOff": N_("Switch an account off"),
    "SwitchOn": N_("Switch an account on"),
    "Transfer": N_("Transfer goods"),
    "Unpack": N_("Unpack goods"),
    "VoidShipment": N_("Void a dispatch"),
    "WithdrawApproval": N_("Withdraw a request"),
    "approval": N_("Approval"),
    "exception": N_("Approval by the same person"),
    "login": N_("Log in"),
    "login_failed": N_("Failed login"),
    "lockout": N_("Locked out"),
    "logout": N_("Log out"),
    "password": N_("Change of password"),
    "refused": N_("Approval refused"),
    "signed": N_("First approval"),
}


def word_of(command: str) -> str:
    """A command in the reader's language; its own name where there is no word."""
    return _(WORDS[command]) if command in WORDS else command


EMPTY: tuple[object, ...] = ("", None, (), [], {})
FIELDS: Mapping[str, str] = {
    "at": N_("Time"),
    "block": N_("Hold"),
    "container": N_("Container"),
    "event": N_("Event"),
    "item": N_("Item"),
    "key": N_("Setting"),
    "lines": N_("Goods"),
    "lot": N_("Lot"),
    "name": N_("Name"),
    "place": N_("Place"),
    "quantity": N_("Quantity"),
    "reason": N_("Reason"),
    "role": N_("Role"),
    "testres": N_("Test report"),
    "to": N_("To"),
    "unit": N_("Unit"),
    "user": N_("Account"),
    "value": N_("Value"),
    "version": N_("Version"),
    "warehouse": N_("Warehouse"),
}


def field_word(name: str) -> str:
    """A field of a command in the reader's language; its own name where there is no word."""
    return _(FIELDS[name]) if name in FIELDS else name.replace("_", " ")


def lines_of(command: object) -> list[Line]:
    """The goods of a command, wherever it names them."""
    return [line for _name, value in _fields(command) if isinstance(value, tuple) for line in value if _is_line(line)]


def _is_line(value: object) -> bool:
    return isinstance(value, Line)


def facts_of(command: object) -> list[Fact]:
    """What a command says beside its goods, as it was typed."""
    return [
        Fact(field_word(name), printed(value))
        for name, value in _fields(command)
        if name not in ("warehouse", "block") and value not in EMPTY and not _has_lines(value)
    ]


def _has_lines(value: object) -> bool:
    return isinstance(value, tuple) and any(map(_is_line, value))


def _fields(command: object) -> Iterator[tuple[str, object]]:
    if dataclasses.is_dataclass(command):
        for field in dataclasses.fields(command):
            yield field.name, getattr(command, field.name)


def printed(value: object) -> Value:
    """A value of a command or a record as a cell shows it."""
    if value is None or isinstance(value, str | Decimal | datetime | date):
        return value
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return decimal_text(Decimal(str(value)))
    if isinstance(value, Mapping):
        return ", ".join(
            f"{field_word(str(name))}: {printed(part)}" for name, part in value.items() if part not in EMPTY
        )
    if isinstance(value, Sequence | frozenset | set):
        return ", ".join(str(printed(part)) for part in value)
    if dataclasses.is_dataclass(value):
        return ", ".join(f"{field_word(name)}: {printed(part)}" for name, part in _fields(value) if part not in EMPTY)
    return str(value)


def goods_table(command: object, names: Names) -> Table | None:
    """The lines of a command: goods, how much, where."""
    lines = lines_of(command)
    if not lines:
        return None
    columns = (Column(_("Goods"), "thing"), Column(_("Quantity"), "number"), Column(_("Unit")), Column(_("Place")))
    rows = [Row((goods_of(line, names), _amount(line), line.unit, line.place or line.inside)) for line in lines]
    return Table(_("Goods"), columns, rows)


def goods_of(line: Line, names: Names) -> Thing | str:
    """A line's goods as a link where it names them by URI, else as typed."""
    if line.uri or line.container.startswith("http"):
        return names.thing(line.uri or line.container)
    return " ".join(part for part in (line.item or line.container, line.lot, ", ".join(line.serials)) if part)


def _amount(line: Line) -> Value:
    return line.quantity if line.quantity is not None else _("all")
