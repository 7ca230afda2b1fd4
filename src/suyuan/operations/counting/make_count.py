"""Make a count sheet: the bins that are due by a plan, or those that are named. Nothing has happened to goods yet."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from suyuan.accounts.models import Team, User
from suyuan.accounts.rules import login_name
from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import parse_amount, scaled
from suyuan.operations.counting.sheets import new_number
from suyuan.operations.counting.values import last_prices
from suyuan.operations.events import zone_of
from suyuan.stocktake.due import Due, due
from suyuan.stocktake.models import CountPlan
from suyuan.stocktake.queries import Bin, bins_of, on_sheets, plans_of
from suyuan.stocktake.rules import BY_VALUE
from suyuan.stocktake.writes import do_make_sheet

MOST_BINS = 10_000
THRESHOLD = Decimal(2)  # percent


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeCount:
    """Count these `places` (bins, or zones with all in them), or what is due by a `plan` today.

    `blind`: who counts does not see what the book has; `threshold` in percent: from which difference on another person
    counts again; both as the plan says where they are not given, else blind and 2. `team` or `person` (user name): who
    counts.
    """

    warehouse: str
    plan: str = ""
    places: tuple[str, ...] = ()
    blind: bool | None = None
    threshold: Decimal | int | str | None = None
    team: str = ""
    person: str = ""


@command(MakeCount, permission="count")
def make_count(ctx: Context, who: Who, c: MakeCount) -> Plan:
    problems: list[Problem] = []
    plan = _plan(c, problems)
    bins = _bins(ctx, who, c, plan, problems)
    named = (c.team, c.person) if c.team or c.person or plan is None else (plan.team, plan.person)
    team, person, wrong = counter_of(*named)
    problems += wrong
    threshold = _threshold(c, plan, problems)
    if problems:
        return Plan(problems=problems)
    sheet = do_make_sheet(
        id=ctx.request_id, number=new_number(ctx, who, c.warehouse), warehouse=c.warehouse, bins=bins,
        blind=c.blind if c.blind is not None else plan.blind if plan else True, threshold=threshold,
        by=ctx.actor.id, now=ctx.now, plan=plan, team=team, person=person,
    )  # fmt: skip
    return Plan(result={"sheet": str(sheet.pk), "number": sheet.number, "bins": len(bins)})


def _plan(c: MakeCount, problems: list[Problem]) -> CountPlan | None:
    if not c.plan:
        return None
    found = next((one for one in plans_of(c.warehouse) if one.key == c.plan.strip().upper()), None)
    found = found or next((one for one in plans_of(c.warehouse) if one.code.lower() == c.plan.strip().lower()), None)
    if found is None:
        problems.append(Problem("stocktake.plan_unknown", "plan", {"plan": c.plan}))
    return found


def _bins(ctx: Context, who: Who, c: MakeCount, plan: CountPlan | None, problems: list[Problem]) -> list[Bin]:
    if c.places:
        bins, unknown = bins_of(c.warehouse, c.places)
        problems += [Problem("operations.place_unknown", "places", {"place": code}) for code in unknown]
        taken = on_sheets([one.holder for one in bins])
        params = [(one.code, taken[one.holder]) for one in bins if one.holder in taken]
        problems += [Problem("stocktake.bin_taken", "places", {"bin": code, "sheet": at}) for code, at in params[:20]]
        if not bins and not unknown:
            problems.append(Problem("stocktake.bins_missing", "places"))
    elif plan is not None:
        bins = [one.bin for one in due_of(plan, ctx.now, zone_of(who, c.warehouse))[: plan.most]]
        bins = _walked(c.warehouse, bins)
        if not bins:
            problems.append(Problem("stocktake.nothing_due", "plan"))
    else:
        bins = []
        if not problems:
            problems.append(Problem("stocktake.scope_missing", "places"))
    if len(bins) > MOST_BINS:
        params_ = {"count": str(len(bins)), "most": str(MOST_BINS)}
        problems.append(Problem("stocktake.bins_many", "places", params_))
    return bins


def due_of(plan: CountPlan, now: datetime, zone: ZoneInfo) -> list[Due]:
    """What is due by a plan, its classes made of what it measures."""
    return due(plan, now, zone, last_prices().of if plan.measure == BY_VALUE else None)


def _walked(warehouse: str, bins: list[Bin]) -> list[Bin]:
    """In the order in which one walks."""
    chosen = {one.uri for one in bins}
    return [one for one in bins_of(warehouse)[0] if one.uri in chosen]


def counter_of(team: str, name: str) -> tuple[str, str, list[Problem]]:
    """The code of the team and the account of the person who counts, and what is wrong with them."""
    problems: list[Problem] = []
    if team and name:
        problems.append(Problem("stocktake.one_counter", "person"))
    if team and not Team.objects.filter(pk=team.lower()).exists():
        problems.append(Problem("stocktake.team_unknown", "team", {"team": team}))
    account = User.objects.filter(username=login_name(name)).values_list("pk", flat=True).first() if name else None
    if name and account is None:
        problems.append(Problem("stocktake.person_unknown", "person", {"person": name}))
    return team.lower(), str(account) if account else "", problems


def _threshold(c: MakeCount, plan: CountPlan | None, problems: list[Problem]) -> int:
    if c.threshold is None or c.threshold == "":
        return plan.threshold if plan else scaled(THRESHOLD)
    try:
        return scaled(parse_amount(c.threshold))
    except Refused as refused:
        problems += [Problem(p.code, "threshold", p.params) for p in refused.problems]
        return 0
