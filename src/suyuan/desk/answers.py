"""What the page of a thing says, from trace, stock and ledger; each kind of thing has the sections that apply."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from suyuan.desk.access import Desk
from suyuan.desk.balances import balance_of
from suyuan.desk.cards import Fact, Flow, Tab, ThingPage
from suyuan.desk.directions import TOP, came_from, went_to, where_now
from suyuan.desk.events import Happened, about, at_place, goods_named
from suyuan.desk.holds import blocks_of
from suyuan.desk.listings import (
    WAY,
    events_table,
    found_table,
    goods_table,
    lying_table,
    parties_table,
    stock_table,
    timeline,
)
from suyuan.desk.naming import Names, item_of
from suyuan.desk.pictures import picture
from suyuan.desk.proofs import proofs_of
from suyuan.genealogy.edges import MEMBER, OUTPUT
from suyuan.gs1.quantities import COUNT, Quantity, unscaled
from suyuan.stock import queries as stock
from suyuan.stock.queries import About, Placed
from suyuan.stock.states import State, states_of
from suyuan.trace.answer import Trace, trace
from suyuan.trace.resolve import Candidate, resolve
from suyuan.ui.frame import Link
from suyuan.ui.problems import sentence
from suyuan.ui.states import strictest_first
from suyuan.ui.tables import Code
from suyuan.ui.things import thing_of, thing_url

TRACED = frozenset({"lot", "serial", "container"})


def page_of(uri: str, desk: Desk) -> ThingPage:
    """Everything about the thing a canonical URI names, whether anything was ever recorded of it or not."""
    known = resolve(uri)
    subject = known[0] if known and known[0].uri == uri else Candidate(uri, thing_of(uri).kind)
    if subject.kind in TRACED:
        return goods_page(subject, desk)
    if subject.kind == "item":
        return item_page(subject, desk)
    if subject.kind == "place":
        return place_page(subject, desk)
    return other_page(subject, desk)


# -- lots, serials, containers ----------------------------------------------------------------------------------------


def goods_page(subject: Candidate, desk: Desk) -> ThingPage:
    """Where it is, where it came from, where it went, and the proof."""
    answer = trace(subject.uri, [subject], now=desk.now)
    members = [edge.child for edge in answer.edges if edge.kind == MEMBER and edge.parent == subject.key]
    keys = [subject.key, *members]
    rows = stock.placed(stock.stock_of(keys), desk.today.toordinal())
    happened = about(keys)
    known = stock.about(keys).get(subject.key, About(subject.key))
    inside = stock.placed(stock.content([subject.key]), desk.today.toordinal()) if subject.kind == "container" else []
    blocks = blocks_of(known)
    uris = stock.uris_of({event.place for event in happened if event.place})
    partners = [event.partner for event in happened]
    names = Names(_uris(answer, rows, inside, uris.values(), partners, [subject.uri]), desk.language)
    thing = names.thing(subject.uri, subject.kind)
    proofs, checkpoints = proofs_of(happened)
    unit = known.unit or COUNT
    return ThingPage(
        thing=thing,
        title=thing.name or f"{_(thing.word)} {thing.code}",
        actions=actions(subject, desk),
        states=_states(rows, known, desk),
        facts=(*_facts(subject, answer, known, names, desk), *_making(answer, subject, happened)),
        blocks=blocks,
        where=where_now(rows, names),
        came=came_from(answer, names),
        went=went_to(answer, names),
        balance=balance_of(keys, rows, unit) if subject.kind == "lot" else None,
        graph=picture(answer, names, _states_of_goods(answer, rows)),
        timeline=timeline(happened, uris, names),
        earlier=max(0, len(happened) - WAY),
        tabs=tuple(_goods_tabs(subject, answer, happened, uris, names, inside)),
        proofs=proofs,
        checkpoints=checkpoints,
        gaps=tuple(_gap(problem.code, problem.params, names, sentence(problem)) for problem in answer.gaps[:TOP]),
    )


def actions(subject: Candidate, desk: Desk) -> tuple[Link, ...]:
    """What may be done with it from here."""
    if not desk.actor.may("lot.hold", desk.warehouse):
        return ()
    return (Link(f"{reverse('desk:hold')}?{thing_url(subject.uri).partition('?')[2]}", _("Hold"), "player-pause"),)


def _uris(answer: Trace, rows: Iterable[Placed], inside: Iterable[Placed], *more: Iterable[str]) -> set[str]:
    """Every URI that the page may name."""
    found = {uri for uris in more for uri in uris}
    found |= {goods.uri for goods in (*answer.backward, *answer.forward)} | set(answer.uris.values())
    found |= {share.party for share, _unit in answer.parties}
    for row in (*rows, *inside):
        found |= {row.uri, row.place, row.container or "", row.owner}
    return found - {""}


def _states(rows: Sequence[Placed], known: About, desk: Desk) -> tuple[str, ...]:
    """The states in which something of it is; released beside in stock, since both are asked for."""
    found = {state.value for row in rows for state in row.states}
    found |= {"released" for row in rows if row.status == "released" and State.IN_STOCK in row.states}
    if not rows and known.blocks:
        found |= {state.value for state in states_of("-", known.blocks.values(), None, desk.today.toordinal(), "place")}
        found.discard("in_stock")
    if not rows and known.expiry is not None and known.expiry < desk.today.toordinal():
        found.add("expired")
    return strictest_first(found)


def _states_of_goods(answer: Trace, rows: Iterable[Placed]) -> dict[str, str]:
    """What is still ours, and in which state: the strictest of it."""
    found: dict[str, set[str]] = {}
    for lying in answer.stock:
        found.setdefault(lying.uri, set()).add("transit" if lying.under_way else lying.status)
    for row in rows:
        found.setdefault(row.uri, set()).add(row.state.value)
    return {uri: strictest_first(states)[0] for uri, states in found.items()}


def _facts(subject: Candidate, answer: Trace, known: About, names: Names, desk: Desk) -> Iterable[Fact]:
    item = item_of(subject.uri)
    if item and subject.kind != "item":
        yield Fact(_("Item"), names.thing(item))
    if known.produced is not None:
        yield Fact(_("Produced"), date.fromordinal(known.produced))
    if known.expiry is not None:
        yield Fact(_("Expires"), date.fromordinal(known.expiry))
        yield Fact(_("Remaining life"), days_left(known.expiry - desk.today.toordinal()))
    made = sum(e.quantity or 0 for e in answer.edges if e.kind == OUTPUT and e.child == subject.key)
    if made and subject.kind == "lot":
        yield Fact(_("Quantity made"), Quantity(unscaled(made), known.unit or COUNT))
    for share, unit in answer.parties:
        if share.role == "supplier" and subject.key in share.ids:
            yield Fact(_("Supplier"), names.thing(share.party))
            yield Fact(_("Quantity received"), Quantity(unscaled(share.quantity), unit))
    if known.lot is not None and (lot := answer.uris.get(known.lot)):
        yield Fact(_("Lot"), names.thing(lot))
    if item and thing_of(item).code.isdigit():
        yield Fact("GTIN", Code(thing_of(item).code))


def _making(answer: Trace, subject: Candidate, happened: Sequence[Happened]) -> Iterable[Fact]:
    """Shift, line and responsible person of the event that made it."""
    records = {edge.record for edge in answer.edges if edge.kind == OUTPUT and edge.child == subject.key}
    made = next((event for event in happened if event.id in records), None)
    if made:
        shown = ((_("Shift"), made.shift), (_("Line"), made.line), (_("Responsible"), made.actor))
        yield from (Fact(label, value) for label, value in shown if value)


def days_left(days: int) -> str:
    if days < 0:
        return ngettext("expired {days} day ago", "expired {days} days ago", -days).format(days=-days)
    return ngettext("{days} day", "{days} days", days).format(days=days)


def _gap(code: str, params: Mapping[str, str], names: Names, said: str) -> str:
    """A gap names goods by URI; a reader knows them by name and number."""
    uri = params.get("goods", "")
    return said.replace(uri, str(names.thing(uri))) if uri else said


# -- tabs -------------------------------------------------------------------------------------------------------------


def _goods_tabs(
    subject: Candidate,
    answer: Trace,
    happened: Sequence[Happened],
    uris: Mapping[bytes, str],
    names: Names,
    inside: Sequence[Placed],
) -> Iterable[Tab]:
    here = subject.uri
    if inside:
        yield Tab("content", _("Content"), stock_table(inside, names, here, "content"))
    yield Tab("events", _("Events"), events_table(happened, uris, names, here))
    if answer.parties:
        yield Tab("parties", _("Partners"), parties_table(answer, names, here))
    if answer.stock:
        yield Tab("stock", _("Stock in both directions"), lying_table(answer, names, here))
    if answer.backward:
        yield Tab("backward", _("Backward"), found_table(answer.backward, names, here, "backward"))
    if answer.forward:
        yield Tab("forward", _("Forward"), found_table(answer.forward, names, here, "forward"))


# -- items, places, papers and partners -------------------------------------------------------------------------------


def item_page(subject: Candidate, desk: Desk) -> ThingPage:
    """An item: what there is of it, lot by lot."""
    today = desk.today.toordinal()
    rows = stock.placed(stock.stock_of_items([subject.key]), today)
    here = [row for row in rows if row.kind in ("place", "container")]
    here.sort(key=lambda row: (row.expiry or 2**31, row.uri))
    names = Names({subject.uri, *(u for row in here for u in (row.uri, row.place, row.container or ""))}, desk.language)
    thing = names.thing(subject.uri)
    where = where_now(rows, names)
    return ThingPage(
        thing=thing,
        title=thing.name or thing.code,
        states=strictest_first({state.value for row in here for state in row.states}),
        facts=(Fact("GTIN", Code(thing.code)),) if thing.code.isdigit() else (),
        where=Flow(where.figures, (), 0, "stock", where.empty),
        tabs=(Tab("stock", _("Stock by lot, first to expire first"), stock_table(here, names, subject.uri)),),
    )


def place_page(subject: Candidate, desk: Desk) -> ThingPage:
    """A place: what lies there, and what came and went."""
    rows = stock.placed(stock.stock_in([subject.key]), desk.today.toordinal())
    happened = at_place(subject.key)
    uris = stock.uris_of({event.place for event in happened if event.place})
    wanted = {subject.uri, *uris.values(), *(event.partner for event in happened)}
    wanted |= {*(u for row in rows for u in (row.uri, row.place, row.container or ""))}
    names = Names(wanted, desk.language)
    thing = names.thing(subject.uri, "place")
    return ThingPage(
        thing=thing,
        title=thing.name or thing.code,
        tabs=(
            Tab("stock", _("What lies here"), stock_table(rows, names, subject.uri)),
            Tab("events", _("Came and went"), events_table(happened, uris, names, subject.uri)),
        ),
    )


def other_page(subject: Candidate, desk: Desk) -> ThingPage:
    """A partner, an order or another paper: the events that name it, and the goods of those events."""
    happened = about([subject.key], most=200)
    goods = goods_named(happened)
    uris = stock.uris_of({event.place for event in happened if event.place})
    partners = [event.partner for event in happened]
    names = Names({subject.uri, *uris.values(), *partners, *(uri for uri, *_rest in goods)}, desk.language)
    thing = names.thing(subject.uri, subject.kind)
    proofs, checkpoints = proofs_of(happened)
    tabs = [Tab("events", _("Events"), events_table(happened, uris, names, subject.uri))]
    if goods:
        tabs.insert(0, Tab("goods", _("Goods"), goods_table(goods, names, subject.uri)))
    return ThingPage(
        thing=thing,
        title=thing.name or f"{_(thing.word)} {thing.code}",
        timeline=timeline(happened, uris, names) if subject.kind == "document" else (),
        tabs=tuple(tabs),
        proofs=proofs if subject.kind == "document" else (),
        checkpoints=checkpoints if subject.kind == "document" else (),
    )
