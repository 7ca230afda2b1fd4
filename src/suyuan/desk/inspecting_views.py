"""Inspections as pages draw them: what waits, what was found, where a series stands. No database but for names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.accounts.models import User
from suyuan.accounts.rules import in_language
from suyuan.catalog.registers.categories import CERTIFICATES
from suyuan.desk.naming import Names
from suyuan.gs1.quantities import COUNT, Quantity, decimal_text, unscaled
from suyuan.inspection.judging import LOT, Asked, Cells, Check, Finding, conforms
from suyuan.inspection.kinds import (
    CHECK_KINDS,
    MODES,
    SCOPES,
    SEVERITIES,
    STATES,
    WEIGHTS,
    CheckKind,
    Mode,
    Scope,
    State,
)
from suyuan.inspection.models import Inspection
from suyuan.inspection.sampling import PlanInfo
from suyuan.inspection.switching import Series
from suyuan.ledger.keys import moment
from suyuan.ui.frame import Choice, Link
from suyuan.ui.tables import Jump, Row, Value
from suyuan.ui.things import Thing

STATE_COLOURS = {
    State.OPEN: "pending",
    State.PASSED: "released",
    State.FAILED: "rejected",
    State.CONCEDED: "held",
    State.DROPPED: "expired",
}


def tabs(here: str) -> list[Link]:
    """The pages of quality."""
    pages = (
        ("waiting", _("To inspect"), reverse("desk:inspections"), "hourglass"),
        ("done", _("Inspected lots"), reverse("desk:inspected"), "circle-check"),
        ("reports", _("Nonconformances"), reverse("desk:reports"), "alert-triangle"),
        ("series", _("Suppliers and items"), reverse("desk:all_series"), "history"),
        ("plans", _("Plans"), reverse("desk:list", args=["inspection_plans"]), "file-text"),
    )
    return [Link(url, word, icon, name == here) for name, word, url, icon in pages]


@dataclass(frozen=True, slots=True)
class Cell:
    """One answer to be typed: its input's name, what stands there, whether it is beyond its limits."""

    name: str
    value: str
    check: Check
    word: str
    asked: bool
    wrong: bool
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A row of the grid: a piece of the sample."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class CheckView:
    """A check as the head of a column."""

    number: int
    name: str
    limits: str
    weight: str
    weight_word: str
    kind: str
    scope: str
    method: str


def check_view(check: Check, language: str) -> CheckView:
    return CheckView(
        check.number,
        in_language(language, check.name_zh, check.name_en, str(check.number)),
        limits_of(check),
        check.weight.value,
        _(WEIGHTS[check.weight]),
        _(CHECK_KINDS[check.kind]),
        _(SCOPES[check.scope]),
        check.method,
    )


def limits_of(check: Check) -> str:
    """``148 – 152 g``, ``≥ 148 g``; of a list what conforms."""
    if check.kind is CheckKind.CHOICE:
        return ", ".join(check.good)
    low = decimal_text(check.lower) if check.lower is not None and check.lower >= 0 else signed(check.lower)
    high = signed(check.upper)
    said = f"{low} – {high}" if low and high else f"≥ {low}" if low else f"≤ {high}" if high else ""
    return f"{said} {check.unit}".strip() if said else ""


def signed(amount: object) -> str:
    return "" if amount is None else f"{amount:f}".replace("-", "−")


def choices_of(check: Check) -> tuple[Choice, ...]:
    if check.kind is CheckKind.CHOICE:
        return (Choice("", "–"), *(Choice(one, one) for one in check.choices))
    if check.kind is CheckKind.MEASURED:
        return ()
    return (Choice("", "–"), Choice("yes", _("yes")), Choice("no", _("no")))


def cell_of(check: Check, sample: int, results: Cells, asked: Iterable[tuple[int, int]], language: str) -> Cell:
    value = results.get((sample, check.number), "")
    wrong = bool(value.strip()) and not conforms(check, value)
    word = in_language(language, check.name_zh, check.name_en, str(check.number))
    name = f"a-{sample}-{check.number}"
    return Cell(name, value, check, word, (sample, check.number) in set(asked), wrong, choices_of(check))


def grid(
    checks: Sequence[Check], cells: Sequence[tuple[int, int]], results: Cells, first: int, last: int, language: str
) -> tuple[list[Cell], list[Piece]]:
    """What is asked of the lot, and of the pieces from the first to the last."""
    asked = set(cells)
    of_lot = [cell_of(check, LOT, results, asked, language) for check in checks if check.scope is Scope.LOT]
    each = [check for check in checks if check.scope is Scope.PIECE]
    pieces = [
        Piece(sample, tuple(cell_of(check, sample, results, asked, language) for check in each))
        for sample in range(first, last + 1)
        if each
    ]
    return of_lot, pieces


def sampling_words(row: Inspection) -> list[tuple[str, str]]:
    """How the sample came about, in words."""
    said = [(_("How"), _(MODES[row.mode]) if row.mode in set(Mode) else _("As the inspector sees fit"))]
    if row.plan:
        said.append((_("Inspection plan"), row.plan))
    if row.letter:
        said.append((_("Level and letter"), f"{row.level} · {row.letter}"))
        said.append((_("AQL"), f"{row.aql} · Ac {row.accept} · Re {row.accept + 1}"))
    if row.minor_size:
        said.append((_("AQL of minor ones"), f"{row.minor_aql} · n {row.minor_size} · Ac {row.minor_accept}"))
    if row.mode == Mode.SAMPLING:
        said.append((_("Strictness"), _(SEVERITIES[row.severity])))
    return said


def paper_words(kinds: str) -> list[str]:
    return [_(CERTIFICATES[kind]) for kind in kinds.split(",") if kind in CERTIFICATES]


def people_of(ids: Iterable[str]) -> dict[str, str]:
    """Account id → name. One statement."""
    wanted = [one for one in set(ids) if len(one) == 36]
    return {str(key): name for key, name in User.objects.filter(pk__in=wanted).values_list("pk", "name")}


def state_word(row: Inspection) -> str:
    return _(STATES[row.state])


def quantity_of(row: Inspection) -> Quantity:
    return Quantity(unscaled(row.quantity), row.unit or COUNT)


def inspection_row(row: Inspection, names: Names, people: Mapping[str, str]) -> Row:
    """An inspection in a list."""
    sample = f"{row.found} / {row.accept}" if row.size else "–"
    cells: tuple[Value, ...] = (
        Jump(row.number, reverse("desk:inspection", args=[row.pk])),
        names.thing(row.goods),
        quantity_of(row),
        names.thing(row.supplier) if row.supplier else "–",
        _(SEVERITIES[row.severity]) if row.mode == Mode.SAMPLING else "",
        sample,
        state_word(row),
        moment(row.decided) if row.decided else moment(row.opened),
        people.get(row.inspector, ""),
    )
    return Row(cells, STATE_COLOURS[State(row.state)])


def series_words(series: Series, plan: PlanInfo | None) -> list[tuple[str, str]]:
    """Where a series stands, and what would change it."""
    said = [(_("Strictness"), _("Stopped") if series.stopped else _(SEVERITIES[series.severity]))]
    if series.severity == "normal":
        said.append((_("Switching score"), _("{score} of 30").format(score=series.score)))
    if series.severity == "tightened":
        said.append((_("Not accepted while tightened"), _("{count} of 5").format(count=series.failed)))
    if plan is not None and not plan.reduced:
        said.append((_("Reduced inspection"), _("not allowed by the plan")))
    return said


def series_url(supplier: str, item: str) -> str:
    return f"{reverse('desk:series')}?{urlencode({'item': item, 'supplier': supplier})}"


def day_of_ordinal(day: int | None) -> date | None:
    return date.fromordinal(day) if day else None


def verdict_words(row: Inspection, finding: Finding, asked: Asked) -> tuple[str, str]:
    """What the plan says of the results so far: a state, and a sentence."""
    if not row.checks:
        return "", ""
    if finding.critical:
        return "rejected", _("A critical check is not met: the plan does not accept the lot.")
    params = {"found": finding.found, "accept": asked.accept, "missing": len(finding.missing)}
    if not finding.good:
        return "rejected", _("{found} found, {accept} allowed: the plan does not accept the lot.").format(**params)
    if not finding.complete:
        return "pending", _("Results missing: {missing}; {found} found so far, {accept} allowed.").format(**params)
    return "released", _("{found} found, {accept} allowed: the plan accepts the lot.").format(**params)


def owners() -> list[Choice]:
    """People to look after something."""
    rows = User.objects.filter(is_active=True, kind="person").order_by("username").values_list("username", "name")
    return [Choice(username, name) for username, name in rows[:300]]


def called(usernames: Iterable[str]) -> dict[str, str]:
    """User name → the name of the person, or the user name where there is none. One statement."""
    wanted = set(usernames) - {""}
    return {name: name for name in wanted} | dict(
        User.objects.filter(username__in=wanted).values_list("username", "name")
    )


def thing_or_none(names: Names, uri: str) -> Thing | None:
    return names.thing(uri) if uri else None
