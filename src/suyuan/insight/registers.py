"""The rules of alerts, the steps of processes, the weights and limits of suppliers' scores as registers: data that
people read and change."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.conf import settings

from suyuan.accounts.models import Role, Team
from suyuan.catalog.fields import Field, Type
from suyuan.catalog.models import Warehouse
from suyuan.catalog.register import Draft, Register
from suyuan.catalog.registers.shared import BASICS, IS_ACTIVE, NAME_EN, NAME_ZH, days, said
from suyuan.catalog.registers.tables import Column, Table, flag, text
from suyuan.catalog.rules import code_key
from suyuan.delivery import commands as of_delivery
from suyuan.governance.master import Put, declare
from suyuan.governance.registry import COMMANDS
from suyuan.gs1.own_uris import own_path
from suyuan.gs1.problems import N_, Problem
from suyuan.insight.kinds import KINDS, LIMITED, MARKED, SCORE
from suyuan.insight.models import AlertLimit, AlertRule, ProcessStep, ScoreLimit, ScoreWeight
from suyuan.insight.queries import weights
from suyuan.insight.steps import PLANS, PROCESSES
from suyuan.inspection import commands as of_inspection
from suyuan.inspection import nonconformances as of_nonconformances
from suyuan.operations import commands as of_operations
from suyuan.orders import commands as of_orders
from suyuan.recall import commands as of_recalls

WHO, WHEN, WHERE = N_("Who looks after it"), N_("What starts it"), N_("Where it is done")
EDIT = "place.edit"  # who says where things stand also says who does what
MOST_MINUTES = Decimal(60 * 24 * 365)
_PAGE = re.compile(r"/[a-z0-9/_-]*")
ROLE = Field("role", N_("Role"), Type.CODE, longest=12, group=WHO, listed=True, hint=N_("The code of a role"))
TEAM = Field("team", N_("Team"), Type.CODE, longest=12, group=WHO, listed=True,
             hint=N_("The code of a team, which goes before the role"))  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PutAlertRules(Put):
    """The rules of alerts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutAlertLimits(Put):
    """Limits of alerts in single warehouses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutProcessSteps(Put):
    """Steps of processes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutScoreWeights(Put):
    """What the parts of suppliers' scores weigh."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutScoreLimits(Put):
    """Under how many points suppliers are marked."""


def who_problems(drafts: Sequence[Draft]) -> list[Problem]:
    """Roles and teams that do not exist."""
    roles = set(Role.objects.values_list("code", flat=True))
    teams = set(Team.objects.values_list("code", flat=True))
    problems = []
    for n, draft in enumerate(drafts):
        role, team = said(draft, "role"), said(draft, "team")
        if role and role not in roles:
            problems.append(Problem("insight.role_unknown", f"rows[{n}].role", {"role": role}))
        if team and team not in teams:
            problems.append(Problem("insight.team_unknown", f"rows[{n}].team", {"team": team}))
    return problems


# -- rules of alerts --------------------------------------------------------------------------------------------------

RULES_TABLE = Table(
    model=AlertRule,
    columns=(
        text("kind"), flag("is_active"), Column("days"), text("role"), text("team"), Column("due_days"),
    ),
    names=("kind",),
    unique=("kind",),
    key=lambda values: code_key(values["kind"]),
    uri="kind",
    make_uri=lambda key: own_path(settings.SUYUAN.origin, ("alertrule", key)),
    lower=True,
)  # fmt: skip


def judge_rules(drafts: Sequence[Draft]) -> list[Problem]:
    unknown = [
        Problem("insight.kind_unknown", f"rows[{n}].kind", {"kind": said(draft, "kind")})
        for n, draft in enumerate(drafts)
        if said(draft, "kind") not in KINDS
    ]
    return unknown + who_problems(drafts)


def write_rules(drafts: Sequence[Draft], version: int) -> list[str]:
    RULES_TABLE.write(drafts, version)
    return [own_path(settings.SUYUAN.origin, ("alertrule", said(draft, "kind"))) for draft in drafts]


ALERT_RULES = Register(
    name="alert_rules",
    one=N_("Rule of alerts"),
    many=N_("Rules of alerts"),
    fields=(
        Field("kind", N_("Kind"), Type.CHOICE, needed=True, choices={one.code: one.word for one in KINDS.values()},
              group=BASICS, listed=True),
        IS_ACTIVE,
        days("days", N_("Limit"), BASICS),
        ROLE,
        TEAM,
        days("due_days", N_("To be done within"), WHO),
    ),
    keys=("kind",),
    permission=EDIT,
    standing=RULES_TABLE.standing,
    judge=judge_rules,
    write=write_rules,
    rows=RULES_TABLE.rows,
    read=RULES_TABLE.read,
    columns=RULES_TABLE.paths(),
)  # fmt: skip

# -- limits of single warehouses --------------------------------------------------------------------------------------

LIMITS_TABLE = Table(
    model=AlertLimit,
    columns=(Column("warehouse", "warehouse_id"), text("kind"), Column("days"), flag("is_active")),
    names=("key",),
    unique=("key",),
    key=lambda values: limit_key(values["warehouse"], values["kind"]),
    uri="key",
    make_uri=lambda key: limit_uri(key),
)  # fmt: skip


def limit_key(warehouse: object, kind: object) -> str:
    return f"{code_key(str(warehouse))}|{code_key(str(kind))}"


def limit_uri(key: str) -> str:
    return own_path(settings.SUYUAN.origin, ("alertlimit", key.replace("|", "-").lower()))


def judge_limits(drafts: Sequence[Draft]) -> list[Problem]:
    known = set(Warehouse.objects.values_list("code", flat=True))
    return [
        Problem("catalog.warehouse_unknown", f"rows[{n}].warehouse", {"warehouse": said(draft, "warehouse")})
        for n, draft in enumerate(drafts)
        if said(draft, "warehouse").lower() not in known
    ]


def write_limits(drafts: Sequence[Draft], version: int) -> list[str]:
    spelled = [
        replace(draft, values={**draft.values, "warehouse": said(draft, "warehouse").lower()}) for draft in drafts
    ]
    keys = [limit_key(draft.values["warehouse"], draft.values["kind"]) for draft in spelled]
    LIMITS_TABLE.write(
        spelled, version, lambda draft: {"key": limit_key(draft.values["warehouse"], draft.values["kind"])}
    )
    return [limit_uri(key) for key in keys]


ALERT_LIMITS = Register(
    name="alert_limits",
    one=N_("Limit of alerts in a warehouse"),
    many=N_("Limits of alerts by warehouse"),
    fields=(
        Field("warehouse", N_("Warehouse"), Type.REFERENCE, refers="warehouses", needed=True, longest=12, group=BASICS,
              listed=True),
        Field("kind", N_("Kind"), Type.CHOICE, needed=True, choices={one.code: one.word for one in LIMITED.values()},
              group=BASICS, listed=True),
        Field("days", N_("Limit"), Type.WHOLE, needed=True, least=Decimal(0), most=Decimal(36_500), unit="d",
              group=BASICS, listed=True, hint=N_("In place of the one that the rules have for the whole firm")),
        IS_ACTIVE,
    ),
    keys=("warehouse", "kind"),
    permission=EDIT,
    standing=LIMITS_TABLE.standing,
    judge=judge_limits,
    write=write_limits,
    rows=LIMITS_TABLE.rows,
    read=LIMITS_TABLE.read,
    columns=LIMITS_TABLE.paths(),
)  # fmt: skip

# -- steps of processes -----------------------------------------------------------------------------------------------


STEPS_TABLE = Table(
    model=ProcessStep,
    columns=(
        text("process"), Column("number"), text("name_zh"), text("name_en"), text("role"), text("team"),
        text("trigger_zh"), text("trigger_en"), text("started_by"), Column("minutes"), text("page"), text("command"),
        flag("is_active"),
    ),
    names=("key",),
    unique=("key",),
    key=lambda values: step_key(values["process"], values["number"]),
    uri="key",
    make_uri=lambda key: step_uri(key),
)  # fmt: skip


def step_key(process: object, number: object) -> str:
    """As registers compare it, and as the table keeps it."""
    return f"{code_key(str(process))}|{number}"


def step_uri(key: str) -> str:
    """What a step is called in change records."""
    return own_path(settings.SUYUAN.origin, ("step", key.replace("|", "-").lower()))


def judge_steps(drafts: Sequence[Draft]) -> list[Problem]:
    """Who and what starts it exist, and the page is an address of ours."""
    problems = who_problems(drafts)
    commands = commands_there_are()
    for n, draft in enumerate(drafts):
        page = said(draft, "page")
        if page and not _PAGE.fullmatch(page):
            problems.append(Problem("insight.page_wrong", f"rows[{n}].page"))
        words = [("started_by", word) for word in said(draft, "started_by").split()]
        words += [("command", f"command:{said(draft, 'command')}")] if said(draft, "command") else []
        problems += [
            Problem("insight.started_wrong", f"rows[{n}].{name}", {"text": word})
            for name, word in words
            if not is_starter(word, commands)
        ]
    return problems


def commands_there_are() -> set[str]:
    """The names of all commands up to this floor: importing these modules has declared them."""
    if not (of_delivery and of_inspection and of_nonconformances and of_operations and of_orders and of_recalls):
        raise RuntimeError("commands are declared by their modules")
    return {kind.__name__ for kind in COMMANDS}


def is_starter(word: str, commands: Collection[str]) -> bool:
    """Does it name a command, a kind of alert or a plan?"""
    kind, _, name = word.partition(":")
    return name in {"command": commands, "alert": KINDS, "plan": PLANS}.get(kind, ())


def write_steps(drafts: Sequence[Draft], version: int) -> list[str]:
    keys = [step_key(draft.values["process"], draft.values["number"]) for draft in drafts]
    STEPS_TABLE.write(drafts, version, lambda draft: {"key": step_key(draft.values["process"], draft.values["number"])})
    return [step_uri(key) for key in keys]


PROCESS_STEPS = Register(
    name="process_steps",
    one=N_("Step of a process"),
    many=N_("Steps of processes"),
    fields=(
        Field("process", N_("Process"), Type.CHOICE, needed=True, choices=PROCESSES, group=BASICS, listed=True),
        Field("number", N_("Number"), Type.WHOLE, needed=True, least=Decimal(1), most=Decimal(999), group=BASICS,
              listed=True),
        NAME_ZH,
        NAME_EN,
        IS_ACTIVE,
        ROLE,
        TEAM,
        Field("trigger_zh", N_("Starts when (Chinese)"), longest=300, group=WHEN, listed=True),
        Field("trigger_en", N_("Starts when (English)"), longest=300, group=WHEN),
        Field("started_by", N_("Started by"), longest=200, group=WHEN,
              hint=N_("command:Receive, alert:expired, plan:count; several with blanks between them")),
        Field("minutes", N_("May take"), Type.WHOLE, least=Decimal(1), most=MOST_MINUTES, unit="min", group=WHEN),
        Field("page", N_("Page"), longest=200, group=WHERE, hint=N_("Its address, such as /receiving")),
        Field("command", N_("Command"), Type.CODE, longest=60, group=WHERE,
              hint=N_("What the program calls what is done, such as Receive")),
    ),
    keys=("process", "number"),
    permission=EDIT,
    standing=STEPS_TABLE.standing,
    judge=judge_steps,
    write=write_steps,
    rows=STEPS_TABLE.rows,
    read=STEPS_TABLE.read,
    columns=STEPS_TABLE.paths(),
)  # fmt: skip

# -- weights of suppliers' scores -------------------------------------------------------------------------------------

WEIGHTS_TABLE = Table(
    model=ScoreWeight,
    columns=(text("part"), Column("weight")),
    names=("part",),
    unique=("part",),
    key=lambda values: code_key(values["part"]),
    uri="part",
    make_uri=lambda key: own_path(settings.SUYUAN.origin, ("scoreweight", key)),
    lower=True,
)  # fmt: skip


def judge_weights(drafts: Sequence[Draft]) -> list[Problem]:
    """Something is left that weighs."""
    given = {said(draft, "part"): draft.values["weight"] or 0 for draft in drafts}
    return [] if any((weights() | given).values()) else [Problem("insight.weights_none", "rows[0].weight")]


def write_weights(drafts: Sequence[Draft], version: int) -> list[str]:
    WEIGHTS_TABLE.write(drafts, version)
    return [own_path(settings.SUYUAN.origin, ("scoreweight", said(draft, "part"))) for draft in drafts]


SCORE_WEIGHTS = Register(
    name="score_weights",
    one=N_("Weight of supplier scorecards"),
    many=N_("Weights of supplier scorecards"),
    fields=(
        Field("part", N_("Part of the score"), Type.CHOICE, needed=True, group=BASICS, listed=True,
              choices={name: part.word for name, part in SCORE.items()}),
        Field("weight", N_("Weight in the score"), Type.WHOLE, needed=True, least=Decimal(0), most=Decimal(100),
              group=BASICS, listed=True, hint=N_("Beside the others; 0 leaves this part out")),
    ),
    keys=("part",),
    permission="supplier.approve",
    standing=WEIGHTS_TABLE.standing,
    judge=judge_weights,
    write=write_weights,
    rows=WEIGHTS_TABLE.rows,
    read=WEIGHTS_TABLE.read,
    columns=WEIGHTS_TABLE.paths(),
)  # fmt: skip

# -- limits of suppliers' scores --------------------------------------------------------------------------------------

MARKS_TABLE = Table(
    model=ScoreLimit,
    columns=(text("part"), Column("least")),
    names=("part",),
    unique=("part",),
    key=lambda values: code_key(values["part"]),
    uri="part",
    make_uri=lambda key: own_path(settings.SUYUAN.origin, ("scorelimit", key)),
    lower=True,
)  # fmt: skip


def write_marks(drafts: Sequence[Draft], version: int) -> list[str]:
    MARKS_TABLE.write(drafts, version)
    return [own_path(settings.SUYUAN.origin, ("scorelimit", said(draft, "part"))) for draft in drafts]


SCORE_LIMITS = Register(
    name="score_limits",
    one=N_("Limit of supplier scorecards"),
    many=N_("Limits of supplier scorecards"),
    fields=(
        Field("part", N_("Part of the score"), Type.CHOICE, needed=True, group=BASICS, listed=True, choices=MARKED),
        Field("least", N_("Marked under"), Type.WHOLE, needed=True, least=Decimal(0), most=Decimal(100), group=BASICS,
              listed=True, hint=N_("Points of the score, percent of a part; 0 marks nobody")),
    ),
    keys=("part",),
    permission="supplier.approve",
    standing=MARKS_TABLE.standing,
    judge=lambda _drafts: [],
    write=write_marks,
    rows=MARKS_TABLE.rows,
    read=MARKS_TABLE.read,
    columns=MARKS_TABLE.paths(),
)  # fmt: skip

PUTS: dict[str, type[Put]] = {
    ALERT_RULES.name: PutAlertRules, ALERT_LIMITS.name: PutAlertLimits, PROCESS_STEPS.name: PutProcessSteps,
    SCORE_WEIGHTS.name: PutScoreWeights, SCORE_LIMITS.name: PutScoreLimits,
}  # fmt: skip
REGISTERS: dict[str, Register] = {
    one.name: one for one in (ALERT_RULES, ALERT_LIMITS, PROCESS_STEPS, SCORE_WEIGHTS, SCORE_LIMITS)
}
for _name, _kind in PUTS.items():
    declare(_kind, REGISTERS[_name])
