"""Post a sheet: one event for each bin and counter, at the moment of the look; the book posts the differences.

What moved since that moment is in both, the book and the count, so that it makes no difference (domain.md, Stock).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from suyuan.capture.bodies import Amount, object_event
from suyuan.capture.who import Who
from suyuan.epcis.events import JsonObject
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.governance.settings import SMALL_FIRM, value_of
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import decimal_text, unscaled
from suyuan.ledger.keys import micros, moment
from suyuan.operations.counting.count import weights
from suyuan.operations.counting.owners import said_owner
from suyuan.operations.counting.sheets import found_sheet
from suyuan.operations.events import head
from suyuan.operations.lines import KILOGRAM
from suyuan.operations.signatures import ADJUSTMENT
from suyuan.stocktake.models import State
from suyuan.stocktake.reckoning import Found, Reckoning, reckon
from suyuan.stocktake.rules import ACCEPTED, LOT, REASONS
from suyuan.stocktake.writes import do_decide, do_move_on
from suyuan.tlog.jcs import Json

STEP, MISMATCH = "cycle_counting", "mismatch_quantity"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostCount:
    """`digest`: of the sheet as it was looked at, so that nobody posts or signs another one; empty for as it is.

    `reason`: a code of REASONS, for differences that have none of their own.
    """

    warehouse: str
    sheet: UUID
    digest: str = ""
    reason: str = ""


@command(PostCount, permission="adjust", groups=ADJUSTMENT)
def post_count(ctx: Context, who: Who, c: PostCount) -> Plan:
    problems: list[Problem] = []
    sheet = found_sheet(c.warehouse, c.sheet, problems)
    if c.reason and c.reason not in REASONS:
        params = {"value": c.reason, "allowed": ", ".join(REASONS)}
        problems.append(Problem("stocktake.reason_unknown", "reason", params))
    if sheet is None:
        return Plan(problems=problems)
    if sheet.state != State.REVIEW:
        problems.append(Problem("stocktake.sheet_not_ready", "sheet", {"sheet": sheet.number}))
        return Plan(problems=problems)
    state = reckon(sheet)
    if c.digest and c.digest != state.digest:
        problems.append(Problem("stocktake.changed_meanwhile", "digest"))
    problems += finding_problems(state, c.reason) + _signer_problems(ctx, state)
    if problems:
        return Plan(problems=problems)
    changes = {"closed": micros(ctx.now), "closed_by": ctx.actor.id}
    if not do_move_on(sheet, State.POSTED, **changes):
        return Plan(problems=[Problem("stocktake.posted_meanwhile", "sheet")])
    rows = [(one, one.decision or ACCEPTED, _reason(one, c.reason), one.note, _round(one)) for one in state.seen]
    do_decide(sheet, rows, posted=True)
    written = [one for one in state.seen if not one.is_missing]
    return Plan(
        result=_result(state, written, c.reason),
        events=[_event(ctx, who, c, state, part) for part in grouped(state, written)],
        fields={one.uri: f"lines[{n}]" for n, one in enumerate(state.seen)},
        four_eyes=any(one.needs_signatures for one in written),
    )


def finding_problems(state: Reckoning, reason: str) -> list[Problem]:
    """Everything that stands against posting, each at its line: two opinions, a large difference without a reason."""
    problems = []
    for n, one in enumerate(state.seen):
        if one.is_disputed and one.decision != ACCEPTED:
            problems.append(Problem("stocktake.disputed", f"lines[{n}]", {"goods": one.uri, "bin": one.bin.code}))
        if one.is_above(state.sheet.threshold) and not one.is_missing and not _reason(one, reason):
            params = {"goods": one.uri, "bin": one.bin.code, **_shown(one)}
            problems.append(Problem("stocktake.reason_needed", f"lines[{n}].reason", params))
    return problems


def _reason(one: Found, otherwise: str) -> str:
    return one.reason or (otherwise if not one.is_right else "")


def _round(one: Found) -> int:
    return one.tally.round if one.tally else 1


def _signer_problems(ctx: Context, state: Reckoning) -> list[Problem]:
    """Whoever counted does not sign what comes of it, unless the firm is too small for two."""
    people = {signed.actor.human for signed in ctx.signatures}
    if not people & state.people or (ctx.actor.human in people and value_of(SMALL_FIRM)):
        return []
    return [Problem("stocktake.signer_counted", "approver")]


# -- what is recorded -------------------------------------------------------------------------------------------------


def grouped(state: Reckoning, found: Sequence[Found]) -> list[list[Found]]:
    """What one event says: the goods of one owner in a bin that one person counted, as of his last look there. Goods
    that moved between his look at them and that moment make an event of their own, at theirs.
    """
    parts: dict[tuple[int, str, bytes], list[Found]] = {}
    for one in found:
        if one.tally is not None:
            parts.setdefault((one.bin.pk, one.tally.total.by, one.owner), []).append(one)
    groups: list[list[Found]] = []
    for part in parts.values():
        last = max(_seen(one) for one in part)
        alone = [one for one in part if state.moved_between(one.key, _seen(one), last)]
        own = {one.key for one in alone}
        groups += [[one] for one in alone]
        groups += [rest] if (rest := [one for one in part if one.key not in own]) else []
    return groups


def _seen(one: Found) -> int:
    return one.tally.total.seen if one.tally else 0


def _event(ctx: Context, who: Who, c: PostCount, state: Reckoning, part: Sequence[Found]) -> JsonObject:
    """An OBSERVE of absolute quantities; whoever looked answers for it, whoever posted is named beside him."""
    bin, tally = part[0].bin, part[0].tally
    different = [one for one in part if not one.is_right]
    said: dict[str, object] = {
        "by": tally.total.by if tally else ctx.actor.id,
        "posted_by": ctx.actor.id,
        "sheet": state.sheet.number,
        "owner": said_owner(who, c.warehouse, part[0].owner_uri),
        "differences": [{**_row(one), "reason": _reason(one, c.reason)} for one in different],
    }
    counted = head(
        ctx, who, c.warehouse, moment(max(_seen(one) for one in part)), STEP, MISMATCH if different else "",
        read_point=bin.uri, location=bin.uri, extra={name: value for name, value in said.items() if value},
    )  # fmt: skip
    lots = [amount for one in part if one.kind == LOT for amount in _counted(one)]
    return object_event(
        counted, "OBSERVE", epcs=[one.as_said or one.uri for one in part if one.kind != LOT], amounts=lots
    )


def _counted(one: Found) -> list[Amount]:
    """How much there is, and what it weighs where that was asked for."""
    amounts = [Amount(uri=one.uri, quantity=unscaled(one.counted), uom=one.unit)]
    if one.was_weighed:
        amounts.append(Amount(uri=one.uri, quantity=unscaled(one.counted_weight), uom=KILOGRAM))
    return amounts


def _result(state: Reckoning, written: Sequence[Found], reason: str) -> Mapping[str, Json]:
    different: list[Json] = [
        {**_row(one), "place": one.bin.uri, "reason": _reason(one, reason)} for one in written if not one.is_right
    ]
    missing: list[Json] = [{"id": one.uri, "place": one.bin.uri} for one in state.seen if one.is_missing and one.book]
    told: dict[str, Json] = {"sheet": state.sheet.number, "counted": len(state.seen), "differences": different}
    return told | {"missing": missing}


def _amounts(one: Found) -> dict[str, str]:
    return {"book": decimal_text(unscaled(one.book)), "counted": decimal_text(unscaled(one.counted))}


def _shown(one: Found) -> dict[str, str]:
    """What differs: the quantity, or else the weight."""
    if one.difference:
        return {"unit": one.unit, **_amounts(one)}
    book, counted = unscaled(one.book_weight), unscaled(one.counted_weight)
    return {"unit": KILOGRAM, "book": decimal_text(book), "counted": decimal_text(counted)}


def _row(one: Found) -> dict[str, Json]:
    row: dict[str, Json] = {"id": one.uri, **_amounts(one), "unit": one.unit}
    if one.owner_uri:
        row["owner"] = one.owner_uri
    return row | weights(one.book_weight, one.counted_weight)
