"""What leaves the house on paper: letters, the list to telephone by, the report of a case or the dossier of a drill."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.deeds import word_of
from suyuan.desk.exporting import attached
from suyuan.desk.importing import EXCEL
from suyuan.desk.naming import Names
from suyuan.desk.recalling import SEES, Figure, case_for, is_drill
from suyuan.desk.recalling_case import Shown, case_figures, drill_figures, limits
from suyuan.desk.recalling_notices import papers_of
from suyuan.desk.recalling_tables import entries_of, signers
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import Quantity, unscaled
from suyuan.ledger.keys import moment
from suyuan.recall.kinds import CAUSES, KINDS, NOTICE_STATES, REGIMES, ROLES, STATES, Direction, NoticeState, Way
from suyuan.recall.models import Case, Notice, ScopeGoods
from suyuan.recall.queries import PartyFigures, current, figures, scopes_of
from suyuan.recall.rules import Amounts
from suyuan.ui.formats import grouped_number
from suyuan.ui.papers import Listing, Paper, Row, paper_pdf
from suyuan.ui.problems import sentence
from suyuan.ui.units import unit_name
from suyuan.ui.workbook_files import Head, Page, make_workbook

PDF = "application/pdf"
MOST = 2000
WRITTEN_IN = {"zh": "zh-hans", "en": "en"}
WRITTEN = (NoticeState.APPROVED.value, NoticeState.SENT.value, NoticeState.CONFIRMED.value)


def amount(quantity: Quantity) -> str:
    return f"{grouped_number(quantity.amount)} {_(unit_name(quantity.unit))}"


def amounts(found: Amounts) -> str:
    return " + ".join(amount(Quantity(unscaled(value), unit or "C62")) for unit, value in found.items()) or "–"


def time_text(micros: int | None) -> str:
    return date_format(localtime(moment(micros)), "Y-m-d H:i") if micros else "–"


@desk_page(access=SEES)
def letters(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """The letters that may go, one a page; `?notice=` one of them, drafts too."""
    case = case_for(desk, request, number)
    if isinstance(case, HttpResponse):
        return case
    rows = Notice.objects.filter(case=case).order_by("pk")
    asked = request.GET.get("notice", "")
    one = rows.filter(pk=int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None
    found = list(one if one is not None else rows.filter(way=Way.LETTER.value, state__in=WRITTEN))[:MOST]
    if not found:
        return page(request, desk, "desk/refused.html", {"problem": Problem("recall.no_notices")}, 404)
    content = paper_pdf([letter(notice, case) for notice in found])
    return attached(HttpResponse(content, content_type=PDF), f"{case.number}-letters.pdf")


def letter(notice: Notice, case: Case) -> Paper:
    """The notice as a letter, all of it in its own language; a draft says that it is one."""
    with translation.override(WRITTEN_IN[notice.language]):
        return written(notice, case)


def written(notice: Notice, case: Case) -> Paper:
    facts = [(_("To"), notice.name), (_("Date"), time_text(notice.approved or notice.drafted))]
    if notice.way == Way.LETTER:
        facts.insert(1, (_("Address"), notice.contact))
    draft = notice.state in (NoticeState.DRAFTED, NoticeState.FAILED)
    return Paper(
        title=notice.subject,
        number=f"{case.number} · {_('Draft, not approved')}" if draft else case.number,
        facts=tuple(facts),
        listings=(),
        notes=tuple(part for part in notice.body.splitlines() if part.strip()),
        signatures=(_("Signature"),),
        page_word=_("Page {page}"),
    )


# -- telephone --------------------------------------------------------------------------------------------------------


def phone_heads() -> tuple[str, ...]:
    return (
        _("Partner"), _("Code"), _("Role"), _("Ask for"), _("Telephone"), _("Mail"), _("Address"), _("Had"), _("Told"),
        _("Answer"),
    )  # fmt: skip


def phone_rows(parties: Sequence[PartyFigures], desk: Desk) -> list[tuple[str, ...]]:
    names = Names([row.party for row in parties], desk.language)
    return [
        (
            names.name(row.party) or row.contact.code, row.contact.code, _(ROLES.get(row.role, row.role)),
            row.contact.department, *(row.contact.ways.get(way, "") for way in ("phone", "mail", "letter")),
            amounts(row.had), _(NOTICE_STATES[row.notice.state]) if row.notice else _("not told"),
            _("yes") if row.confirmed else "",
        )
        for row in parties
    ]  # fmt: skip


@desk_page(access=SEES)
def phones(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Whom to call, with room to write: as PDF, or `?as=xlsx` as a sheet."""
    case = case_for(desk, request, number)
    if isinstance(case, HttpResponse):
        return case
    rows = phone_rows(figures(case).parties, desk)
    if request.GET.get("as") == "xlsx":
        content = make_workbook(Page(_("Telephone list"), [Head(title) for title in phone_heads()], rows))
        return attached(HttpResponse(content, content_type=EXCEL), f"{case.number}-phones.xlsx")
    listing = Listing(
        (*phone_heads(), _("Spoke to, time")),
        tuple(Row((*row, "")) for row in rows),
        (14, 6, 6, 9, 10, 13, 14, 9, 8, 6, 13),
    )
    paper = Paper(_("Telephone list"), case.number, head_facts(case, desk), (listing,), page_word=_("Page {page}"))
    return attached(HttpResponse(paper_pdf([paper]), content_type=PDF), f"{case.number}-phones.pdf")


# -- the report -------------------------------------------------------------------------------------------------------


def head_facts(case: Case, desk: Desk) -> tuple[tuple[str, str], ...]:
    return (
        (_("Kind"), _(KINDS[case.kind])), (_("State"), _(STATES[case.state])), (_("What"), case.title),
        (_("Class"), str(case.hazard_class)), (_("Goods are"), _(REGIMES[case.regime])),
        (_("Warehouse"), desk.frame.warehouse_name), (_("Begun"), time_text(case.opened)),
        (_("Ended"), time_text(case.closed)), (_("Reason"), case.reason), (_("Danger"), case.hazard),
        (_("What came of it"), case.outcome), (_("Left open because"), case.open_why),
    )  # fmt: skip


@desk_page(access=SEES)
def report(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """The report of a case: clocks, figures, versions with their digests, goods, parties, gaps, who did what when. Of a
    drill the dossier.
    """
    case = case_for(desk, request, number)
    if isinstance(case, HttpResponse):
        return case
    shown = Shown(case, current(case), figures(case), is_drill(case))
    content = paper_pdf([report_paper(shown, desk)])
    name = "dossier" if shown.drill else "report"
    return attached(HttpResponse(content, content_type=PDF), f"{case.number}-{name}.pdf")


def report_paper(shown: Shown, desk: Desk) -> Paper:
    case = shown.case
    numbers = drill_figures(case) if shown.drill else case_figures(shown)
    clocks = tuple((one.word, f"{time_text(one.clock.due)} · {one.said}") for one in limits(case, desk))
    listings = (
        _versions(case),
        _goods(shown, desk),
        _parties(shown, desk),
        _answers(case, desk),
        _gaps(shown),
        _course(case),
    )
    return Paper(
        title=_("Drill dossier") if shown.drill else _("Recall report"),
        number=case.number,
        facts=(*head_facts(case, desk), *clocks, *((one.word, figure_text(one)) for one in numbers)),
        listings=tuple(one for one in listings if one.rows),
        signatures=(_("Quality"), _("Management")),
        page_word=_("Page {page}"),
    )


def figure_text(figure: Figure) -> str:
    if figure.text:
        return figure.text
    if figure.number is not None:
        return str(figure.number)
    return " + ".join(amount(one) for one in figure.amounts) or "0"


def _versions(case: Case) -> Listing:
    rows = []
    for one in scopes_of(case):
        took = f"{one.millis / 1000:.2f} s"
        rows.append(Row((str(one.version), time_text(one.made), _(CAUSES[one.cause]), one.reason, took, one.digest)))
    heads = (_("Version"), _("Time"), _("Why"), _("Reason"), _("Took"), _("Digest (SHA-256)"))
    return Listing(heads, tuple(rows), (6, 12, 10, 20, 8, 44))


def _goods(shown: Shown, desk: Desk) -> Listing:
    found = list(
        ScopeGoods.objects.filter(scope=shown.scope)
        .exclude(kind="container", direction=Direction.FORWARD.value)
        .order_by("direction", "depth", "pk")[:MOST]
    )
    names = Names([row.uri for row in found], desk.language)
    rows = []
    for row in found:
        thing = names.thing(row.uri, row.kind)
        much = amounts({row.stock_unit: row.affected}) if row.affected else "–"
        word = _("came from") if row.direction == Direction.BACKWARD else _("taken out") if row.out else _("affected")
        rows.append(Row((thing.name, thing.code, word, much, row.excluded)))
    heads = (_("Goods"), _("Lot or serial"), _("Is"), _("Affected"), _("Taken out because"))
    return Listing(heads, tuple(rows), (30, 20, 12, 16, 22))


def _parties(shown: Shown, desk: Desk) -> Listing:
    names = Names([row.party for row in shown.now.parties], desk.language)
    rows = []
    for row in shown.now.parties[:MOST]:
        told = time_text(row.notice.sent or row.notice.approved) if row.notice else _("not told")
        back, accounted = amounts(row.back) if row.back else "–", amounts(row.accounted) if row.accounted else "–"
        rows.append(
            Row((names.name(row.party) or row.contact.code, _(ROLES.get(row.role, row.role)), amounts(row.had), told,
                 _("yes") if row.confirmed else _("no"), back, accounted))
        )  # fmt: skip
    heads = (_("Partner"), _("Role"), _("Had"), _("Told"), _("Answered"), _("Came back"), _("Accounted for"))
    return Listing(heads, tuple(rows), (26, 10, 14, 14, 8, 14, 14))


def _answers(case: Case, desk: Desk) -> Listing:
    """What parties sent, by the hashes that the records of their answers name."""
    found = papers_of(case)
    names = Names([one.party for one in found], desk.language)
    rows = tuple(Row((date_format(localtime(one.at), "Y-m-d H:i"), names.name(one.party), one.hash)) for one in found)
    return Listing((_("Time"), _("Partner"), _("Photos and papers of answers (SHA-256)")), rows, (12, 28, 60))


def _gaps(shown: Shown) -> Listing:
    rows = []
    for gap in shown.scope.gaps:
        params = gap.get("params")
        rows.append(Row((sentence(Problem(str(gap.get("code", "")), "", params if isinstance(params, dict) else {})),)))
    return Listing((_("Gaps in the record"),), tuple(rows), (1,))


def _course(case: Case) -> Listing:
    rows = tuple(
        Row((date_format(localtime(one.at), "Y-m-d H:i:s"), word_of(one.command), one.name, signers(one), one.reason))
        for one in reversed(entries_of(case))
    )  # fmt: skip
    return Listing((_("Time"), _("What"), _("By"), _("Signed by"), _("Why")), rows, (15, 26, 15, 15, 29))
