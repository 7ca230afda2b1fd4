"""Writing what is planned and counted, for command handlers, which have judged it. Each trusts its arguments."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import F

from suyuan.ledger.keys import micros
from suyuan.stocktake.models import BinLook, CountFinding, CountLine, CountPlan, CountSheet, SheetBin, State
from suyuan.stocktake.queries import Bin
from suyuan.stocktake.reckoning import Found

BATCH = 400
Q_OPEN = (State.OPEN, State.COUNTING, State.RECOUNT, State.REVIEW)


def do_make_sheet(
    *,
    id: UUID,
    number: str,
    warehouse: str,
    bins: Sequence[Bin],
    blind: bool,
    threshold: int,
    by: str,
    now: datetime,
    plan: CountPlan | None = None,
    team: str = "",
    person: str = "",
    after: CountSheet | None = None,
) -> CountSheet:
    """A sheet with its bins."""
    sheet = CountSheet.objects.create(
        id=id, number=number, warehouse_id=warehouse, plan=plan, after=after, blind=blind, threshold=threshold,
        team=team, person=person, created=micros(now), created_by=by,
    )  # fmt: skip
    do_add_bins(sheet, bins)
    return sheet


def do_add_bins(sheet: CountSheet, bins: Sequence[Bin], start: int = 0) -> None:
    rows = [
        SheetBin(sheet=sheet, holder=one.holder, uri=one.uri, code=one.code, key=one.key, zone=one.zone, position=n)
        for n, one in enumerate(bins, start)
    ]
    SheetBin.objects.bulk_create(rows, batch_size=BATCH)


def do_touch(sheet: CountSheet, state: State | None = None, **more: object) -> bool:
    """Note that what would be posted has changed; whether the sheet was still open."""
    changes: dict[str, object] = {"revision": F("revision") + 1, **more}
    if state is not None:
        changes["state"] = state
    return CountSheet.objects.filter(pk=sheet.pk, state__in=Q_OPEN).update(**changes) == 1


def do_begin(sheet: CountSheet) -> None:
    """Somebody has counted on it."""
    CountSheet.objects.filter(pk=sheet.pk, state=State.OPEN).update(state=State.COUNTING)


def do_move_on(sheet: CountSheet, state: State, **more: object) -> bool:
    """From where and what the sheet was when it was read to another state, once; False where somebody was faster."""
    rows = CountSheet.objects.filter(pk=sheet.pk, state=sheet.state, revision=sheet.revision)
    return rows.update(state=state, revision=F("revision") + 1, **more) == 1


def do_keep_lines(lines: Iterable[CountLine]) -> None:
    CountLine.objects.bulk_create(list(lines), batch_size=BATCH)


def do_strike(line: UUID, now: datetime) -> None:
    CountLine.objects.filter(pk=line, struck=None).update(struck=micros(now))


def do_look(
    *, bin: SheetBin, sheet: CountSheet, round: int, person: str, by: str, began: int, seen: int, empty: bool
) -> None:
    """Somebody is done with a bin; saying so again is the later look."""
    told = {"sheet": sheet, "by": by, "began": began, "seen": seen, "empty": empty}
    BinLook.objects.update_or_create(bin=bin, person=person, round=round, defaults=told)


def do_decide(sheet: CountSheet, found: Sequence[tuple[Found, str, str, str, int]], *, posted: bool = False) -> None:
    """Write findings: goods with decision, reason, note, and the round that counts or is asked for."""
    rows = [
        CountFinding(
            sheet=sheet, bin=one.bin, subject=one.subject, owner=one.owner, uri=one.uri, kind=one.kind, unit=one.unit,
            decision=decision, reason=reason, note=note, round=round, book=one.book, counted=one.counted,
            book_weight=one.book_weight, counted_weight=one.counted_weight,
            person=one.tally.total.person if one.tally else "", seen=one.tally.total.seen if one.tally else 0,
            posted=posted,
        )
        for one, decision, reason, note, round in found
    ]  # fmt: skip
    CountFinding.objects.bulk_create(
        rows,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["sheet", "bin", "subject", "owner"],
        update_fields=[
            "decision",
            "reason",
            "note",
            "round",
            "book",
            "counted",
            "book_weight",
            "counted_weight",
            "person",
            "seen",
            "posted",
        ],
    )


def do_assign(sheet: CountSheet, *, team: str, person: str) -> None:
    """Who is to count it from now on."""
    CountSheet.objects.filter(pk=sheet.pk).update(team=team, person=person)
