"""What each kind of event does to the book. One function an effect; `_effect` is the wiring."""

from collections.abc import Callable
from dataclasses import dataclass

from suyuan.ledger.keys import PARTNERS
from suyuan.stock.book import (
    AGGREGATING,
    ARRIVAL_NOTED,
    BLOCKING,
    COUNTING,
    DELIVERY,
    INBOUND,
    MOVING,
    NOTHING,
    ONE,
    OUTBOUND,
    STATUS_ORDER,
    Book,
    Key,
    Subject,
    allowed,
    at_hand,
    elsewhere,
)
from suyuan.stock.facts import (
    CONSUMED,
    CONTAINER,
    EXTERNAL,
    MADE,
    NO_RECEIPT,
    OWN,
    PENDING,
    REJECTED,
    RELEASED,
    RETIRED,
    SAMPLE,
    SCRAP,
    TRANSFERRED,
    UNEXPLAINED,
    VARIANCE,
    Amount,
    Fact,
    Goods,
)
from suyuan.stock.guards import refusals

Effect = Callable[[Book, Fact], None]


def apply(book: Book, fact: Fact, *, guarded: bool = False) -> None:
    """Post one event. With `guarded`, what may not be is noted in the book's `problems`; the caller then keeps
    nothing.
    """
    book.begin(fact)
    for goods in fact.goods:
        if book.tracks(goods.subject):
            book.introduce(fact, goods)
    if guarded:
        book.problems += refusals(book, fact)
    _effect(fact)(book, fact)
    _mark(book, fact)
    for goods in fact.goods:
        if book.tracks(goods.subject):
            book.subjects[goods.subject].last = max(book.subjects[goods.subject].last, fact.order)


def _effect(fact: Fact) -> Effect:
    """The wiring: which effect an event has, in one place (the mapping of warehouse operations to events)."""
    if not fact.ours:
        if fact.type in AGGREGATING and fact.action in {"ADD", "DELETE"}:
            return _pack_elsewhere
        return _delivered if fact.step in INBOUND | ARRIVAL_NOTED else _nothing
    if fact.type == "TransformationEvent":
        return _transform
    if fact.type in AGGREGATING:
        return _aggregate
    if fact.action == "ADD":
        return _create
    if fact.action == "DELETE":
        return _end
    if fact.step in INBOUND:
        return _receive
    if fact.step in OUTBOUND:
        return _ship
    if fact.step == "void_shipping":
        return _unship
    if fact.step == "accepting" and fact.place is None:
        return _delivered
    if fact.step in COUNTING:
        return _count
    if fact.step == "inspecting":
        return _inspect
    if fact.step == "sampling":
        return _sample
    return _relocate


def _nothing(book: Book, fact: Fact) -> None:
    """An event elsewhere, or one that moves nothing."""


def _mine(book: Book, fact: Fact) -> list[Goods]:
    return [goods for goods in fact.goods if book.tracks(goods.subject)]


def _target(fact: Fact, goods: Goods, holder: bytes, like: Key | None = None) -> Key:
    """Where goods land: as they were, unless the event says otherwise."""
    status = CONTAINER if goods.container else fact.status or (like.status if like else PENDING)
    receipt = NO_RECEIPT if goods.container else fact.receipt or (like.receipt if like else fact.record)
    owner = fact.owner or (like.owner if like else OWN)
    return Key(fact.log, holder, owner, receipt, status)


def _bring(book: Book, fact: Fact, goods: Goods, holder: bytes, amount: Amount, counterpart: bytes) -> None:
    """Goods appear in a holder out of a boundless one."""
    if amount != NOTHING:
        book.post(fact, goods.subject, _target(fact, goods, holder), amount, counterpart)


def _here(fact: Fact) -> bytes | None:
    return fact.place or fact.read


def _put(book: Book, fact: Fact, goods: Goods, holder: bytes, *, seen: bool) -> None:
    """Goods are now in `holder`. With `seen` what already lies there counts first: an observation moves only the
    rest.
    """
    amount = book.amount(goods)
    if goods.instance:
        known = book.where(goods.subject)
        # Seen where the container stands that it is in: it is in there still.
        if not (seen and known is not None and book.root(known).holder == holder):
            _place_instance(book, fact, goods, holder)
        return
    sources = elsewhere(book, fact, goods, holder)
    if amount is None:
        if not seen:
            for key, part in book.take(goods.subject, None, sources)[0]:
                book.shift(fact, goods.subject, key, _target(fact, goods, holder, key), part)
        return
    wanted = _less(amount, _lying(book, fact, goods.subject, holder)) if seen else amount
    parts, missing = book.take(goods.subject, wanted, sources) if wanted != NOTHING else ([], NOTHING)
    if missing != NOTHING and not seen and fact.origin is None:
        missing = _less(missing, _lying(book, fact, goods.subject, holder))
    for key, part in parts:
        book.shift(fact, goods.subject, key, _target(fact, goods, holder, key), part)
    _bring(book, fact, goods, holder, missing, UNEXPLAINED)


def _lying(book: Book, fact: Fact, subject: bytes, holder: bytes) -> Amount:
    """How much lies in a holder already."""
    rows = [r for k, r in book.subjects[subject].rows.items() if k.holder == holder and k.log == fact.log]
    return (sum(row.first for row in rows), sum(row.second for row in rows)) if rows else NOTHING


def _less(amount: Amount, other: Amount) -> Amount:
    return (max(amount[0] - other[0], 0), max(amount[1] - other[1], 0))


def _place_instance(book: Book, fact: Fact, goods: Goods, holder: bytes, counterpart: bytes = UNEXPLAINED) -> None:
    """There is one of it: wherever it was, it is in `holder` now; across logs its old row is closed and a new one
    opened.
    """
    if _swallows(book, goods, holder):
        return
    old = book.where(goods.subject)
    if old is None:
        _bring(book, fact, goods, holder, (ONE, 0), counterpart)
        return
    new = _target(fact, goods, holder, old)
    if old.log == fact.log:
        book.shift(fact, goods.subject, old, new, (ONE, 0))
        return
    _cross(book, fact, goods.subject, old, new, (ONE, 0))
    if goods.container and fact.step not in INBOUND:
        _cross_content(book, fact, goods.subject)


def _swallows(book: Book, goods: Goods, holder: bytes) -> bool:
    """Nothing can be put into what is inside it: such an event stands, and moves nothing."""
    return goods.container and (holder == goods.subject or holder in book.inside(goods.subject))


def _cross(book: Book, fact: Fact, subject: bytes, old: Key, new: Key, amount: Amount) -> None:
    """From one log to another: the shard key of a row never changes, so the sender's row closes and the receiver's is
    new.
    """
    book.post(fact, subject, old, (-amount[0], -amount[1]), TRANSFERRED)
    book.post(fact, subject, new, amount, TRANSFERRED)


def _relocate(book: Book, fact: Fact) -> None:
    """OBSERVE in a place of ours: a move for the steps that move, an observation for the others."""
    moves = fact.step in MOVING
    holder = fact.place or (fact.read if fact.step in {"storing", "stocking"} else None)
    if holder is None:
        return
    listed = {goods.subject for goods in fact.goods}
    for goods in _mine(book, fact):
        if goods.role == "child" or _rides(book, goods, listed):
            continue
        _put(book, fact, goods, holder, seen=not moves)


def _rides(book: Book, goods: Goods, listed: set[bytes]) -> bool:
    """A serial named beside the container it is in: it stays in it."""
    where = book.where(goods.subject) if goods.instance else None
    return where is not None and where.holder in listed


def _create(book: Book, fact: Fact) -> None:
    """ADD: goods or identities come into being here."""
    holder = _here(fact)
    if holder is None:
        return
    for goods in _mine(book, fact):
        if goods.instance:
            _place_instance(book, fact, goods, holder, MADE)
        else:
            _bring(book, fact, goods, holder, book.amount(goods) or NOTHING, MADE)


_ENDS = {
    "destroying": SCRAP,
    "decommissioning": RETIRED,
    "sampling": SAMPLE,
    "dispensing": CONSUMED,
    "retail_selling": EXTERNAL,
}


def _end(book: Book, fact: Fact) -> None:
    """DELETE: goods cease to be. Destroying a container destroys what is in it; retiring one leaves it where the
    container stood.
    """
    outside = _ENDS.get(fact.step, RETIRED)
    for goods in _mine(book, fact):
        if goods.container:
            _empty(book, fact, goods.subject, outside if outside != RETIRED else None)
        _drain(book, fact, goods, outside)


def _drain(book: Book, fact: Fact, goods: Goods, outside: bytes) -> list[str]:
    """Take goods out of stock to a boundless holder; what is missing there is unexplained. The states of what was
    taken.
    """
    if goods.instance:
        old = book.where(goods.subject)
        if old is not None:
            book.shift(fact, goods.subject, old, None, (ONE, 0), outside)
        return [old.status] if old is not None else []
    amount = book.amount(goods)
    here = _here(fact)
    keys = at_hand(book, fact, goods.subject)
    if fact.origin is not None:
        keys = [key for key in keys if key.holder == fact.origin]
    tanks = {goods.subject for goods in fact.goods if goods.bulk and goods.role == "input"}
    # Out of the tank that is named, else from here, loose before packed; what is destroyed is first what was rejected.
    worst = -1 if outside == SCRAP else 0
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
        key = _target(fact, goods, holder)
        book.post(fact, goods.subject, key, missing, UNEXPLAINED)
        book.post(fact, goods.subject, key, (-missing[0], -missing[1]), outside)
    return [key.status for key, _part in parts]


def _empty(book: Book, fact: Fact, container: bytes, outside: bytes | None) -> None:
    """Everything directly in a container leaves it: to a boundless holder, or to where the container stands."""
    stands = book.where(container)
    holder = fact.place or (stands.holder if stands else None) or fact.read
    for child in sorted(book.contents.get(container, ())):
        if not book.tracks(child):
            continue
        held = book.subjects[child]
        if outside is not None and held.container:
            _empty(book, fact, child, outside)
        for key in book.rows(child, lambda key: key.holder == container):
            row = held.rows[key]
            target = None if outside is not None or holder is None else key._replace(holder=holder)
            book.shift(fact, child, key, target, (row.first, row.second), outside or UNEXPLAINED)


def _receive(book: Book, fact: Fact) -> None:
    """Goods come in: out of our own goods under way where there are such, else from the sender."""
    holder = _here(fact)
    if holder is None:
        return
    listed = {goods.subject for goods in fact.goods}
    for goods in _mine(book, fact):
        if goods.instance:
            if not _rides(book, goods, listed):
                _receive_instance(book, fact, goods, holder)
            _cross_content(book, fact, goods.subject)
        else:
            _receive_class(book, fact, goods, holder)


def _receive_instance(book: Book, fact: Fact, goods: Goods, holder: bytes) -> None:
    old = book.where(goods.subject)
    if old is None or old.owner == OWN:
        _place_instance(book, fact, goods, holder, fact.sender or EXTERNAL)
        return
    book.post(fact, goods.subject, old, (-ONE, 0), holder)
    _bring(book, fact, goods, holder, (ONE, 0), old.holder)


def _receive_class(book: Book, fact: Fact, goods: Goods, holder: bytes) -> None:
    amount = book.amount(goods)
    if amount is None:
        return
    outside = fact.sender is not None and fact.sender_log is None
    parts, missing = book.take(goods.subject, amount, _under_way(book, fact, goods))
    for key, part in parts:
        if outside:
            book.shift(fact, goods.subject, key, None, part, holder)
            _bring(book, fact, goods, holder, part, key.holder)
        elif key.log == fact.log:
            book.shift(fact, goods.subject, key, key._replace(holder=holder), part)
        else:
            _cross(book, fact, goods.subject, key, key._replace(log=fact.log, holder=holder), part)
    _bring(book, fact, goods, holder, missing, UNEXPLAINED if fact.sender_log is not None else fact.sender or EXTERNAL)


def _under_way(book: Book, fact: Fact, goods: Goods) -> list[Key]:
    """Balances a receipt can close: what a customer has or refused, or what a warehouse of ours sent and is still
    under way.
    """
    if fact.sender is not None and fact.sender_log is None:
        held = book.subjects[goods.subject].rows
        found = {key: _returnable(book, fact, key, held[key].kind) for key in book.rows(goods.subject, _any)}
        ranks = {key: rank for key, rank in found.items() if rank is not None}
        return sorted(ranks, key=lambda key: (ranks[key], key.holder not in fact.ways))
    log = fact.sender_log if fact.sender_log != fact.log else None
    # Goods that we keep for another travel as his: they are known by their despatch advice.
    coming = book.rows(
        goods.subject,
        lambda key: book.under_way(key) and log in (None, key.log) and (key.owner == OWN or key.holder == fact.transit),
    )
    return sorted(coming, key=lambda key: key.holder != fact.transit)


def _any(_key: Key) -> bool:
    return True


def _returnable(book: Book, fact: Fact, key: Key, kind: str) -> int | None:
    """How soon a balance is looked to when a customer sends goods back: what he refused at the door, what he has, what
    he has in one of our containers, what is still on its way to him. None: it is not his to send.
    """
    if kind == DELIVERY and key.owner == OWN and fact.disposition == "returned":
        return 0
    if key.holder == fact.sender:
        return 1
    root = book.root(key) if book.packed(key) else key
    if book.packed(key) and (root.holder == fact.sender or (book.under_way(root) and root.owner == fact.sender)):
        return 2
    return 3 if book.under_way(key) and key.owner == fact.sender else None


def _cross_content(book: Book, fact: Fact, container: bytes) -> None:
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
                _cross(book, fact, child, key, Key(fact.log, key.holder, fact.owner or OWN, receipt, status), amount)
            elif key.log != fact.log:
                _cross(book, fact, child, key, key._replace(log=fact.log), amount)
            elif returned and key.status == RELEASED:
                book.shift(fact, child, key, key._replace(status=PENDING), amount)


def _pack_elsewhere(book: Book, fact: Fact) -> None:
    """A partner packs or unpacks: no stock of ours, but known, so that what is in a pallet comes in with the pallet."""
    parent = next((goods.subject for goods in fact.goods if goods.role == "parent"), None)
    children = [goods for goods in fact.goods if goods.role == "child"]
    if parent is None:
        return
    if fact.action == "DELETE" and not children:
        for child in sorted(book.contents.get(parent, ())):
            if book.tracks(child):
                _leave(book, fact, child, parent, None)
    for goods in children:
        if not book.tracks(goods.subject):
            continue
        if fact.action == "DELETE":
            _leave(book, fact, goods.subject, parent, book.amount(goods))
            continue
        if _swallows(book, goods, parent):
            continue
        old = book.where(goods.subject) if goods.instance else None
        if old is not None:
            book.shift(fact, goods.subject, old, None, (ONE, 0), parent)
        _bring(book, fact, goods, parent, book.amount(goods) or NOTHING, EXTERNAL)


def _leave(book: Book, fact: Fact, subject: bytes, container: bytes, amount: Amount | None) -> None:
    """Goods leave a container at a partner's: what we shipped becomes his like the container; the rest is not ours."""
    for key, part in book.take(subject, amount, book.rows(subject, lambda key: key.holder == container))[0]:
        root = book.root(key)
        shipped = root != key and root.log != PARTNERS
        target = key._replace(holder=root.holder, owner=root.owner) if shipped else None
        book.shift(fact, subject, key, target, part, EXTERNAL)


def _ship(book: Book, fact: Fact) -> None:
    """Goods leave: into the transit holder of the shipment, owned by the recipient unless he is one of ours."""
    holder = fact.transit or EXTERNAL
    listed = {goods.subject for goods in fact.goods}
    for goods in _mine(book, fact):
        if goods.role == "child" or _rides(book, goods, listed):
            continue
        owner = fact.recipient if fact.recipient is not None and fact.recipient_log is None else None
        if goods.instance:
            old = book.where(goods.subject)
            new = _target(fact, goods, holder, old)
            new = new._replace(owner=owner or new.owner)
            if old is None:
                book.post(fact, goods.subject, new, (ONE, 0), UNEXPLAINED)
            elif old.log == fact.log:
                book.shift(fact, goods.subject, old, new, (ONE, 0))
            else:
                _cross(book, fact, goods.subject, old, new, (ONE, 0))
            continue
        amount = book.amount(goods)
        keys = [key for key in elsewhere(book, fact, goods, holder) if not book.under_way(key)]
        parts, missing = book.take(goods.subject, amount, keys)
        for key, part in parts:
            book.shift(fact, goods.subject, key, key._replace(holder=holder, owner=owner or key.owner), part)
        if missing != NOTHING and amount is not None:
            new = _target(fact, goods, holder)
            book.post(fact, goods.subject, new._replace(owner=owner or new.owner), missing, UNEXPLAINED)


def _unship(book: Book, fact: Fact) -> None:
    """A shipment is voided: the goods are back where the event says, ours again."""
    holder = _here(fact)
    if holder is None:
        return
    for goods in _mine(book, fact):
        gone = book.rows(goods.subject, lambda key: key.log == fact.log and book.under_way(key))
        # The shipment that the event names, if it names one.
        gone = [key for key in gone if key.holder == fact.transit] or gone
        parts, _missing = book.take(goods.subject, book.amount(goods), gone)
        for key, part in parts:
            book.shift(fact, goods.subject, key, key._replace(holder=holder, owner=fact.owner or OWN), part)


def _delivered(book: Book, fact: Fact) -> None:
    """The recipient signs: goods under way to him are his. What he refuses stays under way and is ours again."""
    refused = fact.disposition == "returned"
    for goods in _mine(book, fact):
        gone = book.under_way_of(goods.subject)
        gone = [key for key in gone if _destined(fact, key)]
        if refused:
            gone += book.rows(goods.subject, lambda key: book.packed(key) and _way_of(book, fact, key) is not None)
        gone.sort(key=lambda key: (_way_of(book, fact, key) or key.holder) not in fact.ways)
        for key, part in book.take(goods.subject, book.amount(goods), gone)[0]:
            holder = (_way_of(book, fact, key) or key.holder) if refused else fact.recipient or fact.sender or key.owner
            book.shift(fact, goods.subject, key, key._replace(holder=holder, owner=OWN if refused else key.owner), part)


def _destined(fact: Fact, key: Key) -> bool:
    """Whether goods under way go to whoever signs."""
    signer = fact.recipient or fact.sender
    return key.owner == signer if signer is not None else key.owner != OWN


def _way_of(book: Book, fact: Fact, key: Key) -> bytes | None:
    """For goods in a container that is under way to whoever signs, or that he has signed for: the holder under way."""
    if not book.packed(key):
        return None
    outermost = key.holder
    while (around := book.where(outermost)) is not None and book.packed(around) and around.holder != key.holder:
        outermost = around.holder
    if around is None:
        return None
    if book.under_way(around):
        return around.holder if _destined(fact, around) else None
    if around.holder not in (fact.recipient, fact.sender):
        return None
    ways = [
        (row.since, k) for k, row in book.subjects[outermost].rows.items() if book.under_way(k) and _destined(fact, k)
    ]
    return max(ways)[1].holder if ways else None


def _aggregate(book: Book, fact: Fact) -> None:
    """Pack, unpack, or see a container with its content; then what the step says of the container itself."""
    parent = next((goods for goods in fact.goods if goods.role == "parent"), None)
    children = [goods for goods in _mine(book, fact) if goods.role == "child"]
    if parent is None:
        return
    if fact.action == "DELETE":
        _unpack(book, fact, parent, children)
        return
    if book.tracks(parent.subject):
        _stand(book, fact, parent)
    for goods in children:
        _put(book, fact, goods, parent.subject, seen=fact.action == "OBSERVE")
    if fact.step in OUTBOUND:
        _ship(book, fact)
    elif fact.step in INBOUND:
        _cross_content(book, fact, parent.subject)


def _stand(book: Book, fact: Fact, parent: Goods) -> None:
    """The container is where the event says; one never seen stands at the read point. In another one that stands there
    it stays.
    """
    if fact.step in OUTBOUND:
        return
    known = book.where(parent.subject)
    holder = fact.place or (fact.read if known is None else None)
    if holder is None or (known is not None and book.root(known).holder == holder):
        return
    _place_instance(book, fact, parent, holder, fact.sender or EXTERNAL if fact.step in INBOUND else MADE)


def _unpack(book: Book, fact: Fact, parent: Goods, children: list[Goods]) -> None:
    stands = book.where(parent.subject)
    if not any(goods.role == "child" for goods in fact.goods):
        _empty(book, fact, parent.subject, None)
        return
    holder = fact.place or (stands.holder if stands else None) or fact.read
    for goods in children:
        amount = book.amount(goods)
        inside = book.rows(goods.subject, lambda key: key.holder == parent.subject)
        parts, missing = book.take(goods.subject, amount, inside)
        for key, part in parts:
            target = key._replace(holder=holder) if holder is not None else None
            book.shift(fact, goods.subject, key, target, part, UNEXPLAINED)
        if goods.instance and not parts and holder is not None and book.where(goods.subject) is None:
            _bring(book, fact, goods, holder, (ONE, 0), UNEXPLAINED)
        elif not goods.instance and missing != NOTHING and amount is not None and holder is not None:
            _bring(book, fact, goods, holder, missing, UNEXPLAINED)


def _transform(book: Book, fact: Fact) -> None:
    """Inputs are consumed, outputs come into being; where goods only change their label, status, blocks and expiry go
    with them.
    """
    inputs = [goods for goods in fact.goods if goods.role == "input" and not goods.bulk]
    states: list[str] = []
    for goods in inputs:
        if book.tracks(goods.subject):
            if goods.container:
                _empty(book, fact, goods.subject, CONSUMED)
            states += _drain(book, fact, goods, CONSUMED)
    inherited = _heritage(book, inputs, states) if fact.identity_preserving else None
    holder = _here(fact)
    for goods in fact.goods:
        if goods.role != "output" or holder is None or not book.tracks(goods.subject):
            continue
        if inherited is not None:
            _inherit(book.subjects[goods.subject], inherited)
        target = _target(fact, goods, holder)
        if inherited is not None and inherited.status and not goods.container:
            target = target._replace(status=inherited.status)
        amount = (ONE, 0) if goods.instance else book.amount(goods) or NOTHING
        if amount != NOTHING and not (goods.instance and book.where(goods.subject)):
            book.post(fact, goods.subject, target, amount, MADE)


@dataclass(slots=True)
class _Heritage:
    status: str
    expiry: int | None
    blocks: dict[bytes, str]


def _heritage(book: Book, inputs: list[Goods], states: list[str]) -> _Heritage:
    """`states` are those of the goods that were taken."""
    known = [book.subjects[goods.subject] for goods in inputs if goods.subject in book.subjects]
    strictest = max(states, key=lambda status: STATUS_ORDER.get(status, -1), default="")
    expiries = [subject.expiry for subject in known if subject.expiry is not None]
    blocks = {block: disposition for subject in known for block, disposition in subject.blocks.items()}
    return _Heritage("" if strictest == CONTAINER else strictest, min(expiries, default=None), blocks)


def _inherit(subject: Subject, heritage: _Heritage) -> None:
    expiries = [day for day in (subject.expiry, heritage.expiry) if day is not None]
    subject.expiry = min(expiries, default=None)
    subject.blocks |= heritage.blocks


def _count(book: Book, fact: Fact) -> None:
    """A count says how much there is in a place, absolutely; the difference to the book is posted to variance."""
    holder = _here(fact)
    if holder is None:
        return
    for goods in _mine(book, fact):
        amount = book.amount(goods)
        if amount is None:
            continue
        if goods.instance:
            _place_instance(book, fact, goods, holder, VARIANCE)
            continue
        keys = book.rows(goods.subject, lambda key: key.log == fact.log and key.holder == holder and allowed(fact, key))
        parts, over = book.take(goods.subject, amount, keys)
        kept = dict(parts)
        for key in keys:
            row = book.subjects[goods.subject].rows[key]
            keep = kept.get(key, NOTHING)
            # A count in one unit says nothing of the other.
            less = (row.first - keep[0] if amount[0] or not amount[1] else 0, row.second - keep[1] if amount[1] else 0)
            book.shift(fact, goods.subject, key, None, less, VARIANCE)
        if over != NOTHING:
            like = keys[-1] if keys else None
            book.post(fact, goods.subject, like or _target(fact, goods, holder), over, VARIANCE)


def _inspect(book: Book, fact: Fact) -> None:
    """Pass or fail: goods move from one status to another; seen elsewhere than the book says, they move there first."""
    passed = fact.disposition == "conformant"
    failed = fact.disposition == "non_conformant"
    _relocate(book, fact)
    lifts = bool(fact.unblocks) and not fact.pardons
    if lifts or not (passed or failed):
        return  # lifting a block frees nothing else
    judged = {PENDING, REJECTED} if fact.pardons else {PENDING} if passed else {PENDING, RELEASED}
    status = RELEASED if passed else REJECTED
    for goods in _mine(book, fact):
        if goods.container:
            _judge_content(book, fact, goods.subject, judged, status)
            continue
        keys = [key for key in at_hand(book, fact, goods.subject) if key.status in judged]
        here = _here(fact)
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


def _sample(book: Book, fact: Fact) -> None:
    """A sample is taken: it leaves stock for the sample holder."""
    for goods in _mine(book, fact):
        _drain(book, fact, goods, SAMPLE)


def _mark(book: Book, fact: Fact) -> None:
    """Blocks are stacked; lifting one frees nothing else (domain.md, Stock)."""
    for goods in _mine(book, fact):
        subject = book.subjects[goods.subject]
        for disposition in fact.blocks:
            if disposition in BLOCKING:
                subject.blocks[fact.block or fact.record] = disposition
        for disposition in fact.unblocks:
            for block in [b for b, d in subject.blocks.items() if d == disposition and fact.block in (None, b)]:
                del subject.blocks[block]
