"""The trace from anything: goods of events, of a person, a line, a day, a failed check, traced together on one page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.affected import affected_panel, where_panel
from suyuan.desk.answers import gap_said, names_in, states_of_goods
from suyuan.desk.asking import Question, answered, question_of
from suyuan.desk.breaks import broken
from suyuan.desk.cards import Broken, Filter, Flow, Panel
from suyuan.desk.consequences import exported, filter_of
from suyuan.desk.directions import TOP, came_from, went_to, where_lying
from suyuan.desk.forms import by_field
from suyuan.desk.graphing import PICTURES, drawn, picture_file
from suyuan.desk.naming import Names
from suyuan.desk.near import is_very_wide
from suyuan.desk.panels import MOST_OF_FILE, SHOWN
from suyuan.desk.pictures import picture
from suyuan.desk.summing import named_in_sums, summing
from suyuan.desk.things import csv_parts, csv_response, file_response
from suyuan.gs1.identifiers import ID_ORIGIN
from suyuan.ledger.keys import moment
from suyuan.trace.answer import Trace, trace
from suyuan.trace.concerned import MOST_EVENTS, Concerned
from suyuan.trace.overview import overview
from suyuan.trace.resolve import Candidate
from suyuan.ui.tables import Column, Jump, Row, Table
from suyuan.ui.things import KIND_WORDS, Thing, thing_of

MOST_RECALLED = 100  # goods named in the address of a recall
WHOLE_ASKED = {"whole", "open", "csv", "as", "kind", "from", "to"}  # what only the whole answer can give


@dataclass(frozen=True, slots=True)
class Traced:
    """The page: what is traced, and the answer for all of it together."""

    subjects: Table
    said: tuple[str, ...]
    where: Flow
    came: Flow
    went: Flow
    gaps: tuple[str, ...]
    broken: Broken


@desk_page("trace.full:read", anywhere=True)
def tracing(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?q=&person=&line=&check=&since=&until=`: what is traced; `&kind=&from=&to=` narrow the table, `&open=` opens
    piles of the graph, `&whole=all` has every row of what is very much, `&as=svg|png` and `&csv=all|where|goods` are
    files.
    """
    question = question_of(request.GET, desk)
    context: dict[str, object] = {
        "typed": question.typed,
        "problems_found": question.problems,
        "errors": by_field(question.problems),
        "choices": _choices(question, desk),
        "empty": question.is_empty,
    }
    if question.is_empty or question.problems or question.choices:
        return page(request, desk, "desk/tracing.html", context)
    found = answered(question)
    subjects = [candidate for candidate, _at in found.goods]
    if not subjects:
        return page(request, desk, "desk/tracing.html", {**context, "nothing": True})
    context["recall"] = _recall(subjects, desk)
    if not WHOLE_ASKED & request.GET.keys() and is_very_wide(*(subject.key for subject in subjects)):
        return page(request, desk, "desk/tracing.html", context | _in_sums(subjects, found, question, desk))
    answer = trace(question.query, subjects, now=desk.now)
    wanted = filter_of(request.GET.getlist("kind"), request.GET.get("from", ""), request.GET.get("to", ""), desk)
    if request.GET.get("csv") == "all":
        return csv_parts(exported(answer, wanted, desk.language), f"{_('Tracing')} affected")
    if (kind := request.GET.get("csv", "")) in ("where", "goods"):
        return csv_response(_export(kind, answer, found, question, desk), f"{_('Tracing')} {kind}")
    names = Names(names_in(answer) | {one.place for one in answer.stock}, desk.language)
    graph = picture(
        answer, lambda uris: Names(uris, desk.language), states_of_goods(answer, ()), request.GET.getlist("open")
    )
    kind = request.GET.get("as", "")
    if graph is not None and kind in PICTURES:
        return file_response(picture_file(graph, question.query, kind), PICTURES[kind], f"{_('Tracing')}.{kind}")
    context |= {
        "page": _page(answer, found, question, names, desk),
        "drawn": drawn(graph, _here(question)) if graph else None,
        "panels": _panels(answer, question, desk, wanted, SHOWN),
    }
    return page(request, desk, "desk/tracing.html", context)


def _choices(question: Question, desk: Desk) -> Table | None:
    if not question.choices:
        return None
    names = Names([one.uri for one in question.choices], desk.language)
    rest = {name: value for name, value in question.typed.items() if value and name != "q"}
    rows = [
        Row((_(thing.word), thing, _again(thing, rest)))
        for one in question.choices
        for thing in [names.thing(one.uri, one.kind)]
    ]
    return Table(_("May mean"), (Column(_("Kind")), Column(_("Name and code"), "thing"), Column("")), rows)


def _again(thing: Thing, rest: dict[str, str]) -> Jump:
    return Jump(_("Trace this"), f"{reverse('desk:trace')}?{urlencode({'q': thing.uri, **rest})}")


def _here(question: Question) -> str:
    return f"{reverse('desk:trace')}?{question.query}"


def _page(answer: Trace, found: Concerned, question: Question, names: Names, desk: Desk) -> Traced:
    return Traced(
        _subjects(found.goods[:SHOWN], found, question, desk),
        tuple(_said(found, question)),
        where_lying(answer, names),
        replace(came_from(answer, names), tab="all"),
        replace(went_to(answer, names), tab="all"),
        tuple(gap_said(problem, names) for problem in answer.gaps[:TOP]),
        broken(answer),
    )


def _in_sums(subjects: Sequence[Candidate], found: Concerned, question: Question, desk: Desk) -> dict[str, object]:
    sums = overview(subjects, now=desk.now)
    whole = f"{_here(question)}&whole=all"
    return {
        "summed": summing(sums, Names(named_in_sums(sums), desk.language)),
        "whole": whole,
        "said": tuple(_said(found, question)),
        "subjects": _subjects(found.goods[:SHOWN], found, question, desk),
    }


def _recall(subjects: Sequence[Candidate], desk: Desk) -> str:
    """The page that recalls them all; of too many for an address there is none."""
    if len(subjects) > MOST_RECALLED or not desk.actor.may("recall.start", desk.warehouse):
        return ""
    return f"{reverse('desk:recall_new')}?{urlencode([('id', _id(subject.uri)) for subject in subjects])}"


def _id(uri: str) -> str:
    return uri.removeprefix(ID_ORIGIN)


def _said(found: Concerned, question: Question) -> Iterable[str]:
    """How much was looked at, and what was left out."""
    if found.events:
        yield ngettext(
            "{count} event or inspection found.", "{count} events or inspections found.", found.events
        ).format(count=f"{found.events:,}")
    if found.older:
        said = _("Only the latest {most} were read; there are older ones. Ask for a shorter time.")
        yield said.format(most=f"{MOST_EVENTS:,}")
    if found.left:
        parts = ", ".join(f"{_(KIND_WORDS.get(kind, kind))} {count:,}" for kind, count in sorted(found.left.items()))
        yield _("Left out of this trace: {parts}. Ask for less.").format(parts=parts)


def _subjects(goods: Sequence[tuple[Candidate, int]], found: Concerned, question: Question, desk: Desk) -> Table:
    names = Names([one.uri for one, _at in goods], desk.language)
    columns = (Column(_("Kind")), Column(_("Goods"), "thing"), Column(_("Last concerned"), "time"))
    rows = [
        Row((_(thing.word), thing, moment(at) if at else None))
        for one, at in goods
        for thing in [names.thing(one.uri, one.kind)]
    ]
    return Table("goods", columns, rows, "", len(found.goods), f"{_here(question)}&csv=goods")


def _export(kind: str, answer: Trace, found: Concerned, question: Question, desk: Desk) -> Table:
    if kind == "goods":
        return _subjects(found.goods, found, question, desk)
    table = where_panel(answer, thing_of(answer.subjects[0].uri), desk, MOST_OF_FILE, Filter(), here="").table
    assert table is not None
    return table


def _panels(answer: Trace, question: Question, desk: Desk, wanted: Filter, most: int) -> list[Panel]:
    here, thing = _here(question), thing_of(answer.subjects[0].uri)
    fixed = tuple((name, value) for name, value in question.typed.items() if value)
    return [
        affected_panel(answer, thing, desk, most, wanted, here=here, action=reverse("desk:trace"), fixed=fixed),
        where_panel(answer, thing, desk, most, wanted, here=here),
    ]
