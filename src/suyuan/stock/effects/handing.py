"""Goods change hands: they come in, leave, are signed for, refused, and come back."""

from itertools import takewhile

from suyuan.stock.book import DELIVERY, NOTHING, ONE, PARTY, STATUS_ORDER, TRANSIT, Book, Key, Posting, elsewhere
from suyuan.stock.effects.moving import bring, cross, cross_content, landing, mine, place_instance, rides, spot
from suyuan.stock.facts import EXTERNAL, OWN, UNEXPLAINED, VARIANCE, Fact, Goods


def receive(book: Book, fact: Fact) -> None:
    """Goods come in: out of our own goods under way where there are such, else from the sender."""
    holder = spot(fact)
    if holder is None:
        return
    listed = {goods.subject for goods in fact.goods}
    for goods in _pieces_first(book, mine(book, fact)):
        if goods.instance:
            if not rides(book, goods, listed):
                _receive_instance(book, fact, goods, holder)
            cross_content(book, fact, goods.subject)
        else:
            _receive_class(book, fact, goods, holder)


def _receive_instance(book: Book, fact: Fact, goods: Goods, holder: bytes) -> None:
    old = book.where(goods.subject)
    # What was handed over comes back as ours, unless the event says otherwise; what never left us stays whose it is.
    if old is None or old.owner == OWN or book.subjects[goods.subject].rows[old].kind not in (DELIVERY, PARTY):
        place_instance(book, fact, goods, holder, fact.sender or EXTERNAL)
        return
    book.post(fact, goods.subject, old, (-ONE, 0), holder)
    bring(book, fact, goods, holder, (ONE, 0), old.holder)


def _receive_class(book: Book, fact: Fact, goods: Goods, holder: bytes) -> None:
    amount = book.amount(goods)
    if amount is None:
        return
    outside = fact.sender is not None and fact.sender_log is None
    keys = _under_way(book, fact, goods)
    source = UNEXPLAINED if fact.sender_log is not None else fact.sender or EXTERNAL
    if goods.subject in book.weighed and (not outside or fact.disposition == "returned"):
        keys, source = _as_weighed(book, fact, goods, keys, source)
    parts, missing = book.take(goods.subject, amount, keys)
    for key, part in parts:
        if outside:
            book.shift(fact, goods.subject, key, None, part, holder)
            bring(book, fact, goods, holder, part, key.holder)
        elif key.log == fact.log:
            book.shift(fact, goods.subject, key, key._replace(holder=holder), part)
        else:
            cross(book, fact, goods.subject, key, key._replace(log=fact.log, holder=holder), part)
    if source == VARIANCE and missing != NOTHING:
        book.post(fact, goods.subject, _beside_pieces(book, fact, goods, holder), missing, VARIANCE)
    else:
        bring(book, fact, goods, holder, missing, source)


def _posted(book: Book, fact: Fact, goods: Goods) -> list[Posting]:
    """What this event did with these goods so far, the latest first."""
    lines = takewhile(lambda posting: posting.record == fact.record, reversed(book.postings))
    return [posting for posting in lines if posting.subject == goods.subject]


def _beside_pieces(book: Book, fact: Fact, goods: Goods, holder: bytes) -> Key:
    """Where the pieces of what comes were laid: what they weigh more goes on with the last of them."""
    counted = book.subjects[goods.subject].counted
    laid = (p for p in _posted(book, fact, goods) if p.holder == holder and (p.first, p.second)[counted] > 0)
    return next((posting.key for posting in laid), landing(fact, goods, holder))


def _as_weighed(book: Book, fact: Fact, goods: Goods, keys: list[Key], source: bytes) -> tuple[list[Key], bytes]:
    """Whose weight it is that comes, and where the rest of it is from. The pieces have come before it: they say which
    shipment it is; where all of them were sent, another scale said less of them then (domain.md, Quantity).
    """
    counted = book.subjects[goods.subject].counted
    pieces = [(p.holder, (p.first, p.second)[counted]) for p in _posted(book, fact, goods)]
    left = {way for way, count in pieces if count < 0}
    if not left:
        return keys, source
    known = sum(count for _way, count in pieces) == 0
    return [key for key in keys if key.holder in left], VARIANCE if known else source


def _pieces_first(book: Book, listed: list[Goods]) -> list[Goods]:
    """What is counted and weighed: the count before the weight."""
    if not book.weighed:
        return listed

    def weighs(goods: Goods) -> bool:
        held = book.subjects[goods.subject]
        amount = book.amount(goods) if goods.subject in book.weighed else None
        return amount is not None and not amount[held.counted]

    return sorted(listed, key=weighs)


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
    return sorted(coming, key=lambda key: (key.holder != fact.transit, fact.owner not in (None, key.owner)))


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
    if fact.disposition != "returned":
        return None  # of a lot that we send back to a supplier more may come from him
    root = book.root(key) if book.packed(key) else key
    if book.packed(key) and (root.holder == fact.sender or (book.under_way(root) and root.owner == fact.sender)):
        return 2
    return 3 if book.under_way(key) and key.owner == fact.sender else None


def ship(book: Book, fact: Fact) -> None:
    """Goods leave: into the transit holder of the shipment, owned by the recipient unless he is one of ours."""
    holder = fact.transit or EXTERNAL
    listed = {goods.subject for goods in fact.goods}
    for goods in mine(book, fact):
        if goods.role == "child" or rides(book, goods, listed):
            continue
        owner = fact.recipient if fact.recipient is not None and fact.recipient_log is None else None
        if goods.instance:
            old = book.where(goods.subject)
            new = landing(fact, goods, holder, old)
            new = new._replace(owner=owner or new.owner)
            if old is None:
                book.post(fact, goods.subject, new, (ONE, 0), UNEXPLAINED)
            elif old.log == fact.log:
                book.shift(fact, goods.subject, old, new, (ONE, 0))
            else:
                cross(book, fact, goods.subject, old, new, (ONE, 0))
                if goods.container:
                    cross_content(book, fact, goods.subject)
            continue
        amount = book.amount(goods)
        keys = [key for key in elsewhere(book, fact, goods, holder) if not book.under_way(key)]
        if fact.disposition == "returned":  # what goes back to a supplier is first what was rejected
            keys.sort(key=lambda key: -STATUS_ORDER.get(key.status, 0))
        parts, missing = book.take(goods.subject, amount, keys)
        for key, part in parts:
            book.shift(fact, goods.subject, key, key._replace(holder=holder, owner=owner or key.owner), part)
        if missing != NOTHING and amount is not None:
            new = landing(fact, goods, holder)
            book.post(fact, goods.subject, new._replace(owner=owner or new.owner), missing, UNEXPLAINED)


def unship(book: Book, fact: Fact) -> None:
    """A shipment is voided: the goods are back where the event says, ours again if they were on their way out of our
    hands.
    """
    holder = spot(fact)
    if holder is None:
        return
    for goods in mine(book, fact):
        gone = book.rows(goods.subject, lambda key: key.log == fact.log and book.under_way(key))
        # The shipment that the event names, if it names one.
        gone = [key for key in gone if key.holder == fact.transit] or gone
        gone.sort(key=lambda key: fact.owner not in (None, key.owner))
        parts, _missing = book.take(goods.subject, book.amount(goods), gone)
        for key, part in parts:
            stays = book.subjects[goods.subject].rows[key].kind == TRANSIT
            owner = fact.owner or (key.owner if stays else OWN)
            book.shift(fact, goods.subject, key, key._replace(holder=holder, owner=owner), part)


def delivered(book: Book, fact: Fact) -> None:
    """The recipient signs: goods under way to him are his. What he refuses stays under way and is ours again."""
    refused = fact.disposition == "returned"
    for goods in mine(book, fact):
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
