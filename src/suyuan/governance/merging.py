"""Commands on duplicates: merge two items or partners, take that back, or say that they are two.

A merge takes two people. Requests that wait for approval about either die of it, since both get a new version.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from suyuan.capture.guard import governed
from suyuan.capture.who import Who
from suyuan.catalog.duplicates import SOURCES, do_dismiss, keep_found
from suyuan.catalog.kinds import Tracking
from suyuan.catalog.likeness import pairs
from suyuan.catalog.merging import ITEM, PARTNER, REGISTERS, Side, do_merge, do_part, merge_problems, side_of
from suyuan.catalog.models import CatalogVersion
from suyuan.catalog.writes import bump
from suyuan.governance.approvals import reason_problems
from suyuan.governance.context import Context
from suyuan.governance.jobs import Answer, Running, kind
from suyuan.governance.registry import Plan, always, command
from suyuan.gs1.problems import Problem
from suyuan.ledger.keys import key16, micros
from suyuan.stock.queries import stock_of
from suyuan.tlog.jcs import Json

SEARCH = "duplicates"  # the kind of job
_UNKNOWN = {ITEM: "catalog.item_unknown", PARTNER: "catalog.partner_unknown"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """`keep` goes on for `merged`; both are codes."""

    keep: str
    merged: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeItems(Merge):
    """One item goes on for two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePartners(Merge):
    """One partner goes on for two."""


@command(MergeItems, permission="item.merge", scope=None, approvals=("item.merge:approve",), four_eyes=always)
def merge_items(ctx: Context, who: Who, c: MergeItems) -> Plan:
    return _merged(ctx, ITEM, c)


@command(
    MergePartners, permission="supplier.approve", scope=None, approvals=("supplier.approve:approve",), four_eyes=always
)
def merge_partners(ctx: Context, who: Who, c: MergePartners) -> Plan:
    return _merged(ctx, PARTNER, c)


def _merged(ctx: Context, what: str, c: Merge) -> Plan:
    version = bump()
    keep, merged, problems = _two(what, c.keep, "keep", c.merged, "merged")
    problems += reason_problems(c.reason)
    if keep is None or merged is None:
        return Plan(problems=problems)
    problems += merge_problems(keep, merged) + _lying_problems(keep, merged)
    if problems:
        return Plan(problems=problems)
    do_merge(what, keep, merged, version=version, at=micros(ctx.now))
    fields: dict[str, Json] = {"is_active": ["1" if merged.active else "0", "0"], "merged_into": ["", keep.code]}
    return Plan(
        result={"kept": keep.uri, "merged": merged.uri},
        about=[keep.uri, merged.uri],
        changes=[_change(what, merged, version, fields), _change(what, keep, version, {"takes_in": ["", merged.code]})],
    )


def _lying_problems(keep: Side, merged: Side) -> list[Problem]:
    """Goods without lot or serial are named by their item alone: those that lie here could not be found any more."""
    if merged.fixed.get("tracking") != Tracking.NONE or keep.uri == merged.uri:
        return []
    lying = [row for row in stock_of([key16(merged.uri)]) if row.ours]
    return [Problem("catalog.merge_untracked", "merged", {"merged": merged.code})] if lying else []


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Take the merge of `merged`, a code, back."""

    merged: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartItems(Part):
    """An item that was merged goes on by itself again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartPartners(Part):
    """A partner that was merged goes on by itself again."""


@command(PartItems, permission="item.merge", scope=None, approvals=("item.merge:approve",), four_eyes=always)
def part_items(ctx: Context, who: Who, c: PartItems) -> Plan:
    return _parted(ctx, who, ITEM, c)


@command(
    PartPartners, permission="supplier.approve", scope=None, approvals=("supplier.approve:approve",), four_eyes=always
)
def part_partners(ctx: Context, who: Who, c: PartPartners) -> Plan:
    return _parted(ctx, who, PARTNER, c)


def _parted(ctx: Context, who: Who, what: str, c: Part) -> Plan:
    version = bump()
    merged, problems = side_of(what, c.merged), reason_problems(c.reason)
    if merged is None:
        return Plan(problems=[_unknown(what, c.merged, "merged"), *problems])
    if not merged.alias_of:
        problems.append(Problem("catalog.not_merged", "merged", {"merged": merged.code}))
    if problems:
        return Plan(problems=problems)
    do_part(what, merged, version=version, at=micros(ctx.now))
    directory = who.directory
    kept = directory.items[merged.alias_of].code if what == ITEM else directory.partners[merged.alias_of].code
    fields: dict[str, Json] = {"is_active": ["0", "1"], "merged_into": [kept, ""]}
    return Plan(
        result={"parted": merged.uri},
        about=[merged.uri, merged.alias_of],
        changes=[_change(what, merged, version, fields)],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Dismiss:
    """`one` and `other`, both codes, are alike and still two."""

    one: str
    other: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DismissItems(Dismiss):
    """Two items are two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DismissPartners(Dismiss):
    """Two partners are two."""


@command(DismissItems, permission="item.edit", scope=None)
def dismiss_items(ctx: Context, who: Who, c: DismissItems) -> Plan:
    return _dismissed(ITEM, c)


@command(DismissPartners, permission="supplier.approve", scope=None)
def dismiss_partners(ctx: Context, who: Who, c: DismissPartners) -> Plan:
    return _dismissed(PARTNER, c)


def _dismissed(what: str, c: Dismiss) -> Plan:
    one, other, problems = _two(what, c.one, "one", c.other, "other")
    problems += reason_problems(c.reason)
    if one is None or other is None:
        return Plan(problems=problems)
    if one.uri == other.uri:
        problems.append(Problem("catalog.merge_same", "other", {"keep": one.code, "merged": other.code}))
    if problems:
        return Plan(problems=problems)
    do_dismiss(REGISTERS[what], one.uri, other.uri, c.reason.strip())
    return Plan(result={"one": one.uri, "other": other.uri}, about=[one.uri, other.uri])


def _two(what: str, first: str, at: str, second: str, beside: str) -> tuple[Side | None, Side | None, list[Problem]]:
    one, other = side_of(what, first), side_of(what, second)
    problems = [_unknown(what, first, at)] if one is None else []
    problems += [_unknown(what, second, beside)] if other is None else []
    return one, other, problems


def _unknown(what: str, code: str, field: str) -> Problem:
    return Problem(_UNKNOWN[what], field, {what: code})


def _change(what: str, side: Side, version: int, fields: dict[str, Json]) -> dict[str, Json]:
    """As `master.change_json` writes them, so that the history of either tells it."""
    told: dict[str, Json] = {"register": REGISTERS[what], "uri": side.uri, "key": side.code.upper(), "version": version}
    return told | {"new": False, "fields": fields}


# -- searching --------------------------------------------------------------------------------------------------------


def search(register: str, now: datetime) -> int:
    """Compare the rows of a register anew; how many pairs are undecided. Nobody waits while it compares.

    The list of likenesses is worked out from the rows and is no change of them, so that no change record tells of it.
    """
    version = CatalogVersion.objects.values_list("version", flat=True).order_by("-version")[0]
    found = pairs(SOURCES[register].read())
    with transaction.atomic(), governed():
        return keep_found(register, found, version=version, at=micros(now))


@kind(SEARCH)
def search_all(running: Running) -> Answer:
    """The job: all registers that are searched, or those in its params."""
    wanted = [name for name in SOURCES if name in running.job.params.get("registers", list(SOURCES))]
    found: dict[str, Json] = {}
    for n, name in enumerate(wanted):
        running.beat("comparing", n, len(wanted))
        found[name] = search(name, running.clock())
    return found
