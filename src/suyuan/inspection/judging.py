"""What the results of an inspection say: each against its limits, all of them against the plan. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import parse_amount
from suyuan.inspection.kinds import NO, YES, CheckKind, Scope, Weight

LOT = 0  # the sample under which stands what is checked once for the lot; pieces count from 1
Cells = Mapping[tuple[int, int], str]  # (sample, number of the check) → what was found


@dataclass(frozen=True, slots=True)
class Check:
    """One check as an inspection carries it: the plan may change meanwhile. Limits inclusive, None: without."""

    number: int
    name_zh: str
    name_en: str
    kind: CheckKind
    weight: Weight
    scope: Scope = Scope.PIECE
    unit: str = ""
    lower: Decimal | None = None
    upper: Decimal | None = None
    target: Decimal | None = None
    method: str = ""
    choices: tuple[str, ...] = ()
    good: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What the plan asks: `size` pieces, of which `accept` may be nonconforming. `pieces`: nonconforming pieces are
    counted, not every nonconformity. Minor ones have a sample and a limit of their own, or are noted only (None).
    """

    size: int
    accept: int
    pieces: bool = True
    minor_size: int = 0
    minor_accept: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found. `missing`: cells without an answer; `wrong`: those beyond their limits, with how much it matters;
    `found` and `minor`: what is counted against the acceptance numbers; `good`: would the plan accept the lot?
    """

    missing: tuple[tuple[int, int], ...] = ()
    wrong: Mapping[tuple[int, int], Weight] = field(default_factory=dict)
    found: int = 0
    minor: int = 0
    critical: int = 0
    good: bool = True

    @property
    def complete(self) -> bool:
        return not self.missing


def cells_of(checks: Sequence[Check], asked: Asked) -> list[tuple[int, int]]:
    """Every cell that wants an answer: for the lot, then piece by piece."""
    lot = [(LOT, check.number) for check in checks if check.scope is Scope.LOT]
    pieces = [check for check in checks if check.scope is Scope.PIECE]
    return lot + [
        (sample, check.number)
        for sample in range(1, max(asked.size, asked.minor_size) + 1)
        for check in pieces
        if sample <= (asked.minor_size or asked.size if check.weight is Weight.MINOR else asked.size)
    ]


def photos_of(checks: Sequence[Check], asked: Asked) -> int:
    """How many photos the checks want: one of each piece where a check of pieces says so, else one of the lot."""
    wanted = {check.number for check in checks if check.kind is CheckKind.PHOTO}
    samples = {sample for sample, number in cells_of(checks, asked) if number in wanted}
    return len(samples - {LOT}) or len(samples)


def judged(checks: Sequence[Check], asked: Asked, results: Cells) -> Finding:
    """All results against limits and plan. A critical one is never accepted; one for the lot that does not conform is
    not accepted either, since nothing was sampled."""
    known = {check.number: check for check in checks}
    cells = cells_of(checks, asked)
    missing = tuple(cell for cell in cells if not results.get(cell, "").strip())
    wrong = {
        cell: known[cell[1]].weight
        for cell in cells
        if results.get(cell, "").strip() and not conforms(known[cell[1]], results[cell])
    }
    of_lot = [weight for (sample, _), weight in wrong.items() if sample == LOT and weight is not Weight.MINOR]
    critical = sum(weight is Weight.CRITICAL for weight in wrong.values())
    found = _counted(wrong, asked, minor=False)
    minor = _counted(wrong, asked, minor=True)
    within = found <= asked.accept and (asked.minor_accept is None or minor <= asked.minor_accept)
    return Finding(missing, wrong, found, minor, critical, within and not critical and not of_lot)


def _counted(wrong: Mapping[tuple[int, int], Weight], asked: Asked, *, minor: bool) -> int:
    samples = [sample for (sample, _), weight in wrong.items() if sample != LOT and (weight is Weight.MINOR) == minor]
    return len(set(samples)) if asked.pieces else len(samples)


def conforms(check: Check, text: str) -> bool:
    """Is an answer within the limits of its check?"""
    match check.kind:
        case CheckKind.MEASURED:
            value = measured(text)
            low, high = check.lower, check.upper
            return value is not None and (low is None or value >= low) and (high is None or value <= high)
        case CheckKind.CHOICE:
            return text.strip() in check.good
    return text.strip().casefold() == YES


def measured(text: str) -> Decimal | None:
    """A measured value, below zero or above; None where it is no number."""
    plain = text.strip().replace(",", "").replace("−", "-")
    try:
        amount = parse_amount(plain.removeprefix("-"))
    except Refused:
        return None
    return -amount if plain.startswith("-") else amount


def tidy(check: Check, text: str) -> str:
    """An answer as it is kept: yes and no in whichever way people write them, choices in the plan's spelling."""
    plain = text.strip()
    if check.kind in (CheckKind.YES_NO, CheckKind.PHOTO):
        folded = plain.casefold()
        return YES if folded in _YES else NO if folded in _NO else plain
    if check.kind is CheckKind.CHOICE:
        return next((one for one in check.choices if one.casefold() == plain.casefold()), plain)
    return plain.replace(",", "").replace("−", "-")


_YES = frozenset({"yes", "y", "1", "ok", "true", "是", "合格", "√", "✓"})
_NO = frozenset({"no", "n", "0", "nok", "ng", "false", "否", "不合格", "×", "✗"})


def answer_problems(check: Check, text: str, field_: str) -> list[Problem]:
    """What is no answer to this check at all, whatever its limits say."""
    if not text.strip():
        return []
    if check.kind is CheckKind.MEASURED and measured(text) is None:
        return [Problem("inspection.no_number", field_, {"text": text[:40]})]
    if check.kind in (CheckKind.YES_NO, CheckKind.PHOTO) and text not in (YES, NO):
        return [Problem("inspection.no_yes_or_no", field_, {"text": text[:40]})]
    if check.kind is CheckKind.CHOICE and text not in check.choices:
        params = {"text": text[:40], "allowed": ", ".join(check.choices)}
        return [Problem("inspection.no_choice", field_, params)]
    return []
