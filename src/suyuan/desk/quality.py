"""How good the master data are: a score for each register, what was found, and the rows of each finding."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.accounts.rules import in_language
from suyuan.catalog.fields import print_value
from suyuan.catalog.quality import BY_ID, SEVERITIES, WEIGHTS, Finding, Rule, findings, found, of_register, score
from suyuan.catalog.register import Register, Standing
from suyuan.desk.access import Desk, desk_page, forbidden, page
from suyuan.desk.naming import Names
from suyuan.desk.office import Office, may_read, missing, open_registers, row_url
from suyuan.desk.registers import REGISTERS
from suyuan.desk.things import csv_response
from suyuan.governance.quality import MOST, unconverted, unknown_items
from suyuan.gs1.problems import Problem
from suyuan.ui.tables import Column, Jump, Row, Table
from suyuan.ui.units import unit_name

READS = "item.edit:read"
PAGE = 50
ALIKE = "-alike"
WORST = ("high", "medium", "low")


@dataclass(frozen=True, slots=True)
class Mark:
    """A score as it is drawn: whole percent, rounded down, so that 100 means all of it."""

    share: float | None

    @property
    def percent(self) -> int:
        return int(100 * (self.share or 0))

    @property
    def shown(self) -> str:
        return "–" if self.share is None else f"{self.percent} %"


@dataclass(frozen=True, slots=True)
class Line:
    """A rule on the page: what was found of how many, and where the rows are."""

    finding: Finding
    word: str
    why: str
    severity: str
    url: str

    @property
    def mark(self) -> Mark:
        return Mark(self.finding.share)

    @property
    def edge(self) -> str:
        return {"high": "rejected", "medium": "pending"}.get(self.finding.rule.severity, "expired")


@dataclass(frozen=True, slots=True)
class Shelf:
    """A register with its score."""

    office: Office
    rows: int
    mark: Mark
    lines: tuple[Line, ...]

    @property
    def wrong(self) -> list[Line]:
        return [line for line in self.lines if line.finding.wrong]

    @property
    def right(self) -> list[Line]:
        return [line for line in self.lines if line.finding.rows and not line.finding.wrong]


@desk_page(READS, anywhere=True)
def quality(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The scores and what was found. A statement for each register; what the ledger says comes after."""
    counted = {one.name: findings(one, desk.today) for one in searched(desk)}
    if request.GET.get("csv"):
        return csv_response(table_of(counted), _("Data quality"))
    shelves = [shelf_of(REGISTERS[name], rows, desk) for name, rows in counted.items()]
    context = {
        "shelves": shelves,
        "mark": Mark(score([one for rows in counted.values() for one in rows])),
        "weights": [(_(SEVERITIES[name]), WEIGHTS[name]) for name in WORST],
        "found": sum(len(shelf.wrong) for shelf in shelves),
    }
    return page(request, desk, "desk/quality.html", context)


def searched(desk: Desk) -> list[Register]:
    """The registers with rules that he may look at."""
    return [one for one in open_registers(desk.actor) if of_register(one.name)]


def shelf_of(register: Register, rows: Sequence[Finding], desk: Desk) -> Shelf:
    ordered = sorted(rows, key=lambda one: (WORST.index(one.rule.severity), -one.wrong))
    return Shelf(
        Office(register, desk),
        max((one.rows for one in rows), default=0),
        Mark(score(rows)),
        tuple(line_of(one) for one in ordered),
    )


def line_of(one: Finding) -> Line:
    rule = one.rule
    return Line(one, _(rule.word), _(rule.why), _(SEVERITIES[rule.severity]), rule_url(rule))


def rule_url(rule: Rule) -> str:
    """Where the rows are; pairs have a page of their own."""
    if rule.id.endswith(ALIKE):
        return f"{reverse('desk:duplicates')}?register={rule.register}"
    return reverse("desk:quality_rule", args=[rule.id])


def table_of(counted: dict[str, list[Finding]]) -> Table:
    columns = (
        Column(_("Register")), Column(_("Finding")), Column(_("Severity")), Column(_("Rows asked"), "number"),
        Column(_("Rows found"), "number"), Column(_("Share that is right")),
    )  # fmt: skip
    rows = [
        Row((
            _(REGISTERS[name].many), _(one.rule.word), _(SEVERITIES[one.rule.severity]), one.rows, one.wrong,
            Mark(one.share).shown,
        ))
        for name, found_ in counted.items()
        for one in found_
    ]  # fmt: skip
    return Table(_("Data quality"), columns, rows)


@desk_page(READS, anywhere=True)
def rule_rows(request: HttpRequest, desk: Desk, id: str) -> HttpResponse:
    """The rows of one finding, each with the way to its form; `?csv=1` as a file."""
    rule = BY_ID.get(id)
    if rule is None:
        return missing(request, desk, Problem("desk.rule_unknown", "", {"name": id[:40]}))
    register = REGISTERS[rule.register]
    if not may_read(desk.actor, register):
        return forbidden(request, desk, f"{register.permission}:read")
    rows = found(rule, desk.today)
    if request.GET.get("csv"):
        return csv_response(rows_table(register, register.read(rows), desk.language), _(rule.word))
    shown = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    first = max(0, shown.start_index() - 1)
    context = {
        "rule": rule,
        "word": _(rule.word),
        "why": _(rule.why),
        "severity": _(SEVERITIES[rule.severity]),
        "office": Office(register, desk),
        "list": list_url(rule),
        "page": shown,
        "count": shown.paginator.count,
        "table": rows_table(register, register.read(rows[first : first + PAGE]), desk.language),
    }
    return page(request, desk, "desk/quality_rule.html", context)


def list_url(rule: Rule) -> str:
    """The same rows in the list of the register, where they can be changed together."""
    return f"{reverse('desk:list', args=[rule.register])}?{rule.list}&f.is_active=1" if rule.list else ""


def rows_table(register: Register, rows: Iterable[Standing], language: str) -> Table:
    own = register.keys[-1]
    parts = [register.by_name[name] for name in register.keys[:-1]]
    columns = (
        Column(_(register.by_name[own].word)),
        *(Column(_(field.word)) for field in parts),
        *((Column(_("Name")),) if "name_zh" in register.by_name else ()),
    )
    told = [
        Row((
            Jump(print_value(row.values.get(own)), row_url(register, register.key_of(row.values))),
            *(print_value(row.values.get(field.name)) for field in parts),
            *((named(row, language),) if "name_zh" in register.by_name else ()),
        ))
        for row in rows
    ]  # fmt: skip
    return Table(_(register.many), columns, told, _("Nothing was found. All rows are right in this."))


def named(row: Standing, language: str) -> str:
    return in_language(language, str(row.values.get("name_zh") or ""), str(row.values.get("name_en") or ""))


@desk_page(READS, anywhere=True)
def ledger(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What events speak of and master data do not know: fetched after the page, since the ledger is large."""
    unknown, units = unknown_items(), unconverted()
    names = Names([one.uri for one in unknown], desk.language)
    unknown_table = Table(
        _("Items that nobody entered"),
        (Column(_("Item"), "thing"), Column(_("Log"))),
        [Row((names.thing(one.uri, "item"), one.log)) for one in unknown],
        _("All goods in the ledger belong to an item."),
    )
    units_table = Table(
        _("Amounts without conversion"),
        (Column(_("Item")), Column(_("Base unit")), Column(_("Unit in events"))),
        [Row((Jump(one.code, item_url(one.code)), _(unit_name(one.base)), _(unit_name(one.unit)))) for one in units],
        _("All amounts can be counted in the base unit."),
    )
    context = {"unknown": unknown_table, "units": units_table, "most": MOST}
    return page(request, desk, "desk/quality_ledger.html", context)


def item_url(code: str) -> str:
    register = REGISTERS["items"]
    return row_url(register, register.key_of({"code": code}))
