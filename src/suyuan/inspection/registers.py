"""Inspection plans and their checks as registers: lists, forms, uploads and history like any other master data."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from django.conf import settings

from suyuan.catalog.drafts import LONGEST_CODE, code_problems
from suyuan.catalog.fields import Field, Type
from suyuan.catalog.models import Category, Item, Partner
from suyuan.catalog.queries import chunks
from suyuan.catalog.register import Draft, Register, Standing, Values
from suyuan.catalog.registers.categories import CERTIFICATES
from suyuan.catalog.registers.items import ITEMS
from suyuan.catalog.registers.shared import BASICS, IS_ACTIVE, LIMITS, NAME_EN, NAME_ZH, new_ones, said, words
from suyuan.catalog.registers.tables import Column, Table, amount, flag, ids_of, many, rows_of, text, unknown
from suyuan.catalog.rules import code_key
from suyuan.gs1.own_uris import own_path
from suyuan.gs1.problems import N_, Problem
from suyuan.inspection.iso2859 import AQLS, LEVELS
from suyuan.inspection.kinds import CHECK_KINDS, MODES, SCOPES, WEIGHTS, CheckKind, Mode
from suyuan.inspection.models import CODE_LENGTH, InspectionPlan, PlanCheck

APPLIES, SAMPLE, PAPERS = N_("Applies to"), N_("Sample"), N_("Papers")
MOST_PIECES = Decimal(3150)  # the largest sample of the tables
MOST_CHECKS = Decimal(999)
LOWEST = Decimal(-1_000_000_000)  # temperatures are below zero

_AQLS = words(*((one, one) for one in AQLS))
_LEVELS = words(*((one, one) for one in LEVELS))

PLAN_FIELDS = (
    Field("code", N_("Code"), Type.CODE, needed=True, longest=CODE_LENGTH, group=BASICS, listed=True),
    NAME_ZH,
    NAME_EN,
    Field("mode", N_("How"), Type.CHOICE, choices=MODES, default=Mode.SAMPLING.value, group=SAMPLE, listed=True),
    Field("aql", N_("AQL"), Type.CHOICE, choices=_AQLS, group=SAMPLE, listed=True,
          hint=N_("Acceptance quality limit, for major nonconformities")),
    Field("minor_aql", N_("AQL of minor ones"), Type.CHOICE, choices=_AQLS, group=SAMPLE,
          hint=N_("Empty: minor nonconformities are noted, not counted")),
    Field("level", N_("Inspection level"), Type.CHOICE, choices=_LEVELS, default="II", group=SAMPLE, listed=True),
    Field("sample_size", N_("Fixed sample"), Type.WHOLE, least=Decimal(1), most=MOST_PIECES, group=SAMPLE,
          hint=N_("So many pieces instead of the tables; none of them may be nonconforming")),
    Field("reduced", N_("Reduced inspection allowed"), Type.FLAG, default=False, group=SAMPLE),
    Field("certificates", N_("Papers each lot needs"), Type.MANY, choices=CERTIFICATES, group=PAPERS),
    Field("qualified", N_("A qualified person signs too"), Type.FLAG, default=False, group=BASICS),
    Field("supplier", N_("Supplier"), Type.REFERENCE, refers="partners", longest=LONGEST_CODE, group=APPLIES,
          listed=True),
    Field("item", N_("Item"), Type.REFERENCE, refers="items", longest=LONGEST_CODE, group=APPLIES, listed=True),
    Field("category", N_("Category"), Type.REFERENCE, refers="categories", group=APPLIES, listed=True),
    IS_ACTIVE,
)  # fmt: skip

PLAN_TABLE = Table(
    model=InspectionPlan,
    columns=(
        text("code"), text("name_zh"), text("name_en"), text("mode"), text("aql"), text("minor_aql"), text("level"),
        Column("sample_size"), flag("reduced"), many("certificates"), flag("qualified"),
        Column("supplier", path="supplier__code", read=lambda code: code or ""),
        Column("item", path="item__code", read=lambda code: code or ""),
        Column("category", path="category__code", read=lambda code: code or ""),
        flag("is_active"),
    ),
    names=("key",),
    unique=("key",),
    key=lambda values: code_key(values["code"]),
    uri="key",
    make_uri=lambda key: plan_uri(key),
)  # fmt: skip


def plan_uri(key: str) -> str:
    return own_path(settings.SUYUAN.origin, ("inspection-plan", key))


def judge_plans(drafts: Sequence[Draft]) -> list[Problem]:
    problems = unknown(drafts, "supplier", ids_of(Partner, drafts, "supplier"), "catalog.partner_unknown")
    problems += unknown(drafts, "item", ids_of(Item, drafts, "item"), "catalog.item_unknown")
    problems += unknown(drafts, "category", ids_of(Category, drafts, "category"), "catalog.category_unknown")
    for n, draft in new_ones(drafts):
        problems += code_problems(said(draft, "code"), CODE_LENGTH, f"rows[{n}]") if said(draft, "code") else []
    for n, draft in enumerate(drafts):
        problems += _plan_problems(draft, f"rows[{n}]")
    return problems + _same_goods(drafts)


def _plan_problems(draft: Draft, at: str) -> list[Problem]:
    problems = []
    sampled = said(draft, "mode") == Mode.SAMPLING and not draft.values.get("sample_size")
    if sampled and not said(draft, "aql"):
        problems.append(Problem("inspection.aql_missing", f"{at}.aql"))
    if said(draft, "item") and said(draft, "category"):
        problems.append(Problem("inspection.item_and_category", f"{at}.category"))
    return problems


def _same_goods(drafts: Sequence[Draft]) -> list[Problem]:
    """Two plans in use for the very same goods: nobody could tell which is meant."""
    goods = {n: _goods(draft) for n, draft in enumerate(drafts) if draft.values.get("is_active") and _goods(draft)}
    rows = InspectionPlan.objects.filter(is_active=True).values_list(
        "key", "supplier__key", "item__key", "category__key"
    )
    mine = {code_key(said(draft, "code")) for draft in drafts}
    taken = {tuple(part or "" for part in found): key for key, *found in rows if key not in mine} if goods else {}
    problems = []
    for n, what in goods.items():
        other = taken.setdefault(what, code_key(said(drafts[n], "code")))
        if other != code_key(said(drafts[n], "code")):
            problems.append(Problem("inspection.plan_twice", f"rows[{n}].code", {"plan": other}))
    return problems


def _goods(draft: Draft) -> tuple[str, ...]:
    found = tuple(code_key(said(draft, name)) for name in ("supplier", "item", "category"))
    return found if any(found) else ()


def write_plans(drafts: Sequence[Draft], version: int) -> list[str]:
    suppliers, items = ids_of(Partner, drafts, "supplier"), ids_of(Item, drafts, "item")
    categories = ids_of(Category, drafts, "category")
    PLAN_TABLE.write(
        drafts,
        version,
        lambda draft: {
            "key": code_key(said(draft, "code")),
            "supplier_id": suppliers.get(code_key(said(draft, "supplier"))),
            "item_id": items.get(code_key(said(draft, "item"))),
            "category_id": categories.get(code_key(said(draft, "category"))),
        },
    )
    return [plan_uri(code_key(said(draft, "code"))) for draft in drafts]


PLANS = Register(
    name="inspection_plans",
    one=N_("Inspection plan"),
    many=N_("Inspection plans"),
    fields=PLAN_FIELDS,
    keys=("code",),
    permission="inspect",
    standing=PLAN_TABLE.standing,
    judge=judge_plans,
    write=write_plans,
    rows=PLAN_TABLE.rows,
    read=PLAN_TABLE.read,
    columns=PLAN_TABLE.paths(),
)


# -- checks -----------------------------------------------------------------------------------------------------------


def limit(name: str, word: str) -> Field:
    return Field(name, word, Type.DECIMAL, least=LOWEST, group=LIMITS)


CHECK_FIELDS = (
    Field("plan", N_("Inspection plan"), Type.REFERENCE, refers="inspection_plans", needed=True, longest=CODE_LENGTH,
          group=BASICS, listed=True),
    Field("number", N_("Number"), Type.WHOLE, needed=True, least=Decimal(1), most=MOST_CHECKS, group=BASICS,
          listed=True),
    NAME_ZH,
    NAME_EN,
    Field("kind", N_("Kind"), Type.CHOICE, choices=CHECK_KINDS, default=CheckKind.YES_NO.value, group=BASICS,
          listed=True),
    Field("weight", N_("Severity"), Type.CHOICE, choices=WEIGHTS, default="major", group=BASICS, listed=True),
    Field("scope", N_("Of"), Type.CHOICE, choices=SCOPES, default="piece", group=BASICS),
    Field("unit", N_("Unit"), longest=20, group=LIMITS, listed=True, hint=N_("As it is to be shown: °C, mm, g, pH")),
    limit("lower", N_("Lower limit")),
    limit("upper", N_("Upper limit")),
    limit("target", N_("Target")),
    Field("method", N_("Method"), longest=300, group=BASICS, hint=N_("The standard or instruction it is done by")),
    Field("choices", N_("List"), longest=500, group=LIMITS, hint=N_("What may be found, by commas")),
    Field("good", N_("Conforming ones"), longest=500, group=LIMITS, hint=N_("Those of the list that conform")),
    IS_ACTIVE,
)  # fmt: skip


CHECK_TABLE = Table(
    model=PlanCheck,
    columns=(
        Column("plan", path="plan__code"), Column("number"), text("name_zh"), text("name_en"), text("kind"),
        text("weight"), text("scope"), text("unit"), amount("lower"), amount("upper"), amount("target"),
        text("method"), text("choices"), text("good"), flag("is_active"),
    ),
    names=("plan__key", "number"),
    unique=("plan", "number"),
    key=lambda values: f"{code_key(values['plan'])}|{values['number']}",
    uri="plan__key",
    make_uri=plan_uri,
)  # fmt: skip


def standing_checks(keys: Collection[str]) -> Mapping[str, Standing]:
    """Key → the check. A number that is none has no row, and is not asked for."""
    pairs = [(plan, int(number)) for plan, _, number in (key.rpartition("|") for key in keys) if number.isdecimal()]
    numbers = {number for _, number in pairs if number <= MOST_CHECKS}
    found: dict[str, Standing] = {}
    for part in chunks({plan for plan, _ in pairs}):
        for one in CHECK_TABLE.read(CHECK_TABLE.rows().filter(plan__key__in=part, number__in=numbers)):
            found[CHECK_TABLE.key(one.values)] = one
    return {key: found[key] for key in keys if key in found}


def judge_checks(drafts: Sequence[Draft]) -> list[Problem]:
    problems = unknown(drafts, "plan", ids_of(InspectionPlan, drafts, "plan"), "inspection.plan_unknown")
    for n, draft in enumerate(drafts):
        problems += _check_problems(draft.values, f"rows[{n}]")
    return problems


def _check_problems(values: Values, at: str) -> list[Problem]:
    problems = []
    if not (values.get("name_zh") or values.get("name_en")):
        problems.append(Problem("inspection.check_name", f"{at}.name_zh"))
    low, high = values.get("lower"), values.get("upper")
    if isinstance(low, Decimal) and isinstance(high, Decimal) and high < low:
        problems.append(Problem("inspection.limits_order", f"{at}.upper"))
    if values.get("kind") == CheckKind.MEASURED and low is None and high is None:
        problems.append(Problem("inspection.limits_missing", f"{at}.lower"))
    if values.get("kind") == CheckKind.CHOICE:
        choices, good = parts(str(values.get("choices") or "")), parts(str(values.get("good") or ""))
        if not choices or not good:
            problems.append(Problem("inspection.choices_missing", f"{at}.{'good' if choices else 'choices'}"))
        if strange := [one for one in good if one not in choices]:
            problems.append(Problem("inspection.good_unknown", f"{at}.good", {"value": ", ".join(strange)}))
    return problems


def parts(listed: str) -> tuple[str, ...]:
    """A list as people write it, by commas of either width."""
    plain = listed.replace("，", ",").replace("、", ",").replace(";", ",").replace("；", ",")
    return tuple(dict.fromkeys(part.strip() for part in plain.split(",") if part.strip()))


def write_checks(drafts: Sequence[Draft], version: int) -> list[str]:
    (plans,) = rows_of(InspectionPlan, drafts, "plan", ("pk",))
    CHECK_TABLE.write(drafts, version, lambda draft: {"plan_id": plans[code_key(said(draft, "plan"))]})
    InspectionPlan.objects.filter(pk__in=set(plans.values())).update(version=version)
    return [plan_uri(code_key(said(draft, "plan"))) for draft in drafts]


CHECKS = Register(
    name="plan_checks",
    one=N_("Check"),
    many=N_("Checks"),
    fields=CHECK_FIELDS,
    keys=("plan", "number"),
    permission="inspect",
    standing=standing_checks,
    judge=judge_checks,
    write=write_checks,
    rows=CHECK_TABLE.rows,
    read=CHECK_TABLE.read,
    columns=CHECK_TABLE.paths(),
    about="inspection_plans",
)

REGISTERS: Mapping[str, Register] = {"inspection_plans": PLANS, "plan_checks": CHECKS}


def judge_items(drafts: Sequence[Draft]) -> list[Problem]:
    """Items that name a plan there is none of, which their register cannot know."""
    wanted = [(n, code_key(said(draft, "inspection_plan"))) for n, draft in enumerate(drafts)]
    known = set(ids_of(InspectionPlan, drafts, "inspection_plan"))
    return [
        Problem("inspection.plan_unknown", f"rows[{n}].inspection_plan", {"plan": key})
        for n, key in wanted
        if key and key not in known and (drafts[n].before is None or drafts[n].changed("inspection_plan"))
    ]


ITEMS.judged_also_by(judge_items)
