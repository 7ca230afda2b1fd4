"""What is said of goods: how much there is, whether they are good, whether they are blocked."""

from collections.abc import Sequence

from msgspec.structs import replace

from suyuan.stock.book import BLOCKING, NOTHING, Book, Key, Posting, allowed, at_hand
from suyuan.stock.effects.moving import landing, mine, place_instance, relocate, spot
from suyuan.stock.facts import PENDING, REJECTED, RELEASED, VARIANCE, Amount, Fact


def count(book: Book, fact: Fact) -> None:
    """A count says how much there is in a place, or in the container that it names, absolutely, of one owner if it
    names one; the difference to the book is posted to variance.
    """
    holder = fact.origin or spot(fact)
    if holder is None:
        return
    for goods in mine(book, fact):
        amount = book.amount(goods)
        if amount is None:
            continue
        if goods.instance:
            known = book.where(goods.subject) is not None  # whose it is does not change by being seen
            place_instance(book, replace(fact, owner=None) if known else fact, goods, holder, VARIANCE)
            continue
        keys = book.rows(goods.subject, lambda key: key.log == fact.log and key.holder == holder and allowed(fact, key))
        rows = book.subjects[goods.subject].rows
        filled = [key for key in keys if rows[key].first] or keys if amount[1] else keys
        parts, over = book.take(goods.subject, amount, filled)
        kept = dict(parts)
        for key in keys:
            less = _less(book, goods.subject, key, amount, kept.get(key, NOTHING))
            book.shift(fact, goods.subject, key, None, less, VARIANCE)
        if over != NOTHING:
            like = filled[-1] if filled else None
            book.post(fact, goods.subject, like or landing(fact, goods, holder), over, VARIANCE)


def _less(book: Book, subject: bytes, key: Key, counted: Amount, keep: Amount) -> Amount:
    """What a count takes from a balance. In one unit it says nothing of the other, but where nothing is left: then the
    weight that is left of goods that are weighed is variance.
    """
    row = book.subjects[subject].rows[key]
    first = row.first - keep[0] if counted[0] or not counted[1] else 0
    return first, row.second - keep[1] if counted[1] or not keep[0] else 0


def write_off(book: Book, fact: Fact, posted: Sequence[Posting]) -> None:
    """Where the last piece has gone, what is left of the weight is variance (domain.md, Quantity): the scale that
    weighed what went was another than the one that weighed what came.
    """
    weighed = [posting for posting in posted if book.subjects[posting.subject].second_unit]
    less = [p for p in weighed if (p.first, p.second)[book.subjects[p.subject].counted] < 0]
    for subject, key in dict.fromkeys((p.subject, p.key) for p in less):
        held = book.subjects[subject]
        left = (held.rows[key].first, held.rows[key].second)
        if left != NOTHING and not left[held.counted]:
            book.shift(fact, subject, key, None, left, VARIANCE)


def inspect(book: Book, fact: Fact) -> None:
    """Pass or fail: goods move from one status to another; seen elsewhere than the book says, they move there first."""
    passed = fact.disposition == "conformant"
    failed = fact.disposition == "non_conformant"
    relocate(book, fact)
    lifts = bool(fact.unblocks) and not fact.pardons
    if lifts or not (passed or failed):
        return  # lifting a block frees nothing else
    judged = {PENDING, REJECTED} if fact.pardons else {PENDING} if passed else {PENDING, RELEASED}
    status = RELEASED if passed else REJECTED
    for goods in mine(book, fact):
        if goods.container:
            _judge_content(book, fact, goods.subject, judged, status)
            continue
        keys = [key for key in at_hand(book, fact, goods.subject) if key.status in judged]
        here = spot(fact)
        # What is there before what is elsewhere, what waits for a verdict before what has one.
        keys.sort(key=lambda key: (key.holder != here, key.status != PENDING))
        for key, part in book.take(goods.subject, book.amount(goods), keys)[0]:
            book.shift(fact, goods.subject, key, key._replace(status=status), part)


def _judge_content(book: Book, fact: Fact, container: bytes, judged: set[str], status: str) -> None:
    inside = book.inside(container)
    around = {container, *inside}
    for child in inside:
        if not book.tracks(child):
            continue
        for key in book.rows(child, lambda key: key.holder in around and key.log == fact.log and key.status in judged):
            row = book.subjects[child].rows[key]
            book.shift(fact, child, key, key._replace(status=status), (row.first, row.second))


def mark(book: Book, fact: Fact) -> None:
    """Blocks are stacked; lifting one frees nothing else (domain.md, Stock)."""
    for goods in mine(book, fact):
        subject = book.subjects[goods.subject]
        for disposition in fact.blocks:
            if disposition in BLOCKING:
                subject.blocks[fact.block or fact.record] = disposition
        for disposition in fact.unblocks:
            for block in [b for b, d in subject.blocks.items() if d == disposition and fact.block in (None, b)]:
                del subject.blocks[block]
