"""The settings of the firm: which there are, and the command that changes one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from suyuan.accounts.queries import administrators
from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.models import Setting
from suyuan.governance.registry import Plan, Spec, command
from suyuan.governance.signing import Group, anyone_of
from suyuan.gs1.problems import N_, Problem, Refused
from suyuan.gs1.quantities import decimal_text, parse_amount

SMALL_FIRM, SIGNATURES = "small_firm", "adjustment_signatures"
BOTH, ONE = "both", "one"
OVER_DELIVERY, SIGNED, ACCEPTED = "over_delivery", "signed", "accepted"
OVER_TOLERANCE, UNDER_TOLERANCE = "over_tolerance", "under_tolerance"
OVER_SHIPMENT, SENT_TOLERANCE = "over_shipment", "sent_tolerance"
WITNESS = "destruction_witness"
PACK_TOLERANCE = "pack_tolerance"
RECALL_DRUGS, RECALL_DEVICES = "recall_drugs", "recall_devices"
HOURS, DAYS = "hours", "days"
PERSONAL = "personal_months"
Value = bool | str  # a number is its text, as `gs1.quantities.decimal_text` writes it


@dataclass(frozen=True, slots=True)
class Declared:
    """A setting as it is without a row: its default, what it may be (value → what that means), and what it does.

    `most`: of one that has no choices, but is a percentage from 0 to so much.
    """

    word: str
    default: Value
    choices: Mapping[Value, str]
    says: str
    most: int = 0


SETTINGS: Mapping[str, Declared] = {
    PERSONAL: Declared(
        N_("Names and signatures of other people"),
        "0",
        {
            "0": N_("Kept until somebody erases them."),
            "24": N_("Erased two years after the record."),
            "36": N_("Erased three years after the record."),
            "60": N_("Erased five years after the record."),
            "120": N_("Erased ten years after the record."),
        },
        N_("What records say of people who are not ours: who signed, who drove. Proofs hold all the same; goods under "
           "a legal hold are left out."),
    ),
    SMALL_FIRM: Declared(
        N_("Firm too small for two"),
        False,
        {
            False: N_("Whatever needs two people is signed by another person."),
            True: N_("A person may approve what he asked for; each time that is recorded as an exception."),
        },
        N_("For firms in which nobody else could sign: releases, destruction, large adjustments and the like."),
    ),
    SIGNATURES: Declared(
        N_("Signatures on large adjustments"),
        BOTH,
        {
            BOTH: N_("The qualified person and finance both sign."),
            ONE: N_("One of the two signs: the qualified person or finance."),
        },
        N_("Who signs an adjustment of stock above the threshold, before it is made."),
    ),
    WITNESS: Declared(
        N_("A witness from outside when goods are destroyed"),
        False,
        {
            False: N_("Whoever signs is the witness; somebody from outside may be named besides."),
            True: N_("Somebody from outside is named each time, besides the person who signs."),
        },
        N_("For firms whose authority or insurer wants somebody to see it."),
    ),
    OVER_DELIVERY: Declared(
        N_("More than was ordered"),
        SIGNED,
        {
            SIGNED: N_("What is above the order's tolerance is signed by a buyer before it is taken in."),
            ACCEPTED: N_("Whoever receives may accept it by himself; the record says so."),
        },
        N_("When a delivery brings more of an item than its purchase order allows with its tolerance."),
    ),
    OVER_TOLERANCE: Declared(
        N_("So much may come more"),
        "0",
        {},
        N_("Percent of what was ordered, where neither the order, nor the supplier's code, nor the category says."),
        most=1000,
    ),
    UNDER_TOLERANCE: Declared(
        N_("So much may come less"),
        "0",
        {},
        N_("A line is complete all the same. Percent, where neither the order, nor the supplier's code, nor the "
           "category says."),
        most=100,
    ),
    OVER_SHIPMENT: Declared(
        N_("More than a customer ordered"),
        SIGNED,
        {
            SIGNED: N_("What is above the order's tolerance is signed by whoever keeps sales orders before it leaves."),
            ACCEPTED: N_("Whoever ships may send it by himself; the record says so."),
        },
        N_("When a shipment brings more of an item than its sales order allows with its tolerance."),
    ),
    SENT_TOLERANCE: Declared(
        N_("So much more may go to a customer"),
        "0",
        {},
        N_("Percent of what he ordered, where neither the order, nor the customer's code, nor the category says."),
        most=1000,
    ),
    PACK_TOLERANCE: Declared(
        N_("So much a carton may weigh otherwise"),
        "3",
        {},
        N_(
            "Percent of what its goods and the empty container weigh by the catalog. Beyond that whoever packs says "
            "why, or packs anew."
        ),
        most=100,
    ),
    RECALL_DRUGS: Declared(
        N_("Time to tell others of a recall of drugs"),
        DAYS,
        {
            HOURS: N_("24, 48 or 72 hours, by class (the older rule)."),
            DAYS: N_("1, 3 or 7 days, by class (the rule of 2022)."),
        },
        N_("How long those who have the goods may be left without word after a recall is opened."),
    ),
    RECALL_DEVICES: Declared(
        N_("Time to tell others of a recall of medical devices"),
        DAYS,
        {
            HOURS: N_("24, 48 or 72 hours, by class."),
            DAYS: N_("1, 3 or 7 days, by class."),
        },
        N_("How long those who have the goods may be left without word after a recall is opened."),
    ),
}  # fmt: skip


def value_of(key: str) -> Value:
    """The setting as it is now. One statement."""
    found: Value | None = Setting.objects.filter(pk=key).values_list("value", flat=True).first()
    return SETTINGS[key].default if found is None else found


def versions() -> dict[str, tuple[Value, int]]:
    """Every setting with its version, 0 where it was never changed."""
    rows = {row.key: (row.value, row.version) for row in Setting.objects.all()}
    return {key: rows.get(key, (declared.default, 0)) for key, declared in SETTINGS.items()}


def groups_of(spec: Spec, signers: Collection[str] = ()) -> tuple[Group, ...]:
    """The signatures a command takes in this firm. `signers`: the groups that its plan names, where it names any."""
    named = tuple(group for group in (*spec.groups, *spec.further) if group.name in signers)
    if named and spec.further:
        return named
    if len(spec.groups) < 2 or value_of(SIGNATURES) == BOTH:
        return spec.groups
    return anyone_of(spec.groups)


@dataclass(frozen=True, slots=True, kw_only=True)
class PutSetting:
    """Change a setting; `version`: the one that the giver saw. By two administrators where there are two."""

    key: str
    value: bool | str
    version: int
    reason: str


@command(PutSetting, permission="user.manage", scope=None, approvals=("user.manage",))
def put_setting(ctx: Context, who: Who, c: PutSetting) -> Plan:
    problems = setting_problems(c)
    if problems:
        return Plan(problems=problems)
    value = percent_text(c.value) if SETTINGS[c.key].most else c.value
    old, version = versions()[c.key]
    if version != c.version:
        return Plan(problems=[Problem("governance.setting_changed", "version", {"key": c.key})])
    Setting.objects.update_or_create(pk=c.key, defaults={"value": value, "version": version + 1})
    uri = setting_uri(c.key)
    fields = {"value": [text_of(old), text_of(value)]}
    return Plan(
        result={"key": c.key, "version": version + 1},
        changes=[{"uri": uri, "key": c.key, "version": version + 1, "new": not version, "fields": fields}],
        about=[uri],
        four_eyes=by_two(ctx.now),
    )


def by_two(now: datetime) -> bool:
    """Does a change of a setting take a second person: is there another administrator?"""
    return len(set(administrators(now).values())) > 1


def setting_problems(c: PutSetting) -> list[Problem]:
    """Is there such a setting, may it be that, and is it said why?"""
    declared = SETTINGS.get(c.key)
    if declared is None:
        return [Problem("governance.setting_unknown", "key", {"key": c.key})]
    found = []
    if declared.most:
        found += percent_problems(c.value, declared.most)
    elif not any(type(c.value) is type(choice) and c.value == choice for choice in declared.choices):
        allowed = ", ".join(map(text_of, declared.choices))
        found.append(Problem("governance.setting_wrong", "value", {"value": text_of(c.value), "allowed": allowed}))
    if not c.reason.strip():
        found.append(Problem("governance.reason_missing", "reason"))
    return found


def percent_problems(value: Value, most: int) -> list[Problem]:
    """Is it a percentage?"""
    told = Problem("governance.setting_percent", "value", {"value": text_of(value)[:40], "most": str(most)})
    try:
        return [] if isinstance(value, str) and parse_amount(value) <= most else [told]
    except Refused:
        return [told]


def percent_text(value: Value) -> str:
    """A percentage as it is kept."""
    return decimal_text(parse_amount(str(value)))


def setting_uri(key: str) -> str:
    """What names a setting in the ledger."""
    return f"urn:suyuan:setting:{key}"


def text_of(value: Value) -> str:
    """A value as a record and a form print it."""
    return value if isinstance(value, str) else "yes" if value else "no"
