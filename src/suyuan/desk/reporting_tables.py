"""A report's rows as the table of a page, as cells of a sheet, as a paper: always the same rows by the same columns."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.catalog.directory import directory
from suyuan.catalog.queries import names_for
from suyuan.desk.naming import Names
from suyuan.desk.reporting_charts import picture
from suyuan.gs1.identifiers import gln_uri
from suyuan.gs1.problems import N_, Problem
from suyuan.gs1.quantities import Quantity
from suyuan.insight.reports import declared
from suyuan.insight.reports.asking import ALL, Reading
from suyuan.insight.reports.declared import Ask, Cell, Kind, Linked, Named, Page, To, Unit, Word
from suyuan.insight.reports.running import Shown
from suyuan.ui import papers, workbook_files
from suyuan.ui.formats import grouped_number
from suyuan.ui.problems import sentence
from suyuan.ui.tables import Code, Column, Jump, Row, States, Table, Value, plain
from suyuan.ui.things import thing_url
from suyuan.ui.units import unit_name

KINDS: Mapping[Kind, str] = {Kind.CODE: "text", Kind.DATE: "text", Kind.MOMENT: "time"}
CELLS_ON_PAPER = 30_000  # some ten seconds
ASKED: Mapping[Ask, str] = {
    Ask.ITEM: N_("Item"),
    Ask.LOT: N_("Lot"),
    Ask.LOT_UNTIL: N_("Until lot"),
    Ask.PARTNER: N_("Partner"),
    Ask.CATEGORY: N_("Category"),
    Ask.TEAM: N_("Team"),
}
Facts = Sequence[tuple[str, str]]


def titled(text: str) -> str:
    """A title in the reader's language; one that is no word of ours as it stands."""
    return _(text) if text else ""


def columns_of(shown: Shown) -> tuple[Column, ...]:
    return tuple(Column(titled(one.title), KINDS.get(one.kind, one.kind), one.needed) for one in shown.columns)


def named(shown: Shown, rows: Iterable[declared.Row]) -> Names:
    """The names of all things in these rows, asked for once."""
    return Names([cell.uri for row in rows for cell in row.cells if isinstance(cell, Named)], shown.asked.language)


def url_of(to: To) -> str:
    """The address that something leads to; empty where it leads nowhere."""
    names = dict(to.names)
    match to.page:
        case Page.THING:
            return thing_url(names["uri"])
        case Page.EVENT:
            return reverse("desk:event", args=[names["log"], UUID(hex=names["id"])])
        case Page.ORDER:
            return f"{reverse('desk:order')}?{urlencode(names)}"
        case Page.ROW:
            return f"{reverse('desk:row', args=[names['register']])}?{urlencode({'key': names['key']})}"
        case Page.REPORT:
            return f"{reverse('desk:report_page', args=[names.pop('name')])}?{urlencode(names)}"
    return names["url"]


# -- a page -----------------------------------------------------------------------------------------------------------


def table_of(shown: Shown, rows: Sequence[declared.Row], total: int) -> Table:
    """Some of the rows as a table of a page, each with the way to what is behind it."""
    names = named(shown, rows)
    drawn = [Row(_led(row, shown, names), row.state) for row in rows]
    return Table(titled(shown.report.title), columns_of(shown), drawn, _(shown.report.empty), total)


def _led(row: declared.Row, shown: Shown, names: Names) -> tuple[Value, ...]:
    """The cells; the first that can be one is a link to what is behind the row, unless a thing in it is that."""
    cells = [drawn(cell, names) for cell in row.cells]
    if row.to is not None and row.to.names not in [{"uri": cell.uri} for cell in row.cells if isinstance(cell, Named)]:
        for n, value in enumerate(cells):
            if isinstance(value, str | date | int | Decimal | Code) and value != "":
                cells[n] = Jump(said(_local(value, shown)), url_of(row.to))
                break
    return tuple(cells)


def drawn(cell: Cell, names: Names) -> Value:
    """A cell as pages draw it."""
    match cell:
        case Word(text=text, params=params):
            return _(text).format(**params) if params else _(text)
        case Linked(value=value, to=to):
            return Jump(said(drawn(value, names)), url_of(to))
        case Named(uri=uri):
            return names.thing(uri)
        case Unit(code=code):
            return _(unit_name(code))
        case declared.States(codes=codes):
            return States(codes)
    return cell


def said(value: Value) -> str:
    """A value in one line of text, as it is on paper."""
    return " ".join(part for part in _parts(value) if part)


def _parts(value: Value) -> Sequence[str]:
    match value:
        case Jump(text=text) | Code(text=text) | str(text):
            return [text]
        case datetime():
            return [f"{value:%Y-%m-%d %H:%M}"]
        case date():
            return [value.isoformat()]
        case Quantity():
            return [grouped_number(value.amount), plain(value)[1]]
        case Decimal() | int():
            return [grouped_number(value)]
        case None:
            return []
        case States():
            return plain(value)
    return [str(value)]


# -- a sheet ----------------------------------------------------------------------------------------------------------


def heads_of(shown: Shown) -> list[workbook_files.Head]:
    return workbook_files.heads_of(columns_of(shown))


def cells_of(shown: Shown) -> list[list[workbook_files.Cell]]:
    """All rows as cells: numbers are numbers, dates dates, and moments are times of the site."""
    names, columns = named(shown, shown.found.rows), columns_of(shown)
    return [
        workbook_files.cells_of(columns, Row(tuple(_kept(cell, shown, names) for cell in row.cells)))
        for row in shown.found.rows
    ]


def _kept(cell: Cell, shown: Shown, names: Names) -> Value:
    if isinstance(cell, Linked):
        return _kept(cell.value, shown, names)
    if isinstance(cell, datetime):
        return cell.astimezone(shown.asked.zone).replace(second=0, microsecond=0, tzinfo=None)
    return drawn(cell, names)


def workbook(shown: Shown, facts: Facts) -> bytes:
    """The report as .xlsx: above the table what it is, or in a sheet of its own where the table is for machines."""
    lines: list[list[workbook_files.Cell]] = [[f"{word}: {value}"] for word, value in facts[1:]]
    title = titled(shown.report.title)
    if shown.report.bare:
        told: list[list[workbook_files.Cell]] = [[word, value] for word, value in facts]
        page = workbook_files.Page(title, heads_of(shown), cells_of(shown), sortable=True, beside=(_("About"), told))
    else:
        page = workbook_files.Page(title, heads_of(shown), cells_of(shown), above=[[title], *lines], sortable=True)
    return workbook_files.make_workbook(page)


def csv(shown: Shown) -> str:
    return "".join(workbook_files.csv_lines(heads_of(shown), cells_of(shown)))


# -- paper ------------------------------------------------------------------------------------------------------------


def paper(shown: Shown, facts: Facts) -> papers.Paper:
    """The report on paper; of one that would be thousands of pages the beginning, and a sentence that says so."""
    most = max(1, CELLS_ON_PAPER // max(1, len(shown.columns)))
    told, notes = shown.found.rows[:most], list(shown.found.notes)
    if len(told) < len(shown.found.rows):
        notes.append(Problem("insight.report_paper", "", {"most": f"{most:,}", "count": f"{len(shown.found.rows):,}"}))
    names = named(shown, told)
    rows = tuple(papers.Row(tuple(said(_local(drawn(cell, names), shown)) for cell in row.cells)) for row in told)
    numbers = frozenset(n for n, one in enumerate(shown.columns) if one.kind in (Kind.NUMBER, Kind.QUANTITY))
    heads = tuple(titled(one.title) for one in shown.columns)
    return papers.Paper(
        title=titled(shown.report.title), number="", facts=tuple(facts[1:]),
        listings=(papers.Listing(heads, rows, tuple(one.width for one in shown.columns), numbers),),
        pictures=tuple(map(picture, shown.found.charts)), notes=tuple(map(sentence, notes)),
        page_word=_("Page {page}"),
    )  # fmt: skip


def _local(value: Value, shown: Shown) -> Value:
    return value.astimezone(shown.asked.zone) if isinstance(value, datetime) else value


# -- what it is -------------------------------------------------------------------------------------------------------


def facts_of(shown: Shown, reading: Reading, by: str) -> list[tuple[str, str]]:
    """What a report is, and what is in it."""
    found = found_facts(shown, shown.found.facts)
    return [*asked_facts(shown, reading, by), *found, *counted(len(shown.found.rows), shown.found.notes)]


def found_facts(shown: Shown, facts: Iterable[tuple[str, Cell]]) -> list[tuple[str, str]]:
    told = list(facts)
    names = Names([cell.uri for _word, cell in told if isinstance(cell, Named)], shown.asked.language)
    return [(titled(word), said(_local(drawn(cell, names), shown))) for word, cell in told]


def counted(rows: int, notes: Iterable[Problem]) -> list[tuple[str, str]]:
    """How many rows there are, and what whoever reads them has to know."""
    return [(_("Rows"), f"{rows:,}"), *((_("Note"), sentence(note)) for note in notes)]


def asked_facts(shown: Shown, reading: Reading, by: str) -> list[tuple[str, str]]:
    """Title, days, warehouses, what else was asked, when and by whom it was made, what asks for it."""
    asked, report = shown.asked, shown.report
    facts = [(_("Report"), titled(report.title))]
    if report.period:
        facts.append((_("Days"), f"{asked.since} – {asked.until}"))
    facts.append((_("Warehouse"), ", ".join(warehouses(asked.logs, reading, asked.language))))
    words = {ask: _(word) for ask, word in ASKED.items()}
    facts += [(words[ask], reading.given[ask]) for ask in report.asks if reading.given.get(ask)]
    facts += [(titled(one.title), _(one.choices[asked.values[one.name]])) for one in report.choices]
    facts.append((_("Made at"), f"{asked.now.astimezone(asked.zone):%Y-%m-%d %H:%M:%S} ({asked.zone.key})"))
    facts.append((_("By"), by))
    facts += [(_("Asked for by"), titled(report.law))] if report.law else []
    facts += [(_("Kept"), titled(report.keeps))] if report.keeps else []
    return facts


def warehouses(logs: Sequence[str], reading: Reading, language: str) -> list[str]:
    """The names of the warehouses; of all that he may see, that there are others."""
    names = warehouse_names(logs, language)
    hidden = len(directory().warehouses) - len(reading.seen)
    told = [names.get(log, log) for log in logs]
    return [*told, _("(there are others that you may not see)")] if reading.where == ALL and hidden else told


def warehouse_names(codes: Sequence[str], language: str) -> dict[str, str]:
    """Code → name."""
    known = directory().warehouses
    names = names_for((gln_uri(known[code].gln) for code in codes if code in known), language)
    return {code: names.get(gln_uri(known[code].gln), code) for code in codes if code in known}
