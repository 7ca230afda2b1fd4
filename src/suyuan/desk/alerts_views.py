"""Alerts as pages, mails and files show them: what, where, since when, who until when, and what to do about it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from suyuan.accounts.models import Role, Team
from suyuan.accounts.rules import Actor, in_language
from suyuan.catalog.directory import directory
from suyuan.catalog.registers.categories import CERTIFICATES
from suyuan.delivery.kinds import STEPS
from suyuan.desk.counting import names_of
from suyuan.desk.naming import Names
from suyuan.gs1.problems import N_
from suyuan.insight.commands import may_act
from suyuan.insight.kinds import COMPANY, KINDS, SEVERITIES, Kind, State
from suyuan.insight.models import Alert
from suyuan.insight.world import rules
from suyuan.ledger.keys import key16, moment
from suyuan.stock.queries import placed, stock_of
from suyuan.ui.formats import grouped_number
from suyuan.ui.states import strictest_first
from suyuan.ui.things import Thing, thing_url
from suyuan.ui.units import unit_name

PLACES = 2  # shown in a row
PAPERS = ("order_late", "order_unkept", "receipt_difference")  # kinds about orders and notices
CUSTODY = frozenset({"place", "container"})
GOODS = frozenset({"expired", "near_expiry", "ageing", "pending_long", "held_long", "unexplained"})
Facts = Mapping[str, Any]  # Any: JSON of the kind's own shape


@dataclass(frozen=True, slots=True)
class Deed:
    """What can be done about an alert: a word and the page where it is done."""

    word: str
    url: str
    icon: str


@dataclass(frozen=True, slots=True)
class AlertView:
    """An alert in the reader's language. `places`: where the goods lie, `more` of them besides."""

    alert: Alert
    kind: Kind
    what: Thing | None
    says: str
    places: Sequence[Thing]
    more: int
    states: tuple[str, ...]
    owner: str
    overdue: bool
    deeds: Sequence[Deed]
    may_act: bool
    snoozed_by: str
    closed_by: str

    @property
    def word(self) -> str:
        return _(self.kind.word)

    @property
    def severity(self) -> str:
        return _(SEVERITIES[self.alert.severity])

    @property
    def since(self) -> datetime:
        return moment(self.alert.since)

    @property
    def presses(self) -> bool:
        return self.alert.severity == max(SEVERITIES)

    @property
    def is_done(self) -> bool:
        return self.alert.state == State.DONE

    @property
    def edge(self) -> str:
        return "rejected" if self.presses else self.kind.edge


def facts_of(alert: Alert) -> Facts:
    found: Facts = json.loads(alert.facts)
    return found


def says(kind: Kind, facts: Facts) -> str:
    """The sentence of an alert in the reader's language."""
    return _(kind.says).format_map({**facts, **_spelled(facts)})


def _spelled(facts: Facts) -> dict[str, str]:
    """Facts as people read them: amounts with their unit, papers by name."""
    unit = _(unit_name(facts["unit"])) if facts.get("unit") else ""
    found = {
        name: f"{grouped_number(Decimal(facts[name]))} {unit}".strip()
        for name in ("quantity", "ordered", "limit")
        if name in facts
    }
    if "step" in facts:
        found["step"] = _(STEPS.get(facts["step"], facts["step"]))
    if "paper" in facts:
        found["paper"] = _(CERTIFICATES.get(facts["paper"], facts["paper"]))
    return found


def views_of(alerts: Sequence[Alert], actor: Actor, language: str, today: date) -> list[AlertView]:
    """Alerts with names. A fixed number of statements, whatever their number."""
    lying = places_of(alerts, today)
    uris = {alert.subject for alert in alerts} | {uri for found, _states in lying.values() for uri in found[:PLACES]}
    uris |= {facts_of(alert).get("partner", "") for alert in alerts if alert.kind in PAPERS}
    names = Names(uris, language)
    people = names_of([id for alert in alerts for id in (alert.owner, alert.snoozed_by, alert.closed_by) if id])
    groups = _groups(language)
    return [_view(alert, actor, today, names, people, groups, *lying.get(alert.pk, ((), ()))) for alert in alerts]


def _view(
    alert: Alert,
    actor: Actor,
    today: date,
    names: Names,
    people: Mapping[str, str],
    groups: Mapping[str, str],
    places: Sequence[str],
    states: tuple[str, ...],
) -> AlertView:
    kind, facts = KINDS[alert.kind], facts_of(alert)
    return AlertView(
        alert=alert,
        kind=kind,
        what=what_of(alert, facts, names),
        says=says(kind, facts),
        places=[names.thing(uri) for uri in places[:PLACES]],
        more=max(0, len(places) - PLACES),
        states=states,
        owner=people.get(alert.owner, "") or groups.get(f"team:{alert.team}", alert.team) or groups[alert.kind],
        overdue=alert.due is not None and alert.due < today and alert.state == State.OPEN,
        deeds=deeds_of(alert, facts, actor),
        may_act=may_act(actor, alert.kind, alert.log, alert.owner),
        snoozed_by=people.get(alert.snoozed_by, ""),
        closed_by=people.get(alert.closed_by, ""),
    )


def what_of(alert: Alert, facts: Facts, names: Names) -> Thing | None:
    """What it is about: goods, an item, a partner, or a paper of ours by its number."""
    if alert.kind in PAPERS:
        partner = names.name(facts.get("partner", ""))
        return Thing(alert.subject, "document", str(facts.get("number", "")), partner)
    if alert.kind == "count_overdue":
        return Thing(alert.subject, "plan", str(facts.get("plan", "")), "")
    return names.thing(alert.subject)


def _groups(language: str) -> dict[str, str]:
    """Kind → the role that looks after it, and teams. Three statements."""
    roles = {
        code: in_language(language, zh, en, code)
        for code, zh, en in Role.objects.values_list("code", "name_zh", "name_en")
    }
    teams = {
        f"team:{code}": in_language(language, zh, en, code)
        for code, zh, en in Team.objects.values_list("code", "name_zh", "name_en")
    }
    return {**teams, **{rule.kind: roles.get(rule.role, rule.role) for rule in rules().values()}}


def places_of(alerts: Sequence[Alert], today: date) -> dict[int, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Alert → where its goods lie in its warehouse (most first), and their states. The statements of one page."""
    wanted: dict[tuple[str, bytes], list[int]] = {}
    for alert in alerts:
        if alert.kind in GOODS:
            wanted.setdefault((alert.log, key16(alert.subject)), []).append(alert.pk)
    rows = [
        row
        for row in stock_of({key for _log, key in wanted})
        if row.kind in CUSTODY and (row.log, row.subject) in wanted
    ]
    found: dict[int, dict[str, Decimal]] = {}
    states: dict[int, set[str]] = {}
    for row, shown in zip(rows, placed(rows, today.toordinal()), strict=True):
        for pk in wanted[row.log, row.subject]:
            places = found.setdefault(pk, {})
            places[shown.place] = places.get(shown.place, Decimal(0)) + shown.quantity
            states.setdefault(pk, set()).update(state.value for state in shown.states)
    return {
        pk: (tuple(sorted(places, key=lambda uri: -places[uri])), strictest_first(states[pk]))
        for pk, places in found.items()
    }


# -- what to do -------------------------------------------------------------------------------------------------------

HOLD, RELEASE, ORDER, COUNT = N_("Hold"), N_("Release"), N_("Order"), N_("Count")
MOVE, BY_HAND, EXTEND = N_("Move"), N_("Order by hand"), N_("Extend life")
REPORT, INSPECT, OPEN, LOOK = N_("Report it"), N_("Inspect"), N_("Show it"), N_("Where it lies")


def deeds_of(alert: Alert, facts: Facts, actor: Actor) -> list[Deed]:
    """The pages where something is done about it, with what is known filled in: those that he may open."""
    id_ = thing_url(alert.subject).partition("?")[2]
    thing = (LOOK, thing_url(alert.subject), "map-pin", "")
    move = (MOVE, _url("moving", f"?{urlencode({'do': 'move', 'goods': alert.subject})}"), "arrow-right", "move")
    extend = (EXTEND, _url("extending", f"?{id_}"), "signature", "inspect")
    match alert.kind:
        case "expired":
            wanted = [
                (HOLD, _url("hold", f"?{id_}"), "player-pause", "lot.hold"),
                (REPORT, _url("new_report", f"?{id_}"), "alert-octagon", "inspect"),
                extend,
                move,
            ]
        case "near_expiry":
            wanted = [move, (HOLD, _url("hold", f"?{id_}"), "player-pause", "lot.hold"), extend, thing]
        case "ageing":
            wanted = [move, (HOLD, _url("hold", f"?{id_}"), "player-pause", "lot.hold"), thing]
        case "unexplained":
            wanted = [thing, (COUNT, _url("counting", ""), "clipboard-check", "count:read")]
        case "pending_long":
            wanted = [(INSPECT, _url("inspections", "") or "", "clipboard-check", "inspect")]
        case "held_long":
            wanted = [(RELEASE, _url("release", f"?{id_}"), "lock-open", "lot.release:read")]
        case "low":
            # The proposals are of everything the firm lacks, so they are for who may order for all of it.
            proposals = _url("replenish", "#reorder") if actor.may("po.create", "*") else ""
            wanted = [
                (ORDER, proposals, "file-invoice", "po.create"),
                (BY_HAND if proposals else ORDER, _order_url(alert, facts), "edit", "po.create"),
            ]
        case "high" | "dead":
            wanted = [thing]
        case "count_overdue":
            wanted = [(COUNT, _url("counting", ""), "clipboard-check", "count:read")]
        case "licence":
            query = urlencode({"partner": facts.get("partner", "")})
            wanted = [(OPEN, _url("list", f"?{query}", "certificates"), "certificate", "supplier.approve:read")]
        case "licence_missing":
            query = urlencode({"v.partner": facts.get("partner", ""), "v.kind": facts.get("paper", "")})
            wanted = [(N_("Enter it"), _url("new", f"?{query}", "certificates"), "certificate", "supplier.approve")]
        case "order_late" | "order_unkept" | "receipt_difference":
            wanted = [(OPEN, _paper_url(alert, facts), "file-invoice", "")]
        case "booking_failed" | "delivery_late" | "delivery_stuck" | "delivery_trouble":
            wanted = [(OPEN, _url("consignment", "", facts.get("consignment", "")), "truck", "delivery:read")]
        case "recall_silent" | "recall_unsent" | "recall_overdue" | "recall_undecided":
            wanted = [(OPEN, _url("recall_case", "", facts.get("number", "")), "alert-triangle", "recall.start:read")]
        case "report_overdue":
            wanted = [(OPEN, _url("report", "", facts.get("number", "")), "alert-octagon", "inspect:read")]
        case _:
            wanted = [thing]
    scope = "*" if alert.log == COMPANY else alert.log
    found = [
        Deed(_(word), url, icon)
        for word, url, icon, right in wanted
        if url and (not right or actor.may(right, scope) or (alert.log == COMPANY and actor.scopes(right)))
    ]
    return found or [Deed(_(LOOK), thing_url(alert.subject), "map-pin")]


def _url(name: str, query: str, *arguments: str) -> str:
    """The address of a page; empty where this installation has none."""
    try:
        return reverse(f"desk:{name}", args=arguments) + query
    except NoReverseMatch:
        return ""


def _order_url(alert: Alert, facts: Facts) -> str:
    """A new line for the item, which asks for its order; the wanted quantity filled in."""
    item = directory().items.get(alert.subject)
    query = {"v.item": item.code if item else "", "v.quantity": facts.get("order", "")}
    return _url("new", f"?{urlencode({name: value for name, value in query.items() if value})}", "purchase_lines")


def _paper_url(alert: Alert, facts: Facts) -> str:
    if facts.get("order") == "notice":
        return _url("notice", f"?{urlencode({'key': facts.get('notice', '')})}")
    kind, _colon, key = alert.cause.partition(":")
    return _url("order", f"?{urlencode({'kind': kind, 'key': key})}")
