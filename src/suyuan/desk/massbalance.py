"""Mass balances: of lots, an item, a work order, or everything in a period; each figure leads to its events."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.figures_frame import KINDS, SHOWN, as_file, file_header, tabs_of
from suyuan.desk.massbalance_asked import SEES, Asked, read
from suyuan.desk.massbalance_paper import paper_of, paper_of_work
from suyuan.desk.massbalance_sums import MOST_EVENTS, behind, weigh
from suyuan.desk.massbalance_table import (
    by_goods,
    by_item,
    called,
    columns_of,
    equations,
    events,
    makings_table,
    rows_of,
    work_yield,
)
from suyuan.desk.naming import Names
from suyuan.gs1.problems import N_, Refused
from suyuan.gs1.quantities import UNITS, Quantity, unscaled
from suyuan.insight.balance import Term
from suyuan.insight.balance_making import makings_of, makings_of_work
from suyuan.insight.balance_whole import waits_for
from suyuan.ledger.keys import key16
from suyuan.production.models import WorkOrder
from suyuan.ui.papers import Paper, paper_pdf
from suyuan.ui.tables import Column, Row, Table
from suyuan.ui.things import Thing, uri_of_id

MEANINGS = (
    N_("What came in is what there is and what went: each posting of the ledger is in exactly one figure."),
    N_("Whatever came from nowhere, or went without a word, is unexplained, and is shown instead of hidden."),
    N_("Goods on a pallet go where the pallet goes. A dispatch counts from the day it left; a void takes it back."),
    N_("Pieces, kilograms and litres are never added up: each unit is a balance of its own."),
    N_("Relabelled and repacked goods are the same goods under another lot number."),
)


@desk_page(SEES, anywhere=True)
def balance(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?id=` (often) or `?q=`, `&since=&until=`, `&in=` a warehouse or ``all``; `&term=&unit=&of=` the events behind a
    figure; `&as=csv|xlsx|pdf`, with `&makings=1` the transformations.
    """
    asked = read(request.GET, desk)
    if asked.choices:
        rows = [Row((_(thing.word), thing)) for thing in asked.choices]
        table = Table(_("May mean"), (Column(_("Kind")), Column(_("Name and code"), "thing")), rows)
        return _shown(request, asked, {"choices": table})
    if asked.work is not None:
        return _of_work(request, asked, asked.work)
    if asked.by_days and (progress := waits_for(asked.plan)):
        return _shown(request, asked, {"progress": progress})
    term = next((one for one in Term if one == request.GET.get("term")), None)
    code = request.GET.get("unit", "")
    if term is not None and code in UNITS:
        return _behind(request, asked, term, code)
    return _of_goods(request, asked)


def _of_goods(request: HttpRequest, asked: Asked) -> HttpResponse:
    kind = request.GET.get("as", "")
    if request.GET.get("makings") and kind in KINDS and not asked.whole:
        made = makings_of(asked.goods, asked.since, asked.until, asked.logs)
        return as_file(makings_table(made), kind, _file_name(asked, _("Transformations")))
    found = weigh(asked, every=kind in KINDS)
    name = called((key for key, _unit in found.accounts), asked.desk.language)
    if kind in KINDS:
        table = Table(_("Mass balance"), columns_of(found))
        return as_file(table, kind, _file_name(asked, table.name), rows_of(found, asked, name))
    made = makings_of(found.goods, asked.since, asked.until, asked.logs)
    sums = equations(found.sums, asked.address)
    if kind == "pdf":
        return _as_pdf(paper_of(asked, sums, found, name, makings_table(made), _about(asked)), asked)
    context = {
        "equations": sums,
        "table": by_goods(found, asked, name, SHOWN),
        "of_many": found.total,
        "makings": makings_table(made, SHOWN) if made else None,
        "exports": _exports(asked),
    }
    return _shown(request, asked, context)


def _of_work(request: HttpRequest, asked: Asked, work: WorkOrder) -> HttpResponse:
    """What was put in for an order and what came out."""
    kind = request.GET.get("as", "")
    made = makings_of_work(key16(work.uri), asked.logs)
    if request.GET.get("makings") and kind in KINDS:
        return as_file(makings_table(made), kind, _file_name(asked, _("Transformations")))
    keys = {item for one in made for sums in (one.put_in, one.made, one.lost) for item, _unit in sums}
    items = by_item(made, called(keys, asked.desk.language))
    if kind in KINDS:
        return as_file(items, kind, _file_name(asked, _("Mass balance")))
    if kind == "pdf":
        return _as_pdf(paper_of_work(asked, _about(asked), items, makings_table(made), work_yield(made)), asked)
    context = {
        "table": items,
        "yields": work_yield(made),
        "makings": makings_table(made, SHOWN) if made else None,
        "exports": _exports(asked),
        "back": f"{reverse('desk:work_order')}?{urlencode({'number': work.number})}",
    }
    return _shown(request, asked, context)


def _behind(request: HttpRequest, asked: Asked, term: Term, code: str) -> HttpResponse:
    """The events that a figure is the sum of."""
    kind, language = request.GET.get("as", ""), asked.desk.language
    of = _key(request.GET.get("of", ""))
    found = behind(asked, term, code, of, MOST_EVENTS if kind in KINDS else SHOWN)
    table = events(found, language)
    if kind in KINDS:
        return as_file(table, kind, _file_name(asked, table.name))
    more = {"term": term, "unit": code, "of": request.GET.get("of", "")}
    context = {
        "table": table,
        "figure": Quantity(unscaled(found.sum), code),
        "of": called([of], language)(of) if of else None,
        "exports": [(word, asked.address.url(**more, **{"as": one})) for word, one in FILES[:2]],
        "back": asked.address.url(),
    }
    return _shown(request, asked, context)


def _key(text: str) -> bytes | None:
    """The goods that a figure is of; None: all of them."""
    try:
        return key16(uri_of_id(text)) if text else None
    except Refused:
        return None


FILES = (("CSV", "csv"), ("Excel", "xlsx"), ("PDF", "pdf"))


def _exports(asked: Asked) -> list[tuple[str, str]]:
    return [(word, asked.address.url(**{"as": one})) for word, one in FILES]


def _shown(request: HttpRequest, asked: Asked, context: Mapping[str, object]) -> HttpResponse:
    frame = {
        "tabs": tabs_of(asked.desk, "balance"),
        "asked": asked,
        "about": _about(asked),
        "things": _things(asked),
        "problems_found": asked.problems,
        "meanings": [_(one) for one in MEANINGS],
        "url": asked.address.url(),
    }
    return page(request, asked.desk, "desk/massbalance/page.html", frame | dict(context))


def _things(asked: Asked) -> list[Thing]:
    names = Names([one.uri for one in asked.subjects], asked.desk.language)
    return [names.thing(one.uri, one.kind) for one in asked.subjects]


def _about(asked: Asked) -> str:
    """What it is of, in words."""
    if asked.work is not None:
        return f"{_('Work order')} {asked.work.number}"
    things = [str(thing) for thing in _things(asked)]
    if not things:
        return _("All goods")
    return ", ".join(things[:3]) + (f" … ({len(things)})" if len(things) > 3 else "")


def _file_name(asked: Asked, word: str) -> str:
    address = asked.address
    return " ".join(str(part) for part in (word, _about(asked)[:60], address.since or "", address.until) if part)


def _as_pdf(paper: Paper, asked: Asked) -> HttpResponse:
    response = HttpResponse(paper_pdf([paper]), content_type="application/pdf")
    response.headers["Content-Disposition"] = file_header(_file_name(asked, _("Mass balance")), "pdf")
    return response
