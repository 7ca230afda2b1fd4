"""The tabs of the page of a thing: which there are, and each one's content, worked out when it is opened."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.catalog.directory import directory
from suyuan.desk.access import Desk
from suyuan.desk.affected import WIDER_WORDS, affected_panel, where_panel
from suyuan.desk.cards import Filter, Panel, Tab
from suyuan.desk.consequences import exported
from suyuan.desk.events import Happened, about, at_place, goods_named, signed
from suyuan.desk.listings import (
    events_table,
    found_table,
    goods_table,
    lying_table,
    parties_table,
    stock_table,
)
from suyuan.desk.naming import Names
from suyuan.desk.near import members_of
from suyuan.desk.proofs import proofs_of
from suyuan.desk.receiving_papers import STEPS as PAPERED
from suyuan.desk.receiving_papers import papers_table
from suyuan.gs1.problems import N_
from suyuan.ledger.keys import key16
from suyuan.stock import queries as stock
from suyuan.stock.queries import Placed
from suyuan.trace.answer import Found, Trace, trace
from suyuan.trace.resolve import Candidate, resolve
from suyuan.ui.tables import Table
from suyuan.ui.things import Thing, thing_of, thing_url

SHOWN = 50  # rows on a page; each costs 0.2 ms of the server, and nobody reads further without the export
EVENTS_OF_PAPER = 200
TRACED = frozenset({"lot", "serial", "container"})
HERE = frozenset({"place", "container"})
PROOF = "proof"
MOST_OF_FILE = 10**6  # rows
NEVER = 10**7  # a day after all expiry dates


def subject_of(uri: str) -> Candidate:
    """The thing a canonical URI names, whether anything was ever recorded of it or not."""
    known = resolve(uri)
    return known[0] if known and known[0].uri == uri else Candidate(uri, thing_of(uri).kind)


def family(subject: Candidate) -> list[bytes]:
    """An item or partner with those that were merged with it: an answer about either speaks of both."""
    return [key16(uri) for uri in directory().family(subject.uri)]


def everything(subject: Candidate, desk: Desk, wanted: Filter) -> Iterator[Table]:
    """All that an answer found, as `wanted`, some rows at a time."""
    return exported(_traced(subject, desk), wanted, desk.language)


def closed(uri: str, id_: str, title: str) -> Tab:
    """A tab that is fetched when it is opened."""
    return Tab(id_, title, url=f"{reverse('desk:panel')}?{thing_url(uri).partition('?')[2]}&tab={id_}")


def goods_tabs(subject: Candidate, answer: Trace, happened: Sequence[Happened], *, later: bool) -> tuple[Tab, ...]:
    """The tabs of goods; those of the trace where it has something for them, or may have when it is known."""
    kinds = {
        "content": subject.kind == "container" and bool(stock.stock_in([subject.key])),
        "events": bool(happened),
        "papers": any(event.step in PAPERED for event in happened),
        "all": later or bool(answer.backward or answer.forward or answer.parties),
        "where": later or bool(answer.stock or answer.parties),
        "parties": later or bool(answer.parties),
        "stock": later or bool(answer.stock),
        "backward": later or bool(answer.backward),
        "forward": later or bool(answer.forward),
        PROOF: bool(happened),
    }
    words = {id_: title for id_, (title, _rows) in GOODS_PANELS.items()} | WIDER_WORDS
    return tuple(closed(subject.uri, id_, _(words[id_])) for id_, there in kinds.items() if there)


def panel_of(
    subject: Candidate, id_: str, desk: Desk, most: int | None = None, wanted: Filter | None = None
) -> Panel | None:
    """One tab with the first `most` rows of its table, narrowed as `wanted` where it can be; None where things of this
    kind have no such tab.
    """
    if subject.kind in TRACED and id_ in WIDER:
        thing = Names([subject.uri], desk.language).thing(subject.uri, subject.kind)
        return WIDER[id_](_traced(subject, desk), thing, desk, most or MOST_OF_FILE, wanted or Filter())
    title, table = _panels(subject.kind).get(id_, ("", None))
    if table is None:
        return None
    thing = Names([subject.uri], desk.language).thing(subject.uri, subject.kind)
    if id_ != PROOF:
        return Panel(thing, id_, _(title), table(subject, desk, most))
    proofs, checkpoints = proofs_of(_events(subject))
    return Panel(thing, id_, _(title), None, proofs, checkpoints)


def title_of(panels: Mapping[str, tuple[str, "Rows"]], id_: str) -> str:
    """The title of a tab in the reader's language."""
    title, _rows = panels[id_]
    return _(title)


def _panels(kind: str) -> dict[str, tuple[str, "Rows"]]:
    if kind in TRACED:
        return GOODS_PANELS
    return {"item": ITEM_PANELS, "place": PLACE_PANELS, "document": PAPER_PANELS}.get(kind, PARTY_PANELS)


def _events(subject: Candidate) -> list[Happened]:
    if subject.kind in TRACED:
        return about([subject.key, *members_of(subject)])
    return about(family(subject), most=EVENTS_OF_PAPER)


# -- tables -----------------------------------------------------------------------------------------------------------

Rows = Callable[[Candidate, Desk, int | None], Table]


def stock_uris(rows: Iterable[Placed]) -> set[str]:
    """What a table of stock names."""
    return {uri for row in rows for uri in (row.uri, row.place, row.container or "")}


def _content(subject: Candidate, desk: Desk, most: int | None) -> Table:
    rows = stock.content([subject.key])
    shown = stock.placed(rows[:most], desk.today.toordinal())
    return stock_table(shown, Names(stock_uris(shown), desk.language), subject.uri, "content", total=len(rows))


def events_of(subject: Candidate, desk: Desk, most: int | None, happened: Sequence[Happened] | None = None) -> Table:
    """Its latest events, `happened` where they are known already."""
    found = _events(subject) if happened is None else happened
    return _events_table(found, subject, desk, most)


def _passed(subject: Candidate, desk: Desk, most: int | None) -> Table:
    return _events_table(at_place(subject.key), subject, desk, most)


def _events_table(happened: Sequence[Happened], subject: Candidate, desk: Desk, most: int | None) -> Table:
    shown = signed(happened[:most])
    uris = stock.uris_of({event.place for event in shown if event.place})
    names = Names({*uris.values(), *(event.partner for event in shown)}, desk.language)
    return events_table(shown, uris, names, subject.uri, total=len(happened))


def _traced(subject: Candidate, desk: Desk) -> Trace:
    return trace(subject.uri, [subject], now=desk.now)


def _papers(subject: Candidate, desk: Desk, most: int | None) -> Table:
    return papers_table(_events(subject), subject.uri, most)


def _parties(subject: Candidate, desk: Desk, most: int | None) -> Table:
    answer = _traced(subject, desk)
    shares = sorted(answer.parties, key=lambda entry: (entry[0].role, -entry[0].quantity))
    uris = {uri for share, _unit in shares[:most] for uri in (share.party, *_some(share.ids, answer))}
    return parties_table(shares[:most], answer, Names(uris, desk.language), subject.uri, total=len(shares))


def _some(keys: Iterable[bytes], answer: Trace) -> list[str]:
    return [answer.uris[key] for key in keys if key in answer.uris]


def _lying(subject: Candidate, desk: Desk, most: int | None) -> Table:
    lying = _traced(subject, desk).stock
    uris = {uri for one in lying[:most] for uri in (one.uri, one.place, one.container or "")}
    return lying_table(lying[:most], Names(uris, desk.language), subject.uri, total=len(lying))


def _backward(subject: Candidate, desk: Desk, most: int | None) -> Table:
    return _found(_traced(subject, desk).backward, subject, desk, most, "backward")


def _forward(subject: Candidate, desk: Desk, most: int | None) -> Table:
    return _found(_traced(subject, desk).forward, subject, desk, most, "forward")


def _found(found: Sequence[Found], subject: Candidate, desk: Desk, most: int | None, name: str) -> Table:
    names = Names({one.uri for one in found[:most]}, desk.language)
    return found_table(found[:most], names, subject.uri, name, total=len(found))


def _item_stock(subject: Candidate, desk: Desk, most: int | None) -> Table:
    return by_lot(stock.placed(stock.stock_of_items(family(subject)), desk.today.toordinal()), subject, desk, most)


def by_lot(rows: Iterable[Placed], subject: Candidate, desk: Desk, most: int | None) -> Table:
    """What of these rows is here, first to expire first."""
    here = sorted((row for row in rows if row.kind in HERE), key=lambda row: (row.expiry or NEVER, row.uri))
    names = Names(stock_uris(here[:most]), desk.language)
    return stock_table(here[:most], names, subject.uri, total=len(here))


def lying_at(subject: Candidate, desk: Desk, most: int | None) -> Table:
    """What lies in a place."""
    rows = stock.stock_in([subject.key])
    shown = stock.placed(rows[:most], desk.today.toordinal())
    return stock_table(shown, Names(stock_uris(shown), desk.language), subject.uri, total=len(rows))


def _named(subject: Candidate, desk: Desk, most: int | None) -> Table:
    return named_goods(_events(subject), subject, desk, most)


def named_goods(happened: Sequence[Happened], subject: Candidate, desk: Desk, most: int | None) -> Table:
    """The goods of the events that name a paper or a partner."""
    goods = goods_named(happened)
    names = Names({uri for uri, *_rest in goods[:most]}, desk.language)
    return goods_table(goods[:most], names, subject.uri, total=len(goods))


Wider = Callable[[Trace, Thing, Desk, int, Filter], Panel]
WIDER: dict[str, Wider] = {"all": affected_panel, "where": where_panel}
GOODS_PANELS: dict[str, tuple[str, Rows]] = {
    "content": (N_("Content"), _content),
    "events": (N_("Events"), events_of),
    "papers": (N_("Documents"), _papers),
    "parties": (N_("Partners"), _parties),
    "stock": (N_("Stock in both directions"), _lying),
    "backward": (N_("Backward"), _backward),
    "forward": (N_("Forward"), _forward),
    PROOF: (N_("Proof"), events_of),
}
ITEM_PANELS: dict[str, tuple[str, Rows]] = {"stock": (N_("Stock by lot, first to expire first"), _item_stock)}
PLACE_PANELS: dict[str, tuple[str, Rows]] = {
    "stock": (N_("What lies here"), lying_at),
    "events": (N_("Came and went"), _passed),
}
PARTY_PANELS: dict[str, tuple[str, Rows]] = {"goods": (N_("Goods"), _named), "events": (N_("Events"), events_of)}
PAPER_PANELS: dict[str, tuple[str, Rows]] = {**PARTY_PANELS, PROOF: (N_("Proof"), events_of)}
