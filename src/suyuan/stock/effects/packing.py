"""Goods into containers and out of them, here and at a partner's."""

from suyuan.ledger.keys import PARTNERS
from suyuan.stock.book import INBOUND, NOTHING, ONE, OUTBOUND, Book, allowed
from suyuan.stock.effects.handing import ship
from suyuan.stock.effects.moving import bring, cross_content, empty, mine, place_instance, put, swallows
from suyuan.stock.facts import EXTERNAL, MADE, UNEXPLAINED, Amount, Fact, Goods


def pack_elsewhere(book: Book, fact: Fact) -> None:
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
        if swallows(book, goods, parent):
            continue
        old = book.where(goods.subject) if goods.instance else None
        if old is not None:
            book.shift(fact, goods.subject, old, None, (ONE, 0), parent)
        bring(book, fact, goods, parent, book.amount(goods) or NOTHING, EXTERNAL)


def _leave(book: Book, fact: Fact, subject: bytes, container: bytes, amount: Amount | None) -> None:
    """Goods leave a container at a partner's: what we shipped becomes his like the container; the rest is not ours."""
    for key, part in book.take(subject, amount, book.rows(subject, lambda key: key.holder == container))[0]:
        root = book.root(key)
        shipped = root != key and root.log != PARTNERS
        target = key._replace(holder=root.holder, owner=root.owner) if shipped else None
        book.shift(fact, subject, key, target, part, EXTERNAL)


def aggregate(book: Book, fact: Fact) -> None:
    """Pack, unpack, or see a container with its content; then what the step says of the container itself."""
    parent = next((goods for goods in fact.goods if goods.role == "parent"), None)
    children = [goods for goods in mine(book, fact) if goods.role == "child"]
    if parent is None:
        return
    if fact.action == "DELETE":
        _unpack(book, fact, parent, children)
        return
    if book.tracks(parent.subject):
        _stand(book, fact, parent)
    for goods in children:
        put(book, fact, goods, parent.subject, seen=fact.action == "OBSERVE")
    if fact.step in OUTBOUND:
        ship(book, fact)
    elif fact.step in INBOUND:
        _told_anew(book, fact, parent.subject, {goods.subject for goods in children if not goods.instance})
        cross_content(book, fact, parent.subject)


def _told_anew(book: Book, fact: Fact, container: bytes, listed: set[bytes]) -> None:
    """A receipt that says what came in a container has counted it: what a partner had said to be in there of these
    goods comes in no second time.
    """
    around = {container, *book.inside(container)}
    for child in sorted(listed):
        for key in book.rows(child, lambda key: key.log == PARTNERS and key.holder in around):
            row = book.subjects[child].rows[key]
            book.shift(fact, child, key, None, (row.first, row.second), EXTERNAL)


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
    place_instance(book, fact, parent, holder, fact.sender or EXTERNAL if fact.step in INBOUND else MADE)


def _unpack(book: Book, fact: Fact, parent: Goods, children: list[Goods]) -> None:
    stands = book.where(parent.subject)
    if not any(goods.role == "child" for goods in fact.goods):
        empty(book, fact, parent.subject, None)
        return
    holder = fact.place or (stands.holder if stands else None) or fact.read
    for goods in children:
        amount = book.amount(goods)
        inside = book.rows(goods.subject, lambda key: key.holder == parent.subject and allowed(fact, key))
        parts, missing = book.take(goods.subject, amount, inside)
        for key, part in parts:
            status = key.status if goods.container else fact.status or key.status
            target = key._replace(holder=holder, status=status) if holder is not None else None
            book.shift(fact, goods.subject, key, target, part, UNEXPLAINED)
        if goods.instance and not parts and holder is not None and book.where(goods.subject) is None:
            bring(book, fact, goods, holder, (ONE, 0), UNEXPLAINED)
        elif not goods.instance and missing != NOTHING and amount is not None and holder is not None:
            bring(book, fact, goods, holder, missing, UNEXPLAINED)
