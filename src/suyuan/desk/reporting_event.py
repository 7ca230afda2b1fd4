"""One event in full: what happened when and where to which goods, between whom, by whom, and its proof."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.cards import Fact
from suyuan.desk.events import Happened, goods_named, signed, told_by
from suyuan.desk.naming import Names
from suyuan.gs1.problems import Problem
from suyuan.ledger.keys import COMPANY, PARTNERS
from suyuan.ledger.models import Body, Record
from suyuan.stock.queries import uris_of
from suyuan.ui.tables import Code, Column, Row, Table
from suyuan.ui.words import step_state, step_word

SEES = "trace.full:read"


@desk_page(SEES, anywhere=True)
def event(request: HttpRequest, desk: Desk, log: str, id: UUID) -> HttpResponse:
    """An event of a log that he may see; of partners whoever sees any warehouse."""
    may = desk.actor.may(SEES, log) or (log == PARTNERS and not desk.actor.partner)
    found = next((one for one in told_by([id.bytes]) if one.log == log), None) if may and log != COMPANY else None
    if found is None:
        return page(request, desk, "desk/refused.html", {"problem": Problem("desk.event_unknown")}, 404)
    stored = Body.objects.filter(log=log, id=id.bytes).values_list("body", flat=True).first()
    body = json.loads(bytes(stored)) if stored is not None else {}
    wrong = Record.objects.filter(log=log, declares=id.bytes).exists()
    return page(request, desk, "desk/reporting/event.html", context_of(signed([found])[0], body, desk, wrong=wrong))


def context_of(found: Happened, body: Mapping[str, Any], desk: Desk, *, wrong: bool) -> dict[str, object]:
    goods = goods_named([found])
    places = uris_of([found.place] if found.place else [])
    names = Names({*(uri for uri, *_rest in goods), *places.values(), found.partner}, desk.language)
    facts = [
        Fact(_("Time"), found.time),
        Fact(_("Place"), names.thing(places[found.place]) if found.place in places else None),
        Fact(_("Partner"), names.thing(found.partner) if found.partner else None),
        Fact(_("By"), found.actor),
        Fact(_("Reason"), str(body.get("suyuan:reason") or "")),
        Fact(_("Log"), found.log),
        Fact(_("Record"), Code(found.key)),
    ]
    columns = (Column(_("Goods"), "thing"), Column(_("Quantity"), "quantity"))
    rows = [Row((names.thing(uri, kind), quantity)) for uri, kind, quantity, _word, _at in goods]
    return {
        "word": _(step_word(found.step, found.disposition, found.type, found.declared)),
        "state": step_state(found.step, found.disposition),
        "wrong": wrong,
        "facts": [fact for fact in facts if fact.value not in ("", None)],
        "table": Table(_("Goods"), columns, rows),
        "papers": [
            (str(one.get("type", "")).rsplit(":", 1)[-1], names.thing(str(one.get("bizTransaction", ""))))
            for one in body.get("bizTransactionList") or []
        ],
        "body": json.dumps(body, ensure_ascii=False, indent=2, sort_keys=True),
        "proof": f"{reverse('desk:proof')}?{urlencode({'log': found.log, 'record': found.key})}",
    }
