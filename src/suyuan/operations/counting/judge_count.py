"""Judge differences of a sheet: accept them with a reason, or let them be counted again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.ledger.keys import key16, micros
from suyuan.operations.counting.sheets import found_sheet
from suyuan.stocktake.models import CountSheet, State
from suyuan.stocktake.reckoning import Found, reckon
from suyuan.stocktake.rules import ACCEPTED, REASONS, RECOUNT
from suyuan.stocktake.writes import do_decide, do_move_on

LONGEST_NOTE = 300
DECISIONS = (ACCEPTED, RECOUNT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """`goods`: the URI, in the bin with this code. `decision`: accepted or recount. `reason`: a code of REASONS.

    `owner`: the URI of whose they are, where goods of several lie there; empty for ours.
    """

    bin: str
    goods: str
    decision: str
    reason: str = ""
    note: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeCount:
    """What was decided about differences; others stay as they are."""

    warehouse: str
    sheet: UUID
    verdicts: tuple[Judged, ...]


@command(JudgeCount, permission="adjust")
def judge_count(ctx: Context, who: Who, c: JudgeCount) -> Plan:
    problems: list[Problem] = []
    sheet = found_sheet(c.warehouse, c.sheet, problems)
    if not c.verdicts:
        problems.append(Problem("operations.lines_missing", "verdicts"))
    if sheet is None:
        return Plan(problems=problems)
    if sheet.state not in (State.REVIEW, State.RECOUNT):
        problems.append(Problem("stocktake.sheet_not_ready", "sheet", {"sheet": sheet.number}))
    known: dict[tuple[str, bytes], list[Found]] = {}
    for one in reckon(sheet).seen:
        known.setdefault((one.bin.code, one.subject), []).append(one)
    found = [(verdict, _judged(n, verdict, known, problems)) for n, verdict in enumerate(c.verdicts)]
    if problems:
        return Plan(problems=problems)
    again = any(verdict.decision == RECOUNT for verdict in c.verdicts)
    round = sheet.round + 1
    if not _moved(ctx, sheet, round if again else 0):
        return Plan(problems=[Problem("stocktake.posted_meanwhile", "sheet")])
    rows = [
        (one, verdict.decision, verdict.reason, verdict.note.strip(), _round(one, verdict, round))
        for verdict, one in found
        if one is not None
    ]
    do_decide(sheet, rows)
    return Plan(result={"sheet": str(sheet.pk), "judged": len(rows), "again": again})


def _round(one: Found, verdict: Judged, next: int) -> int:
    if verdict.decision == RECOUNT:
        return next
    return one.tally.round if one.tally else 1


def _moved(ctx: Context, sheet: CountSheet, again: int) -> bool:
    if again:
        return do_move_on(sheet, State.RECOUNT, round=again, round_began=micros(ctx.now))
    return do_move_on(sheet, State(sheet.state))


def _judged(
    n: int, verdict: Judged, known: Mapping[tuple[str, bytes], Sequence[Found]], problems: list[Problem]
) -> Found | None:
    at = f"verdicts[{n}]"
    there = known.get((verdict.bin, key16(verdict.goods)), ())
    found = next((one for one in there if one.owner_uri == verdict.owner), None)
    if found is None and len(there) == 1 and not verdict.owner:
        found = there[0]
    if found is None:
        problems.append(Problem("stocktake.finding_unknown", f"{at}.goods", {"bin": verdict.bin}))
    if verdict.decision not in DECISIONS:
        problems.append(Problem("stocktake.decision", f"{at}.decision", {"value": verdict.decision}))
    if verdict.reason and verdict.reason not in REASONS:
        params = {"value": verdict.reason, "allowed": ", ".join(REASONS)}
        problems.append(Problem("stocktake.reason_unknown", f"{at}.reason", params))
    if len(verdict.note) > LONGEST_NOTE:
        params = {"length": str(len(verdict.note)), "longest": str(LONGEST_NOTE)}
        problems.append(Problem("governance.text_long", f"{at}.note", params))
    return found
