"""Commands in the words of the people who give and approve them, and what one of them will do. Words are pure data."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from suyuan.desk.naming import Names
from suyuan.gs1.problems import N_
from suyuan.gs1.quantities import decimal_text
from suyuan.operations.lines import Line
from suyuan.returns.kinds import CAUSES, CONDITIONS, GROUNDS, METHODS
from suyuan.ui.tables import Column, Row, Table, Value
from suyuan.ui.things import Thing
from suyuan.ui.units import unit_name

WORDS: Mapping[str, str] = {
    "AddAction": N_("Add a corrective action"),
    "ChangeSeries": N_("Change how lots are sampled"),
    "CheckAction": N_("Judge a corrective action"),
    "CloseNonConformance": N_("Close a nonconformance"),
    "DecideNonConformance": N_("Decide on a nonconformance"),
    "DropInspection": N_("Drop an inspection"),
    "FinishAction": N_("Finish a corrective action"),
    "OpenInspection": N_("Open an inspection"),
    "PutInspectionPlans": N_("Change inspection plans"),
    "PutPlanChecks": N_("Change checks of plans"),
    "RecordResults": N_("Record results"),
    "ReportNonConformance": N_("Report a nonconformance"),
    "ReturnToSupplier": N_("Return goods to the supplier"),
    "ApproveNotices": N_("Approve notices of a recall"),
    "CancelRecall": N_("Cancel a recall"),
    "CloseDrill": N_("Close a recall drill"),
    "CloseRecall": N_("Close a recall"),
    "DraftNotices": N_("Write notices of a recall"),
    "DropNotice": N_("Drop a notice of a recall"),
    "EscalateNotice": N_("Ask a silent party again"),
    "MarkNotified": N_("Note that a party was told"),
    "NarrowScope": N_("Take goods out of a recall"),
    "PublishNotice": N_("Publish a notice to consumers"),
    "RecordAnswer": N_("Record a party's answer"),
    "RerunScope": N_("Look again what a recall concerns"),
    "RetryNotice": N_("Send a notice of a recall again"),
    "ReviseNotice": N_("Change a notice of a recall"),
    "StartDrill": N_("Start a recall drill"),
    "StartRecall": N_("Start a recall"),
    "WidenScope": N_("Add goods to a recall"),
    "WithdrawNotice": N_("Withdraw a notice to consumers"),
    "ConfirmReturn": N_("Confirm that the supplier has what was returned"),
    "ReviseInspection": N_("Put an inspection right"),
    "Rework": N_("Rework goods"),
    "ReleaseReservation": N_("Release a reservation"),
    "Reserve": N_("Reserve goods"),
    "SwapReservation": N_("Swap a reserved lot"),
    "WriteIssue": N_("Write an issue order"),
    "WritePurchase": N_("Write a purchase order"),
    "WriteSale": N_("Write a sales order"),
    "TakeAdvice": N_("Take in a supplier's despatch advice"),
    "TakeOver": N_("Take over what is kept for others"),
    "CancelIssue": N_("Cancel an issue order"),
    "CloseIssue": N_("Close an issue order"),
    "ReopenIssue": N_("Reopen an issue order"),
    "PutIssues": N_("Change issue orders"),
    "PutIssueLines": N_("Change lines of issue orders"),
    "AddCategory": N_("Add a category"),
    "AddFile": N_("Add a file"),
    "AddPaper": N_("Add a paper of a partner"),
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
    "AssignCount": N_("Give a count to somebody"),
    "BookCarrier": N_("Book a carrier"),
    "CancelCarrier": N_("Cancel a carrier's booking"),
    "KeepCarrierSecret": N_("Enter a key of a carrier account"),
    "RetryCarrier": N_("Book a carrier again"),
    "PutAdviceChannels": N_("Change where despatch advices go"),
    "PutCarrierAccounts": N_("Change carrier accounts"),
    "BindTags": N_("Bind RFID tags"),
    "CancelCount": N_("Cancel a count"),
    "ChangeUser": N_("Change an account"),
    "CancelPurchase": N_("Cancel a purchase order"),
    "CancelSale": N_("Cancel a sales order"),
    "Clean": N_("Clean a tank"),
    "ClosePurchase": N_("Close a purchase order"),
    "CloseSale": N_("Close a sales order"),
    "CloseBin": N_("Finish a bin of a count"),
    "Correct": N_("Correct an event"),
    "CorrectReceipt": N_("Correct a receipt"),
    "Count": N_("Count stock"),
    "Deliver": N_("Report a delivery"),
    "Destroy": N_("Destroy goods"),
    "EndSessions": N_("End the sessions of an account"),
    "FinishCount": N_("Finish a count"),
    "GrantRole": N_("Give a role"),
    "Hold": N_("Put on hold"),
    "Inspect": N_("Inspect goods"),
    "JudgeCount": N_("Judge differences of a count"),
    "KeepCount": N_("Keep what was counted"),
    "MakeCount": N_("Make a count sheet"),
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
    "MakeWave": N_("Release orders for picking"),
    "CancelWave": N_("Cancel a wave"),
    "RushOrder": N_("Put an urgent order in front"),
    "TakeTour": N_("Take a picking tour"),
    "LeaveTour": N_("Give a picking tour back"),
    "SetTote": N_("Put a tote on the trolley"),
    "PickTask": N_("Pick for an order"),
    "ShortPick": N_("Say that goods are short"),
    "PutBack": N_("Put picked goods back"),
    "PutAisles": N_("Change aisles"),
    "PutPickRules": N_("Change rules of picking"),
    "PostCount": N_("Post a count"),
    "Produce": N_("Produce goods"),
    "PutBoms": N_("Change bills of material"),
    "PutBomLines": N_("Change lines of bills"),
    "PutWorkOrders": N_("Change work orders"),
    "PutTanks": N_("Change tanks"),
    "CloseWork": N_("Close a work order"),
    "PlanMaterial": N_("Order the material of a work order"),
    "IssueMaterial": N_("Bring material to the line"),
    "ReturnMaterial": N_("Take material back from the line"),
    "ScrapMaterial": N_("Scrap material at the line"),
    "Assemble": N_("Assemble a product"),
    "ReplacePart": N_("Replace a part"),
    "TakeApart": N_("Take a product apart"),
    "FillTank": N_("Fill a tank"),
    "DrainTank": N_("Drain a tank"),
    "GaugeTank": N_("Gauge a tank"),
    "ReopenWork": N_("Reopen a work order"),
    "CancelWork": N_("Cancel a work order"),
    "AssignAlerts": N_("Give alerts to somebody"),
    "CloseAlerts": N_("Say that alerts are done"),
    "PutAlertLimits": N_("Change limits of alerts"),
    "PutAlertRules": N_("Change rules of alerts"),
    "PutDigest": N_("Change the daily digest"),
    "PlaceLegalHold": N_("Place a legal hold"),
    "EndLegalHold": N_("End a legal hold"),
    "ErasePersonal": N_("Erase personal data"),
    "PutReportView": N_("Keep a view of a report"),
    "DropReportView": N_("Keep a view of a report no longer"),
    "PutProcessSteps": N_("Change steps of processes"),
    "SnoozeAlerts": N_("Let alerts wait"),
    "WakeAlerts": N_("Wake alerts"),
    "PutCountPlans": N_("Change counting plans"),
    "PutAttributes": N_("Change custom fields"),
    "PutAway": N_("Put goods away"),
    "PutCalendar": N_("Change the working calendar"),
    "PutCategories": N_("Change categories"),
    "PutCertificates": N_("Change certificates"),
    "PutItems": N_("Change items"),
    "PutNoticeLines": N_("Change lines of advance notices"),
    "PutNotices": N_("Change advance notices"),
    "PutPacks": N_("Change packs"),
    "PutPartners": N_("Change partners"),
    "PutPickFaces": N_("Change pick faces"),
    "PutPlaces": N_("Change places"),
    "PutPrinters": N_("Change printers"),
    "PutPurchaseLines": N_("Change lines of purchase orders"),
    "PutPurchaseOrders": N_("Change purchase orders"),
    "PutRole": N_("Change a role"),
    "PutSalesLines": N_("Change lines of sales orders"),
    "PutSalesOrders": N_("Change sales orders"),
    "PutSetting": N_("Change a setting"),
    "PutScoreWeights": N_("Change the weights of supplier scorecards"),
    "PutScoreLimits": N_("Change the limits of supplier scorecards"),
    "PutStorageClasses": N_("Change storage classes"),
    "PutSites": N_("Change sites"),
    "PutSupplierItems": N_("Change suppliers' item codes"),
    "PutTeam": N_("Change a team"),
    "PutUnits": N_("Change units"),
    "PutWarehouses": N_("Change warehouses"),
    "Receive": N_("Receive goods"),
    "PutReturnNotices": N_("Change announced returns"),
    "ReceiveReturn": N_("Receive a return"),
    "ReceiveTransfer": N_("Receive a transfer"),
    "RefuseApproval": N_("Refuse to approve"),
    "Relabel": N_("Relabel goods"),
    "Release": N_("Release from hold"),
    "ReopenPurchase": N_("Reopen a purchase order"),
    "ReopenSale": N_("Reopen a sales order"),
    "ReplaceLabel": N_("Replace a label or tag"),
    "RequestApproval": N_("Ask for approval"),
    "ResetFactors": N_("Reset second factors"),
    "ResetPassword": N_("Reset a password"),
    "Retire": N_("Retire a container"),
    "RevokeRole": N_("Take a role away"),
    "RevokeToken": N_("Revoke a token"),
    "Sample": N_("Take a sample"),
    "Ship": N_("Dispatch goods"),
    "CorrectShipment": N_("Correct a shipment"),
    "BeginLoad": N_("Begin to load a truck"),
    "ScanLoad": N_("Scan goods onto a truck"),
    "TakeOffLoad": N_("Take goods off a truck"),
    "CloseLoad": N_("Close a load"),
    "CancelLoad": N_("Cancel a load"),
    "Split": N_("Split a lot"),
    "StrikeCount": N_("Strike a counted line"),
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
    "case": N_("Recall"),
    "notices": N_("Notices"),
    "good": N_("Goods that are good"),
    "open_why": N_("Why it ends though questions are open"),
    "outcome": N_("What came of it"),
    "onward": N_("With all that came of them"),
    "title_zh": N_("Title in Chinese"),
    "title_en": N_("Title in English"),
    "text_zh": N_("Text in Chinese"),
    "text_en": N_("Text in English"),
    "stayed": N_("Did not leave"),
    "load": N_("Load"),
    "vehicle": N_("Vehicle"),
    "seal": N_("Seal"),
    "driver": N_("Driver"),
    "logger": N_("Temperature logger"),
    "gross": N_("On the scale (kg)"),
    "tare": N_("Empty container (kg)"),
    "size": N_("Dimensions"),
    "accept": N_("Warnings accepted"),
    "answers": N_("Results"),
    "at": N_("Time"),
    "attachments": N_("Papers and photos"),
    "block": N_("Hold"),
    "carrier": N_("Carrier"),
    "cause": N_("Why it comes back"),
    "cert": N_("Certificate"),
    "complete": N_("Places counted in full"),
    "condition": N_("Condition"),
    "container": N_("Container"),
    "contractor": N_("Disposal firm"),
    "desadv": N_("Dispatch advice"),
    "delivery": N_("Delivered on"),
    "digest": N_("Differences seen"),
    "disposition": N_("Disposition"),
    "due": N_("Due"),
    "error": N_("What was wrong"),
    "event": N_("Event"),
    "expiry": N_("Expires"),
    "files": N_("Files"),
    "ground": N_("Why"),
    "hazard": N_("Hazards"),
    "head": N_("Head"),
    "inspection": N_("Inspection"),
    "instead": N_("Instead of"),
    "item": N_("Item"),
    "keep": N_("Goes on"),
    "key": N_("Setting"),
    "kind": N_("Kind"),
    "line": N_("Line"),
    "lines": N_("Goods"),
    "lot": N_("Lot"),
    "merged": N_("Goes out of use"),
    "method": N_("How"),
    "name": N_("Name"),
    "nonconformance": N_("Nonconformance"),
    "note": N_("Note"),
    "number": N_("Number"),
    "override": N_("Why there all the same"),
    "override_supplier": N_("Why from this supplier all the same"),
    "only_new": N_("New ones only"),
    "owner": N_("Owner"),
    "papers": N_("Papers"),
    "place": N_("Place"),
    "po": N_("Purchase order"),
    "produced": N_("Produced"),
    "quantity": N_("Quantity"),
    "reason": N_("Reason"),
    "receipt": N_("Receipt"),
    "rma": N_("Return permission"),
    "role": N_("Role"),
    "rows": N_("Rows"),
    "scan": N_("Scanned"),
    "seen": N_("Version seen"),
    "sheet": N_("Count sheet"),
    "split": N_("Several lots allowed"),
    "status": N_("State"),
    "strangers": N_("Not ours"),
    "supplier": N_("Supplier"),
    "testres": N_("Test report"),
    "to": N_("To"),
    "unit": N_("Unit"),
    "user": N_("Account"),
    "value": N_("Value"),
    "verdict": N_("Verdict"),
    "version": N_("Version"),
    "warehouse": N_("Warehouse"),
    "where": N_("Place of destruction"),
    "whole": N_("All of it or nothing"),
    "why": N_("Reason"),
    "witness": N_("Witness from outside"),
    "alerts": N_("Alerts"),
    "kinds": N_("Kinds"),
    "team": N_("Team"),
    "time": N_("Time"),
    "until": N_("Silent until"),
    "webhook": N_("Webhook"),
    "bin": N_("Bin"),
    "tank": N_("Tank"),
    "cutoff": N_("The carrier comes at"),
    "goods": N_("Goods"),
    "into": N_("Into"),
    "most_orders": N_("Orders on a trolley"),
    "most_stops": N_("Stops at most"),
    "order": N_("Order"),
    "orders": N_("Orders"),
    "position": N_("Position on the trolley"),
    "scanned": N_("Read by a scanner"),
    "scans": N_("Scans made"),
    "source": N_("From"),
    "task": N_("Task"),
    "tote": N_("Tote"),
    "tour": N_("Tour"),
    "wave": N_("Wave"),
    "zone": N_("Zone"),
}
# (field, value) → what the value means, where a command takes one of a few words
VALUES: Mapping[tuple[str, str], str] = {
    **{("ground", value): word for value, word in GROUNDS.items()},
    **{("method", value): word for value, word in METHODS.items()},
    **{("cause", value): word for value, word in CAUSES.items()},
    **{("condition", value): word for value, word in CONDITIONS.items()},
    ("disposition", "return"): N_("Return to the supplier"),
    ("disposition", "rework"): N_("Rework"),
    ("disposition", "scrap"): N_("Scrap"),
    ("disposition", "use_as_is"): N_("Use as is"),
    ("disposition", "sort"): N_("Sort"),
    ("kind", "resume"): N_("inspection begins again, tightened"),
    ("kind", "irregular"): N_("production has become irregular"),
    ("error", "did_not_occur"): N_("It did not happen"),
    ("error", "incorrect_data"): N_("Its data were wrong"),
    ("status", "pending"): N_("To be inspected"),
    ("status", "released"): N_("Released"),
    ("verdict", "pass"): N_("passed"),
    ("verdict", "fail"): N_("not passed"),
    ("verdict", "concession"): N_("accepted all the same"),
}


def field_word(name: str) -> str:
    """A field of a command in the reader's language; its own name where there is no word."""
    return _(FIELDS[name]) if name in FIELDS else name.replace("_", " ")


def lines_of(command: object) -> list[Line]:
    """The goods of a command, wherever it names them."""
    return [line for _name, value in fields_of(command) if isinstance(value, tuple) for line in value if _is_line(line)]


def _is_line(value: object) -> bool:
    return isinstance(value, Line)


def is_said(name: str, value: object) -> bool:
    """Does a field of a command say something of its own, beside the goods and rows that are shown as tables?"""
    return name not in ("warehouse", "block", "digest", "rows") and value not in EMPTY and not _has_lines(value)


def _has_lines(value: object) -> bool:
    return isinstance(value, tuple) and any(map(_is_line, value))


def fields_of(command: object) -> Iterator[tuple[str, object]]:
    """The fields of a command with what they say."""
    if dataclasses.is_dataclass(command):
        for field in dataclasses.fields(command):
            yield field.name, getattr(command, field.name)


def printed_as(name: str, value: object) -> Value:
    """The value of this field: a word where it is one of a few."""
    return _(VALUES[name, value]) if isinstance(value, str) and (name, value) in VALUES else printed(value)


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
        return ", ".join(f"{field_word(name)}: {printed(part)}" for name, part in fields_of(value) if part not in EMPTY)
    return str(value)


def goods_table(command: object, names: Names) -> Table | None:
    """The lines of a command: goods, how much, where."""
    lines = lines_of(command)
    if not lines:
        return None
    said = ("produced", "expiry", "status", "verdict", "reason")
    more = [name for name in said if any(getattr(line, name, "") for line in lines)]
    columns = (
        Column(_("Goods"), "thing"),
        Column(_("Quantity"), "number"),
        Column(_("Unit")),
        Column(_("Place")),
        *(Column(field_word(name)) for name in more),
    )
    rows = [
        Row(
            (
                goods_of(line, names),
                _amount(line),
                _(unit_name(line.unit)) if line.unit else "",
                line.place or line.inside,
                *(printed_as(name, getattr(line, name, "")) for name in more),
            )
        )
        for line in lines
    ]
    return Table(_("Goods"), columns, rows)


def goods_of(line: Line, names: Names) -> Thing | str:
    """A line's goods as a link where it names them by URI, else as typed."""
    if line.uri or line.container.startswith("http"):
        return names.thing(line.uri or line.container)
    return " ".join(part for part in (line.item or line.container, line.lot, ", ".join(line.serials)) if part)


def _amount(line: Line) -> Value:
    return line.quantity if line.quantity is not None else _("all")
