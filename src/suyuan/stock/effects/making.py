"""Goods come into being, cease to be, and become other goods."""

from dataclasses import dataclass

from suyuan.stock.book import NOTHING, ONE, STATUS_ORDER, Book, Key, Subject
from suyuan.stock.effects.moving import bring, drain, empty, landing, mine, place_instance, spot
from suyuan.stock.facts import CONSUMED, CONTAINER, EXTERNAL, MADE, OWN, RETIRED, SAMPLE, SCRAP, Fact, Goods


def create(book: Book, fact: Fact) -> None:
    """ADD: goods or identities come into being here."""
    holder = spot(fact)
    if holder is None:
        return
    for goods in mine(book, fact):
        if goods.instance:
            place_instance(book, fact, goods, holder, MADE)
        else:
            bring(book, fact, goods, holder, book.amount(goods) or NOTHING, MADE)


_ENDS = {
    "destroying": SCRAP,
    "decommissioning": RETIRED,
    "sampling": SAMPLE,
    "dispensing": CONSUMED,
    "retail_selling": EXTERNAL,
}


def end(book: Book, fact: Fact) -> None:
    """DELETE: goods cease to be. Destroying a container destroys what is in it; retiring one leaves it where the
    container stood.
    """
    outside = _ENDS.get(fact.step, RETIRED)
    for goods in mine(book, fact):
        if book.holds(goods.subject):
            empty(book, fact, goods.subject, outside if outside != RETIRED else None)
        drain(book, fact, goods, outside)


def transform(book: Book, fact: Fact) -> None:
    """Inputs are consumed, outputs come into being; where goods only change their label, owner, status, blocks and
    expiry go with them.
    """
    inputs = [goods for goods in fact.goods if goods.role == "input" and not goods.bulk]
    taken: list[Key] = []
    for goods in inputs:
        if book.tracks(goods.subject):
            if book.holds(goods.subject):
                empty(book, fact, goods.subject, CONSUMED)
            taken += drain(book, fact, goods, CONSUMED)
    inherited = _heritage(book, inputs, taken) if fact.identity_preserving else None
    holder = spot(fact)
    for goods in fact.goods:
        if goods.role != "output" or holder is None or not book.tracks(goods.subject):
            continue
        if inherited is not None:
            _inherit(book.subjects[goods.subject], inherited)
        target = landing(fact, goods, holder)
        if inherited is not None and inherited.status and not goods.container:
            target = target._replace(status=inherited.status, owner=fact.owner or inherited.owner)
        amount = (ONE, 0) if goods.instance else book.amount(goods) or NOTHING
        if amount != NOTHING and not (goods.instance and book.where(goods.subject)):
            book.post(fact, goods.subject, target, amount, MADE)


@dataclass(slots=True)
class _Heritage:
    status: str
    owner: bytes
    expiry: int | None
    blocks: dict[bytes, str]


def _heritage(book: Book, inputs: list[Goods], taken: list[Key]) -> _Heritage:
    """`taken`: the balances that the goods were taken from; what was of several owners is ours to sort out."""
    known = [book.subjects[goods.subject] for goods in inputs if goods.subject in book.subjects]
    strictest = max((key.status for key in taken), key=lambda status: STATUS_ORDER.get(status, -1), default="")
    owners = {key.owner for key in taken if key.status != CONTAINER}
    expiries = [subject.expiry for subject in known if subject.expiry is not None]
    blocks = {block: disposition for subject in known for block, disposition in subject.blocks.items()}
    owner = owners.pop() if len(owners) == 1 else OWN
    return _Heritage("" if strictest == CONTAINER else strictest, owner, min(expiries, default=None), blocks)


def _inherit(subject: Subject, heritage: _Heritage) -> None:
    expiries = [day for day in (subject.expiry, heritage.expiry) if day is not None]
    subject.expiry = min(expiries, default=None)
    subject.blocks |= heritage.blocks


def sample(book: Book, fact: Fact) -> None:
    """A sample is taken: it leaves stock for the sample holder."""
    for goods in mine(book, fact):
        drain(book, fact, goods, SAMPLE)
