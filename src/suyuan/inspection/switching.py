"""Switching between normal, tightened and reduced inspection: ISO 2859-1:1999, 9.3 and 9.4. Pure.

The state after any number of lots is a function of the lots, told from the first: nothing is counted on the side.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from suyuan.inspection.iso2859 import LETTERS, Severity, one_step_tighter, plan_of

SCORE_FOR_REDUCED = 30  # 9.3.3.1
LOTS_LOOKED_AT = 5  # 9.3.1, 9.3.2
NOT_ACCEPTED_FOR_TIGHTENED = 2
NOT_ACCEPTED_FOR_STOP = 5  # 9.4


class Notice(StrEnum):
    """What somebody says of the series, beside the lots."""

    RESUME = "resume"  # the supplier has mended what was wrong: inspection begins again, tightened (9.4)
    IRREGULAR = "irregular"  # production has become irregular: no reduced inspection any more (9.3.4)


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot at its original inspection: was it accepted, by which plan, with how many found. `letter` empty where no
    table was asked (a fixed or a whole sample)."""

    accepted: bool
    accept: int = 0
    found: int = 0
    letter: str = ""
    aql: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """Where a series of lots stands. `score` (9.3.3.2); `recent`: acceptance of the lots since the last switch, the
    newest last; `failed`: lots not accepted on tightened inspection, together; `stopped`: inspection is discontinued.
    """

    severity: Severity = Severity.NORMAL
    score: int = 0
    recent: tuple[bool, ...] = ()
    failed: int = 0
    stopped: bool = False


def series_of(history: Iterable[Lot | Notice], *, reduced: bool) -> Series:
    """Where the series stands after all of it. `reduced`: the responsible authority lets reduced inspection happen."""
    series = Series()
    for one in history:
        series = noticed(series, one) if isinstance(one, Notice) else after(series, one, reduced=reduced)
    if series.severity is Severity.REDUCED and not reduced:
        return Series()
    return series


def noticed(series: Series, notice: Notice) -> Series:
    """The series after something was said of it."""
    if notice is Notice.RESUME and series.stopped:
        return Series(Severity.TIGHTENED)
    if notice is Notice.IRREGULAR and series.severity is Severity.REDUCED:
        return Series()
    return replace(series, score=0) if notice is Notice.IRREGULAR else series


def after(series: Series, lot: Lot, *, reduced: bool) -> Series:
    """The series after one more lot."""
    recent = (*series.recent, lot.accepted)[-LOTS_LOOKED_AT:]
    if series.severity is Severity.TIGHTENED:
        return _after_tightened(series, recent, lot)
    if series.severity is Severity.REDUCED:
        return replace(series, recent=recent) if lot.accepted else Series()
    if recent.count(False) >= NOT_ACCEPTED_FOR_TIGHTENED:
        return Series(Severity.TIGHTENED)
    score = score_after(series.score, lot)
    if reduced and score >= SCORE_FOR_REDUCED:
        return Series(Severity.REDUCED, score)
    return replace(series, recent=recent, score=score)


def _after_tightened(series: Series, recent: tuple[bool, ...], lot: Lot) -> Series:
    failed = series.failed + (not lot.accepted)
    if failed >= NOT_ACCEPTED_FOR_STOP:
        return replace(series, recent=recent, failed=failed, stopped=True)
    if len(recent) == LOTS_LOOKED_AT and all(recent) and not series.stopped:
        return Series()
    return replace(series, recent=recent, failed=failed)


def score_after(score: int, lot: Lot) -> int:
    """The switching score after a lot on normal inspection (9.3.3.2, single sampling)."""
    if not lot.accepted:
        return 0
    if lot.accept <= 1:
        return score + 2
    tighter = one_step_tighter(lot.aql) if lot.aql and lot.letter in LETTERS else None
    if tighter is None:
        return 0
    return score + 3 if lot.found <= plan_of(lot.letter, tighter).accept else 0
