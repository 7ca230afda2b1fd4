"""What a command may not do though a fact may have done it: take what is not there, or what is not free."""

from collections.abc import Sequence

from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import decimal_text, unscaled
from suyuan.stock.book import (
    AGGREGATING,
    BLOCKING,
    GUARDED_STEPS,
    INBOUND,
    MOVING,
    NEVER,
    NOTHING,
    OUTBOUND,
    Book,
    Key,
    Posting,
    elsewhere,
)
from suyuan.stock.facts import PENDING, REJECTED, UNEXPLAINED, Fact, Goods
from suyuan.stock.states import State, is_expired

FROM_NOWHERE = "stock.from_nowhere"


def refusals(book: Book, fact: Fact) -> list[Problem]:
    """What a command may not do and a fact may have done: take what is not there, or what is not free."""
    if not fact.ours:
        return []
    taken = _taken(book, fact)
    problems = [p for goods, keys in taken for p in _short(book, fact, goods, keys)]
    makes = fact.type == "TransformationEvent" and not (fact.identity_preserving or fact.reworks)
    leaves = fact.step in GUARDED_STEPS or makes
    if leaves and fact.disposition not in {"returned", "disposed"}:
        problems += [p for goods, keys in taken for p in _unfree(book, fact, goods, keys)]
        # What is in a tank has run together: who draws of one lot draws of all.
        tanks = [goods for goods in fact.goods if goods.role == "input" and goods.bulk and book.tracks(goods.subject)]
        ran = [p for goods in tanks for p in _unfree(book, fact, goods, [])]
        problems += [problem for problem in ran if problem not in problems]
    return problems


def from_nowhere(book: Book, fact: Fact, posted: Sequence[Posting]) -> list[Problem]:
    """What a command would have to bring out of nothing, if nothing has been said of it yet: goods in a container that
    is gone, for one. More than was under way may arrive all the same, since it stands there.
    """
    if fact.step in INBOUND:
        return []
    lacking = {p.subject for p in posted if p.counterpart == UNEXPLAINED and p.first + p.second > 0}
    named = {book.names.get(subject, subject.hex()) for subject in lacking} - {p.field for p in book.problems}
    return [Problem(FROM_NOWHERE, name, {"goods": name}) for name in sorted(named)]


def _taken(book: Book, fact: Fact) -> list[tuple[Goods, list[Key]]]:
    """For each of the goods that an event takes out of somewhere: the balances it may come from."""
    taking: list[Goods] = []
    if fact.type == "TransformationEvent":
        taking = [goods for goods in fact.goods if goods.role == "input" and not goods.bulk]
    elif fact.type in AGGREGATING and fact.action == "ADD":
        taking = [goods for goods in fact.goods if goods.role == "child"]
    elif fact.type not in AGGREGATING and (fact.action == "DELETE" or fact.step in OUTBOUND | MOVING):
        taking = [goods for goods in fact.goods if goods.role == "epc"]
    holder = fact.place if fact.step in MOVING else None
    parent = next((goods.subject for goods in fact.goods if goods.role == "parent"), None)
    found = []
    for goods in taking:
        if not book.tracks(goods.subject):
            continue  # of a late event, what another book answers for
        keys = [key for key in elsewhere(book, fact, goods, parent or holder or b"") if not book.under_way(key)]
        keys = [key for key in keys if not book.built_in(key)]  # a part is taken out first
        if fact.type == "TransformationEvent" or fact.action == "DELETE":
            keys = [key for key in keys if fact.origin is None or key.holder == fact.origin]
        found.append((goods, keys))
    return found


def _short(book: Book, fact: Fact, goods: Goods, keys: list[Key]) -> list[Problem]:
    amount = book.amount(goods)
    if amount is None:
        return []
    name = book.names.get(goods.subject, goods.subject.hex())
    if goods.instance:
        gone = not keys or keys[0].log != fact.log or book.under_way(book.root(keys[0]))
        known = goods.subject in book.subjects and book.subjects[goods.subject].last != NEVER
        if gone and (known or fact.type not in AGGREGATING) and not (goods.container and not keys):
            return [Problem("stock.not_here", name, {"goods": name})]
        return []
    _parts, missing = book.take(goods.subject, amount, keys)
    if missing == NOTHING:
        return []
    unit_code = book.subjects[goods.subject].unit if missing[0] else book.subjects[goods.subject].second_unit
    want, lack = (amount[0], missing[0]) if missing[0] else (amount[1], missing[1])
    shown = {
        "goods": name,
        "wanted": decimal_text(unscaled(want)),
        "there": decimal_text(unscaled(want - lack)),
        "unit": unit_code,
    }
    return [Problem("stock.short", name, shown)]


def _unfree(book: Book, fact: Fact, goods: Goods, keys: list[Key]) -> list[Problem]:
    """Goods that are pending, rejected, held, recalled or expired, in whatever container."""
    problems = []
    contained = book.inside(goods.subject) if book.holds(goods.subject) else []
    checked = [(goods.subject, book.take(goods.subject, book.amount(goods), keys)[0])]
    around = {goods.subject, *contained}
    checked += [
        (child, [(key, NOTHING) for key in book.rows(child, lambda key: key.holder in around)]) for child in contained
    ]
    for subject, parts in checked:
        held = book.subjects[subject]
        name = book.names.get(subject, subject.hex())
        states = {key.status for key, _ in parts} & {PENDING, REJECTED}
        states |= {BLOCKING[disposition] for disposition in _all_blocks(book, subject)}
        if is_expired(held.expiry, fact.day):
            states.add(State.EXPIRED)
        problems += [Problem(f"stock.{state}", name, {"goods": name}) for state in sorted(states)]
    return problems


def _all_blocks(book: Book, subject: bytes) -> list[str]:
    held = book.subjects[subject]
    above = [book.subjects[key] for key in (held.lot, held.item) if key is not None and key in book.subjects]
    return [disposition for one in (held, *above) for disposition in one.blocks.values()]
