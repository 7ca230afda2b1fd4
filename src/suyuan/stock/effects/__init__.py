"""What each kind of event does to the book. `_effect` is the wiring; the effects stand by what they do."""

from collections.abc import Callable

from suyuan.stock.book import AGGREGATING, ARRIVAL_NOTED, COUNTING, INBOUND, OUTBOUND, Book
from suyuan.stock.effects.handing import delivered, receive, ship, unship
from suyuan.stock.effects.judging import count, inspect, mark, write_off
from suyuan.stock.effects.making import create, end, sample, transform
from suyuan.stock.effects.moving import relocate
from suyuan.stock.effects.packing import aggregate, pack_elsewhere
from suyuan.stock.facts import Fact
from suyuan.stock.guards import from_nowhere, refusals

Effect = Callable[[Book, Fact], None]


def apply(book: Book, fact: Fact, *, guarded: bool = False) -> None:
    """Post one event. With `guarded`, what may not be is noted in the book's `problems`; the caller then keeps
    nothing.
    """
    book.begin(fact)
    for goods in fact.goods:
        if book.tracks(goods.subject):
            book.introduce(fact, goods)
    before = len(book.postings)
    if guarded:
        book.problems += refusals(book, fact)
    _effect(fact)(book, fact)
    write_off(book, fact, book.postings[before:])
    if guarded:
        book.problems += from_nowhere(book, fact, book.postings[before:])
    mark(book, fact)
    for goods in fact.goods:
        if book.tracks(goods.subject):
            book.subjects[goods.subject].last = max(book.subjects[goods.subject].last, fact.order)


def _effect(fact: Fact) -> Effect:
    """The wiring: which effect an event has, in one place (the mapping of warehouse operations to events)."""
    if not fact.ours:
        if fact.type in AGGREGATING and fact.action in {"ADD", "DELETE"}:
            return pack_elsewhere
        return delivered if fact.step in INBOUND | ARRIVAL_NOTED else _nothing
    if fact.type == "TransformationEvent":
        return transform
    if fact.type in AGGREGATING:
        return aggregate
    if fact.action == "ADD":
        return create
    if fact.action == "DELETE":
        return end
    if fact.step in INBOUND:
        return receive
    if fact.step in OUTBOUND:
        return ship
    if fact.step == "void_shipping":
        return unship
    if fact.step == "accepting" and fact.place is None:
        return delivered
    if fact.step in COUNTING:
        return count
    if fact.step == "inspecting":
        return inspect
    if fact.step == "sampling":
        return sample
    return relocate


def _nothing(book: Book, fact: Fact) -> None:
    """An event elsewhere, or one that moves nothing."""
