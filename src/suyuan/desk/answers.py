"""What the page of a thing says, from trace, stock and ledger; each kind of thing has the sections that apply."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from msgspec import structs

from suyuan.catalog.directory import directory
from suyuan.desk.access import Desk
from suyuan.desk.actions import actions_of, printing, tracing, weighing
from suyuan.desk.balances import balance_of
from suyuan.desk.breaks import broken
from suyuan.desk.cards import Block, Fact, Flow, Tab, ThingPage
from suyuan.desk.directions import TOP, came_from, first_steps, went_to, where_now
from suyuan.desk.events import Happened, about, how_many, signed, told_by
from suyuan.desk.graphs import Graph
from suyuan.desk.holds import blocks_of
from suyuan.desk.listings import WAY, timeline
from suyuan.desk.naming import Names, item_of
from suyuan.desk.near import is_very_wide, is_wide, members_of, near
from suyuan.desk.panels import (
    EVENTS_OF_PAPER,
    HERE,
    ITEM_PANELS,
    PAPER_PANELS,
    PARTY_PANELS,
    PLACE_PANELS,
    SHOWN,
    TRACED,
    by_lot,
    closed,
    events_of,
    family,
    goods_tabs,
    lying_at,
    named_goods,
    subject_of,
    title_of,
)
from suyuan.desk.pictures import picture
from suyuan.desk.summing import gone_to, named_in_sums, summing
from suyuan.genealogy.edges import OUTPUT
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import COUNT, Quantity, unscaled
from suyuan.stock import queries as stock
from suyuan.stock.book import PARTY
from suyuan.stock.queries import About, Placed, Stock
from suyuan.stock.states import State, is_expired, states_of
from suyuan.trace.answer import Trace, trace
from suyuan.trace.overview import overview
from suyuan.trace.resolve import Candidate
from suyuan.ui.problems import sentence
from suyuan.ui.states import strictest_first
from suyuan.ui.tables import Code
from suyuan.ui.things import thing_of, thing_url

URI = ("http", "urn:")
WHOLE, ALL = "1", "all"
MOST_NAMED = 60  # partners of one role; a page shows fewer


def page_of(uri: str, desk: Desk, *, whole: str = "", opened: Sequence[str] = ()) -> ThingPage:
    """Everything about a thing; of goods that much came of, the whole trace only if `whole` is asked for (WHOLE), and
    of those that very much came of, sums in its place unless `whole` is ALL. `opened`: the piles of its graph that
    stand open.
    """
    subject = subject_of(uri)
    if subject.kind in TRACED:
        return goods_page(subject, desk, whole=whole, opened=opened)
    if subject.kind == "item":
        return item_page(subject, desk)
    if subject.kind == "place":
        return place_page(subject, desk)
    if subject.kind == "document":
        return paper_page(subject, desk)
    return other_page(subject, desk)


# -- lots, serials, containers ----------------------------------------------------------------------------------------


def goods_page(subject: Candidate, desk: Desk, *, whole: str = "", opened: Sequence[str] = ()) -> ThingPage:
    """Where it is, where it came from, where it went."""
    later = not whole and is_wide(subject.key)
    sums = overview([subject], now=desk.now) if whole == WHOLE and is_very_wide(subject.key) else None
    brief, here = later or sums is not None, thing_url(subject.uri)
    answer = near(subject) if brief else trace(subject.uri, [subject], now=desk.now)
    keys = [subject.key, *members_of(subject)]
    lying = stock.stock_of(keys)
    rows = stock.placed(with_parties_together(lying), desk.today.toordinal())
    happened, count = about(keys, most=WAY), how_many(keys)
    known = stock.about(keys).get(subject.key, About(subject.key))
    way = signed([*happened, *_made(answer, subject)])
    uris = stock.uris_of({event.place for event in way if event.place})
    more = [*uris.values(), *(event.partner for event in way), subject.uri, *(named_in_sums(sums) if sums else ())]
    names = Names(_uris(answer, rows, more), desk.language)
    thing = names.thing(subject.uri, subject.kind)
    unit = known.unit or COUNT
    balance = balance_of(keys, lying, rows, unit) if subject.kind == "lot" else None
    came = first_steps(answer.backward, names) if brief else came_from(answer, names)
    if balance and balance.opening:
        came = replace(came, empty=_("It was here as opening stock."))
    states = _states(rows, known, desk)
    return ThingPage(
        thing=thing,
        title=thing.name or _(thing.word),
        actions=actions_of(subject, rows, states, desk),
        states=states,
        facts=(*_facts(subject, answer, known, names, desk), *_making(way[len(happened) :])),
        blocks=tuple(releasable(block, known, desk) for block in blocks_of(known)),
        where=where_now(rows, names),
        came=came,
        went=gone_to(sums, names) if sums else first_steps(answer.forward, names) if later else went_to(answer, names),
        balance=balance,
        graph=None
        if brief
        else picture(answer, partial(Names, language=desk.language), states_of_goods(answer, rows), opened),
        timeline=timeline(way[: len(happened)], uris, names),
        earlier=max(0, count - WAY),
        tabs=goods_tabs(subject, answer, happened, later=brief),
        whole=f"{here}&whole={ALL if sums else WHOLE}" if brief else "",
        summed=summing(sums, names, (f"{here}&csv=parties", f"{here}&csv=stock")) if sums else None,
        gaps=tuple(gap_said(problem, names) for problem in answer.gaps[:TOP]),
        broken=None if brief else broken(answer),
    )


def graph_of(subject: Candidate, desk: Desk, opened: Sequence[str] = ()) -> tuple[Graph | None, str]:
    """The graph of goods alone, and what it is of."""
    answer = trace(subject.uri, [subject], now=desk.now)
    rows = stock.placed(stock.stock_of([subject.key]), desk.today.toordinal())
    thing = Names([subject.uri], desk.language).thing(subject.uri, subject.kind)
    names = partial(Names, language=desk.language)
    return picture(answer, names, states_of_goods(answer, rows), opened), str(thing)


def with_parties_together(rows: Iterable[Stock]) -> list[Stock]:
    """What partners have of each subject as one row for each quality: the page names them by what they were given."""
    kept: list[Stock] = []
    given: dict[tuple[bytes, str, str], Stock] = {}
    sums: dict[tuple[bytes, str, str], int] = defaultdict(int)
    for row in rows:
        if row.kind == PARTY:
            key = (row.subject, row.log, row.status)
            given.setdefault(key, row)
            sums[key] += row.quantity
        else:
            kept.append(row)
    return [*kept, *(structs.replace(row, quantity=sums[key]) for key, row in given.items())]


def releasable(block: Block, known: About, desk: Desk) -> Block:
    """The hold with the way to lift it, if it is one of its own and the person may."""
    mine = block.id in {key.hex() for key in known.blocks} and block.state == "held"
    if not mine or not desk.actor.may("lot.release", desk.warehouse):
        return block
    return replace(block, release=f"{reverse('desk:release')}?block={block.id}")


def _uris(answer: Trace, rows: Iterable[Placed], *more: Iterable[str]) -> set[str]:
    """Every URI that the columns of the page may name; the graph asks for the names of its cards itself."""
    found = {uri for uris in more for uri in uris} | names_in(answer)
    for row in rows:
        found |= {row.uri, row.place, row.container or ""} if row.kind in HERE else set()
    return found - {""}


def names_in(answer: Trace) -> set[str]:
    """What the columns and the first gaps of an answer may name."""
    found = {goods.uri for goods in (*answer.backward, *answer.forward) if goods.depth == 1}
    found |= {uri for problem in answer.gaps[:TOP] for uri in named_in(problem)}
    return found | set(_named_parties(answer))


def _named_parties(answer: Trace) -> Iterable[str]:
    """Those of each role that have the most, who may stand in a column or in the picture."""
    left = dict.fromkeys((share.role for share, _unit in answer.parties), MOST_NAMED)
    for share, _unit in sorted(answer.parties, key=lambda entry: -entry[0].quantity):
        left[share.role] -= 1
        if left[share.role] >= 0:
            yield share.party


def _states(rows: Sequence[Placed], known: About, desk: Desk) -> tuple[str, ...]:
    """The states in which something of it is; released beside in stock, since both are asked for."""
    found = {state.value for row in rows for state in row.states}
    found |= {"released" for row in rows if row.status == "released" and State.IN_STOCK in row.states}
    if not rows and known.blocks:
        found |= {state.value for state in states_of("-", known.blocks.values(), None, desk.today.toordinal(), "place")}
        found.discard("in_stock")
    if not rows and is_expired(known.expiry, desk.today.toordinal()):
        found.add(State.EXPIRED.value)
    return strictest_first(found)


def states_of_goods(answer: Trace, rows: Iterable[Placed]) -> dict[str, str]:
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


def _made(answer: Trace, subject: Candidate) -> list[Happened]:
    """The latest event that made it."""
    return told_by(edge.record for edge in answer.edges if edge.kind == OUTPUT and edge.child == subject.key)[:1]


def _making(made: Iterable[Happened]) -> Iterable[Fact]:
    """Shift, line and responsible person of the event that made it."""
    for event in made:
        shown = ((_("Shift"), event.shift), (_("Line"), event.line), (_("Responsible"), event.actor))
        yield from (Fact(label, value) for label, value in shown if value)


def days_left(days: int) -> str:
    if days < 0:
        return ngettext("expired {days} day ago", "expired {days} days ago", -days).format(days=-days)
    return ngettext("{days} day", "{days} days", days).format(days=days)


def named_in(problem: Problem) -> list[str]:
    """The URIs that a gap names; a reader knows them by name and number."""
    return [word for value in problem.params.values() for word in value.split(", ") if word.startswith(URI)]


def gap_said(problem: Problem, names: Names) -> str:
    said = sentence(problem)
    for uri in sorted(named_in(problem), key=len, reverse=True):  # one may begin like another
        said = said.replace(uri, str(names.thing(uri)))
    return said


# -- items, places, papers and partners -------------------------------------------------------------------------------


def item_page(subject: Candidate, desk: Desk) -> ThingPage:
    """An item: what there is of it, lot by lot."""
    rows = stock.placed(stock.stock_of_items(family(subject)), desk.today.toordinal())
    names = Names(directory().family(subject.uri), desk.language)
    thing = names.thing(subject.uri)
    where = where_now([structs.replace(row, place="", container=None) for row in rows], names)
    return ThingPage(
        thing=thing,
        title=thing.name or thing.code,
        actions=(tracing(subject), *printing(subject, desk), weighing(subject)),
        states=strictest_first({state.value for row in rows if row.kind in HERE for state in row.states}),
        facts=(*((Fact("GTIN", Code(thing.code)),) if thing.code.isdigit() else ()), *merged_facts(subject, names)),
        where=Flow(where.figures, (), 0, "stock", where.empty),
        tabs=(Tab("stock", title_of(ITEM_PANELS, "stock"), by_lot(rows, subject, desk, SHOWN)),),
    )


def merged_facts(subject: Candidate, names: Names) -> Iterable[Fact]:
    """What goes on in its place, or what it goes on for."""
    kept, *merged = directory().family(subject.uri)
    if kept != subject.uri:
        yield Fact(_("Merged into"), names.thing(kept))
    else:
        yield from (Fact(_("Goes on for"), names.thing(uri)) for uri in merged)


def place_page(subject: Candidate, desk: Desk) -> ThingPage:
    """A place: what lies there, and what came and went."""
    thing = Names([subject.uri], desk.language).thing(subject.uri, "place")
    return ThingPage(
        thing=thing,
        title=thing.name or thing.code,
        actions=(tracing(subject),),
        tabs=(
            Tab("stock", title_of(PLACE_PANELS, "stock"), lying_at(subject, desk, SHOWN)),
            closed(subject.uri, "events", title_of(PLACE_PANELS, "events")),
        ),
    )


def other_page(subject: Candidate, desk: Desk) -> ThingPage:
    """A partner or another party: the goods of the events that name it, and these events."""
    names = Names(directory().family(subject.uri), desk.language)
    thing = names.thing(subject.uri, subject.kind)
    happened = about(family(subject), most=EVENTS_OF_PAPER)
    goods = named_goods(happened, subject, desk, SHOWN)
    events = closed(subject.uri, "events", title_of(PARTY_PANELS, "events"))
    tabs = (
        [Tab("goods", title_of(PARTY_PANELS, "goods"), goods), events]
        if goods.rows
        else [replace(events, table=events_of(subject, desk, SHOWN, happened))]
    )
    facts = tuple(merged_facts(subject, names))
    title = thing.name or _(thing.word)
    return ThingPage(thing=thing, title=title, actions=(tracing(subject),), facts=facts, tabs=tuple(tabs))


def paper_page(subject: Candidate, desk: Desk) -> ThingPage:
    """An order or another paper: its way, the goods of the events that name it, these events and their proofs."""
    happened = about([subject.key], most=EVENTS_OF_PAPER)
    way = signed(happened[:WAY])
    uris = stock.uris_of({event.place for event in way if event.place})
    names = Names({subject.uri, *uris.values(), *(event.partner for event in way)}, desk.language)
    thing = names.thing(subject.uri, subject.kind)
    return ThingPage(
        thing=thing,
        title=thing.name or _(thing.word),
        actions=(tracing(subject),),
        timeline=timeline(way, uris, names),
        earlier=max(0, len(happened) - WAY),
        tabs=tuple(closed(subject.uri, id_, _(title)) for id_, (title, _rows) in PAPER_PANELS.items())
        if happened
        else (),
    )
