"""Goods from one balance to another: what the effects have in common, and those that only move."""

from suyuan.ledger.keys import PARTNERS
from suyuan.stock.book import INBOUND, MOVING, NOTHING, ONE, STATUS_ORDER, Book, Key, at_hand, elsewhere
from suyuan.stock.facts import (
    CONTAINER,
    NO_RECEIPT,
    OWN,
    PENDING,
    RELEASED,
    SCRAP,
    TRANSFERRED,
    UNEXPLAINED,
    Amount,
    Fact,
    Goods,
)


def mine(book: Book, fact: Fact) -> list[Goods]:
    return [goods for goods in fact.goods if book.tracks(goods.subject)]


def landing(fact: Fact, goods: Goods, holder: bytes, like: Key | None = None) -> Key:
    """Where goods land: as they were, unless the event says otherwise."""
    status = CONTAINER if goods.container else fact.status or (like.status if like else PENDING)
    receipt = NO_RECEIPT if goods.container else fact.receipt or (like.receipt if like else fact.record)
    owner = fact.owner or (like.owner if like else OWN)
    return Key(fact.log, holder, owner, receipt, status)


def bring(book: Book, fact: Fact, goods: Goods, holder: bytes, amount: Amount, counterpart: bytes) -> None:
    """Goods appear in a holder out of a boundless one."""
    if amount != NOTHING:
        book.post(fact, goods.subject, landing(fact, goods, holder), amount, counterpart)


def spot(fact: Fact) -> bytes | None:
    return fact.place or fact.read


def put(book: Book, fact: Fact, goods: Goods, holder: bytes, *, seen: bool) -> None:
    """Goods are now in `holder`. With `seen` what already lies there counts first: an observation moves only the
    rest.
    """
    amount = book.amount(goods)
    if goods.instance:
        known = book.where(goods.subject)
        # Seen where the container stands that it is in: it is in there still.
        if not (seen and known is not None and book.root(known).holder == holder):
            place_instance(book, fact, goods, holder)
        return
    sources = elsewhere(book, fact, goods, holder)
    if amount is None:
        if not seen:
            for key, part in book.take(goods.subject, None, sources)[0]:
                book.shift(fact, goods.subject, key, landing(fact, goods, holder, key), part)
        return
    wanted = _less(amount, _lying(book, fact, goods.subject, holder)) if seen else amount
    parts, missing = book.take(goods.subject, wanted, sources) if wanted != NOTHING else ([], NOTHING)
    if missing != NOTHING and not seen and fact.origin is None:
        missing = _less(missing, _lying(book, fact, goods.subject, holder))
    for key, part in parts:
        book.shift(fact, goods.subject, key, landing(fact, goods, holder, key), part)
    bring(book, fact, goods, holder, missing, UNEXPLAINED)


def _lying(book: Book, fact: Fact, subject: bytes, holder: bytes) -> Amount:
    """How much lies in a holder already."""
    rows = [r for k, r in book.subjects[subject].rows.items() if k.holder == holder and k.log == fact.log]
    return (sum(row.first for row in rows), sum(row.second for row in rows)) if rows else NOTHING


def _less(amount: Amount, other: Amount) -> Amount:
    return (max(amount[0] - other[0], 0), max(amount[1] - other[1], 0))


def place_instance(book: Book, fact: Fact, goods: Goods, holder: bytes, counterpart: bytes = UNEXPLAINED) -> None:
    """There is one of it: wherever it was, it is in `holder` now; across logs its old row is closed and a new one
    opened.
    """
    if swallows(book, goods, holder):
        return
    old = book.where(goods.subject)
    if old is None:
        bring(book, fact, goods, holder, (ONE, 0), counterpart)
        return
    new = landing(fact, goods, holder, old)
    if old.log == fact.log:
        book.shift(fact, goods.subject, old, new, (ONE, 0))
        return
    cross(book, fact, goods.subject, old, new, (ONE, 0))
    if goods.container and fact.step not in INBOUND:
        cross_content(book, fact, goods.subject)


def swallows(book: Book, goods: Goods, holder: bytes) -> bool:
    """Nothing can be put into what is inside it: such an event stands, and moves nothing."""
    return goods.container and (holder == goods.subject or holder in book.inside(goods.subject))


def cross(book: Book, fact: Fact, subject: bytes, old: Key, new: Key, amount: Amount) -> None:
    """From one log to another: the shard key of a row never changes, so the sender's row closes and the receiver's is
    new.
    """
    book.post(fact, subject, old, (-amount[0], -amount[1]), TRANSFERRED)
    book.post(fact, subject, new, amount, TRANSFERRED)


def relocate(book: Book, fact: Fact) -> None:
    """OBSERVE in a place of ours: a move for the steps that move, an observation for the others."""
    moves = fact.step in MOVING
    holder = fact.place or (fact.read if fact.step in {"storing", "stocking"} else None)
    if holder is None:
        return
    listed = {goods.subject for goods in fact.goods}
    for goods in mine(book, fact):
        if goods.role == "child" or rides(book, goods, listed):
            continue
        put(book, fact, goods, holder, seen=not moves)


def rides(book: Book, goods: Goods, listed: set[bytes]) -> bool:
    """A serial named beside the container it is in: it stays in it."""
    where = book.where(goods.subject) if goods.instance else None
    return where is not None and where.holder in listed


def empty(book: Book, fact: Fact, container: bytes, outside: bytes | None) -> None:
    """Everything directly in a container leaves it: to a boundless holder, or to where the container stands."""
    stands = book.where(container)
    holder = fact.place or (stands.holder if stands else None) or fact.read
    for child in sorted(book.contents.get(container, ())):
        if not book.tracks(child):
            continue
        held = book.subjects[child]
        if outside is not None and held.instance:
            empty(book, fact, child, outside)
        for key in book.rows(child, lambda key: key.holder == container):
            row = held.rows[key]
            target = None if outside is not None or holder is None else key._replace(holder=holder)
            book.shift(fact, child, key, target, (row.first, row.second), outside or UNEXPLAINED)


def cross_content(book: Book, fact: Fact, container: bytes) -> None:
    """What is in a container that came in comes with it: out of another log, or back from a customer and to be
    inspected anew.
    """
    returned = fact.sender is not None and fact.sender_log is None
    inside = book.inside(container)
    around = {container, *inside}
    for child in inside:
        if not book.tracks(child):
            continue
        held = book.subjects[child]
        for key in book.rows(child, lambda key: key.holder in around):
            row = held.rows[key]
            amount = (row.first, row.second)
            if key.log == PARTNERS:
                status = CONTAINER if held.container else PENDING
                receipt = NO_RECEIPT if held.container else fact.receipt or fact.record
                cross(book, fact, child, key, Key(fact.log, key.holder, fact.owner or OWN, receipt, status), amount)
            elif key.log != fact.log:
                cross(book, fact, child, key, key._replace(log=fact.log), amount)
            elif returned and key.status == RELEASED:
                book.shift(fact, child, key, key._replace(status=PENDING), amount)


def drain(book: Book, fact: Fact, goods: Goods, outside: bytes) -> list[Key]:
    """Take goods out of stock to a boundless holder; what is missing there is unexplained. The balances it was taken
    from.
    """
    if goods.instance:
        old = book.where(goods.subject)
        if old is not None:
            book.shift(fact, goods.subject, old, None, (ONE, 0), outside)
        return [old] if old is not None else []
    amount = book.amount(goods)
    here = spot(fact)
    keys = at_hand(book, fact, goods.subject)
    if fact.origin is not None:
        keys = [key for key in keys if key.holder == fact.origin]
    tanks = {goods.subject for goods in fact.goods if goods.bulk and goods.role == "input"}
    # Out of the tank that is named, else from here, loose before packed; what is destroyed or reworked is first what
    # was rejected.
    worst = -1 if outside == SCRAP or fact.reworks else 0
    keys.sort(
        key=lambda key: (
            key.holder not in tanks,
            key.holder != here,
            book.packed(key),
            worst * STATUS_ORDER.get(key.status, 0),
        )
    )
    parts, missing = book.take(goods.subject, amount, keys)
    for key, part in parts:
        book.shift(fact, goods.subject, key, None, part, outside)
    if missing != NOTHING and amount is not None:
        holder = here or fact.origin or UNEXPLAINED
        key = landing(fact, goods, holder)
        book.post(fact, goods.subject, key, missing, UNEXPLAINED)
        book.post(fact, goods.subject, key, (-missing[0], -missing[1]), outside)
    return [key for key, _part in parts]
