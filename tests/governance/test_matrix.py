"""Who may do what: every command against every role, from the registry and the table of roles."""

import pytest

from suyuan.accounts.permissions import implied
from suyuan.accounts.roles import default_roles
from suyuan.desk import registers as desk_registers
from suyuan.governance import approvals, master, merging, rights, settings
from suyuan.governance.registry import COMMANDS, never, specs
from suyuan.insight import commands as attending
from suyuan.insight import digests, erasing, legal_holds, registers
from suyuan.insight.reports import views
from suyuan.inspection import commands as inspecting
from suyuan.inspection import nonconformances
from suyuan.operations import commands
from suyuan.orders import advices, written
from suyuan.orders import commands as ordering
from tests.operations.dairy import person

assert commands, (
    advices,
    attending,
    digests,
    erasing,
    legal_holds,
    registers,
    views,
    approvals,
    master,
    merging,
    desk_registers,
    inspecting,
    nonconformances,
    ordering,
    rights,
    settings,
    written,
)  # importing them declares their commands

ALL = {role.code for role in default_roles()}
# Written out, so that a slip in a declaration or in the table of roles is seen.
MAY = {
    "AddAction": {"inspector"},
    "AddCategory": {"admin", "buyer"},
    "AddFile": {"admin", "buyer"},
    "AddItems": {"admin", "buyer"},
    "AddPaper": {"buyer"},
    "AddPartners": {"buyer"},
    "AddPlaces": {"admin"},
    "AddRole": {"admin"},
    "AddSite": {"admin"},
    "AddTeam": {"admin"},
    "AddToken": {"admin"},
    "AddUser": {"admin"},
    "AddWarehouse": {"admin"},
    "ApproveNotices": {"keeper"},
    "AssignAlerts": ALL,  # of those whose cause one may act on, or that were given to one
    "AssignCount": {"keeper"},
    "BeginLoad": {"keeper"},
    "BindTags": {"keeper"},
    "CancelCount": {"keeper"},
    "BookCarrier": {"keeper"},
    "CancelCarrier": {"keeper"},
    "CancelIssue": {"keeper", "inspector", "production"},
    "CancelLoad": {"keeper"},
    "CancelPurchase": {"buyer"},
    "CancelRecall": {"keeper"},
    "CancelSale": {"finance"},
    "CancelWave": {"keeper"},
    "ChangeSeries": {"inspector"},
    "ChangeUser": {"admin"},
    "CheckAction": {"inspector"},
    "Clean": {"production"},
    "CloseAlerts": ALL,  # likewise
    "CloseBin": {"keeper", "device"},
    "CloseDrill": {"inspector"},
    "CloseIssue": {"keeper", "inspector", "production"},
    "CloseLoad": {"keeper"},
    "CloseNonConformance": {"inspector"},
    "ClosePurchase": {"buyer"},
    "CloseRecall": {"keeper"},
    "CloseSale": {"finance"},
    "ConfirmReturn": {"keeper"},
    "Correct": {"keeper"},
    "CorrectReceipt": {"keeper"},
    "CorrectShipment": {"keeper"},
    "Count": {"keeper"},
    "DecideNonConformance": {"inspector"},
    "Deliver": {"carrier", "device"},
    "Destroy": {"keeper"},
    "DismissItems": {"admin", "buyer"},
    "DismissPartners": {"buyer"},
    "DraftNotices": {"keeper"},
    "DropInspection": {"inspector"},
    "DropNotice": {"keeper"},
    "EndSessions": {"admin"},
    "EscalateNotice": {"keeper"},
    "FinishAction": {"inspector"},
    "FinishCount": {"keeper"},
    "GrantRole": {"admin"},
    "Hold": {"keeper", "inspector", "quality", "production"},
    "Inspect": {"inspector"},
    "JudgeCount": {"keeper"},
    "KeepCount": {"keeper", "device"},
    "KeepCarrierSecret": {"admin"},
    "LeaveTour": {"keeper"},
    "MakeCount": {"keeper"},
    "MakeWave": {"keeper"},
    "MarkNotified": {"keeper"},
    "Merge": {"production"},
    "MergeItems": {"admin"},
    "MergePartners": {"buyer"},
    "Move": {"keeper"},
    "NarrowScope": {"inspector"},
    "OpenInspection": {"inspector"},
    "OpeningStock": {"keeper"},
    "Pack": {"keeper"},
    "PartItems": {"admin"},
    "PartPartners": {"buyer"},
    "Pick": {"keeper"},
    "PickTask": {"keeper"},
    "PostCount": {"keeper"},
    "Assemble": {"production"},
    "CancelWork": {"production"},
    "CloseWork": {"production"},
    "DrainTank": {"production"},
    "FillTank": {"production"},
    "GaugeTank": {"production"},
    "IssueMaterial": {"production"},
    "PlanMaterial": {"production"},
    "PublishNotice": {"keeper"},
    "PutAdviceChannels": {"admin"},
    "PutAisles": {"admin"},
    "PutBack": {"keeper"},
    "PutBomLines": {"production"},
    "PutBoms": {"production"},
    "PutIssueLines": {"keeper", "inspector", "production"},
    "PutIssues": {"keeper", "inspector", "production"},
    "PutPickRules": {"admin"},
    "PutReturnNotices": {"finance"},
    "PutTanks": {"production"},
    "PutWorkOrders": {"production"},
    "RecordAnswer": {"keeper"},
    "ReopenIssue": {"keeper", "inspector", "production"},
    "ReopenWork": {"production"},
    "ReplacePart": {"production"},
    "RerunScope": {"inspector"},
    "RetryNotice": {"keeper"},
    "ReturnMaterial": {"production"},
    "ReviseNotice": {"keeper"},
    "RushOrder": {"keeper"},
    "ScanLoad": {"keeper"},
    "ScrapMaterial": {"production"},
    "SetTote": {"keeper"},
    "ShortPick": {"keeper"},
    "StartDrill": {"inspector"},
    "StartRecall": {"inspector"},
    "SwapReservation": {"keeper"},
    "TakeApart": {"production"},
    "Produce": {"production"},
    "PutAlertLimits": {"admin"},
    "PutAlertRules": {"admin"},
    "PutScoreWeights": {"buyer"},
    "PutScoreLimits": {"buyer"},
    "PutStorageClasses": {"admin", "buyer"},
    "PutAttributes": {"admin", "buyer"},
    "PutCalendar": {"admin"},
    "PutAway": {"keeper"},
    "PutCarrierAccounts": {"admin"},
    "PutCategories": {"admin", "buyer"},
    "PutCertificates": {"buyer"},
    "PutCountPlans": {"keeper"},
    "PutDigest": ALL,  # one's own
    "PutReportView": ALL,  # one's own
    "DropReportView": ALL,  # one's own
    "PlaceLegalHold": {"finance", "auditor"},
    "EndLegalHold": {"finance", "auditor"},
    "ErasePersonal": {"finance", "auditor"},
    "PutInspectionPlans": {"inspector"},
    "PutItems": {"admin", "buyer"},
    "PutNoticeLines": {"keeper"},
    "PutNotices": {"keeper"},
    "PutPacks": {"admin", "buyer"},
    "PutPartners": {"buyer"},
    "PutPickFaces": {"keeper"},
    "PutPlaces": {"admin"},
    "PutPlanChecks": {"inspector"},
    "PutPrinters": {"admin"},
    "PutProcessSteps": {"admin"},
    "PutPurchaseLines": {"buyer"},
    "PutPurchaseOrders": {"buyer"},
    "PutRole": {"admin"},
    "PutSalesLines": {"finance"},
    "PutSalesOrders": {"finance"},
    "PutSetting": {"admin"},
    "PutSites": {"admin"},
    "PutSupplierItems": {"buyer"},
    "PutTeam": {"admin"},
    "PutUnits": {"admin", "buyer"},
    "PutWarehouses": {"admin"},
    "Receive": {"keeper"},
    "ReceiveReturn": {"keeper"},
    "ReceiveTransfer": {"keeper"},
    "RecordResults": {"inspector"},
    "Relabel": {"production"},
    "Release": {"inspector"},
    "ReleaseReservation": {"keeper"},
    "ReopenPurchase": {"buyer"},
    "ReopenSale": {"finance"},
    "ReplaceLabel": {"keeper"},
    "ReportNonConformance": {"keeper", "inspector", "quality", "production"},
    "RequestApproval": ALL,  # of what the person may do
    "Reserve": {"keeper"},
    "ResetFactors": {"admin"},
    "ResetPassword": {"admin"},
    "RetryCarrier": {"keeper"},
    "Retire": {"keeper"},
    "ReturnToSupplier": {"keeper"},
    "ReviseInspection": {"inspector"},
    "RevokeRole": {"admin"},
    "RevokeToken": {"admin"},
    "Rework": {"production"},
    "Sample": {"inspector"},
    "Ship": {"keeper"},
    "SnoozeAlerts": ALL,  # likewise
    "Split": {"production"},
    "StrikeCount": {"keeper", "device"},
    "SwitchOff": {"admin"},
    "SwitchOn": {"admin"},
    "TakeOffLoad": {"keeper"},
    "TakeOver": {"keeper"},
    "TakeTour": {"keeper"},
    "Transfer": {"keeper"},
    "Unpack": {"keeper"},
    "VoidShipment": {"keeper"},
    "WakeAlerts": ALL,  # likewise
    "WidenScope": {"inspector"},
    "WithdrawApproval": ALL,  # of one's own
    "WithdrawNotice": {"keeper"},
    "WriteIssue": {"keeper", "inspector", "production"},
    "WritePurchase": {"buyer"},
    "WriteSale": {"finance"},
    "TakeAdvice": {"keeper"},
}

RIGHTS = ("Add", "Change", "End", "Grant", "Put", "Reset", "Revoke", "Switch")  # how commands on rights begin
# Master data and its keys, beside what is added and put.
NAMES = {"MergeItems", "PartItems", "DismissItems", "KeepCarrierSecret"}


def test_every_command_stands_in_the_matrix() -> None:
    assert {spec.name for spec in specs()} == set(MAY)


@pytest.mark.parametrize("spec", specs(), ids=lambda spec: spec.name)
def test_who_may(spec: object) -> None:
    declared = next(one for one in specs() if one is spec)
    asked = declared.permission
    may = {role for role in ALL if not asked or person(role, role).may(asked, "main")}
    assert may == MAY[declared.name]


def test_there_is_a_second_person() -> None:
    """Where two people are needed, some role can be the second."""
    for spec in COMMANDS.values():
        if spec.approvals:
            assert any(implied(text) for text in spec.approvals)
            assert [role for role in ALL if any(person(role, role).may(text, "main") for text in spec.approvals)]
            signers = [person(role, role) for role in ALL]
            assert all(any(group.open_to(signer, "main") for signer in signers) for group in spec.groups)
        else:
            assert spec.four_eyes is never


def test_the_administrator_holds_no_business_right() -> None:
    business = {name: roles for name, roles in MAY.items() if roles != ALL and not name.startswith(RIGHTS)}
    business = {name: roles for name, roles in business.items() if name not in NAMES}
    assert not [name for name, roles in business.items() if "admin" in roles]
