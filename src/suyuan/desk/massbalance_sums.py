"""What a mass balance says, as it is asked for, and which events are behind one of its figures.

Goods that are named have their histories told. Of a whole warehouse, and of an item with thousands of lots, the sums
come from the days that the worker keeps; of such an item some lots are listed on the page, and all of them in a file.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from suyuan.desk.figures_frame import SHOWN
from suyuan.desk.massbalance_asked import Asked
from suyuan.gs1.quantities import unit
from suyuan.insight.balance import Account, Entry, Key, Term, converted, finest_of
from suyuan.insight.balance_asked import balances, of_lots, tell
from suyuan.insight.balance_lots import first_lots, in_parts
from suyuan.insight.balance_whole import Whole, found, latest, plan_of

BEFORE = {Term.OPENING: Term.CLOSING, Term.OPENING_WAY: Term.CLOSING_WAY}  # what lay there is what had been left there
AFTER = {after: before for before, after in BEFORE.items()}
MOST_EVENTS = 20_000  # in a file
MOST_LOOKED_AT = 10 * MOST_EVENTS  # to find them


@dataclass(frozen=True, slots=True)
class Weighed:
    """A balance: the sums of each unit, and those of the goods that are listed, `total` of them in truth (None: these
    are all). `goods`: the lots and serials of which transformations are told.
    """

    sums: Mapping[str, Account]
    accounts: Mapping[Key, Account]
    goods: Mapping[bytes, bytes]
    total: int | None = None


def weigh(asked: Asked, *, every: bool) -> Weighed:
    """`every`: list all lots, however many there are."""
    if not asked.by_days:
        accounts = balances(asked.wanted(asked.goods))
        return Weighed(totals(accounts), accounts, asked.goods)
    whole = asked.everything()
    accounts = found(whole, asked.plan).balances()
    sums = totals(accounts)
    if asked.whole:
        return Weighed(sums, accounts, {})
    if every:
        accounts = {key: one for part in in_parts(asked.wanted(asked.goods)) for key, one in part.items()}
        return Weighed(sums, accounts, asked.goods)
    odd = any(account[Term.UNEXPLAINED] for account in accounts.values())
    goods = of_lots(first_lots(whole, asked.items, SHOWN, odd=odd))
    return Weighed(sums, balances(asked.wanted(goods)), goods, asked.many[1])


def totals(accounts: Mapping[Key, Account]) -> dict[str, Account]:
    """By unit, those with the most goods first."""
    sums: dict[str, Account] = {}
    many: dict[str, int] = {}
    for (_key, code), account in accounts.items():
        sums.setdefault(code, Account()).add(account.terms)
        many[code] = many.get(code, 0) + 1
    return dict(sorted(sums.items(), key=lambda one: (-many[one[0]], one[0])))


# -- the events behind a figure ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Behind:
    """One figure and the events that it is the sum of, each with its share, the latest first: `many` of them in truth.
    `before`: what of it was there before the first of them.
    """

    term: Term
    code: str
    entries: tuple[tuple[Entry, int], ...]
    sum: int
    many: int
    before: int = 0


def behind(asked: Asked, term: Term, code: str, of: bytes | None, most: int) -> Behind:
    """The latest events of a term in a unit, of one of the goods or all; amounts in the unit that is asked for."""
    if asked.whole or (asked.by_days and of is None):
        whole = asked.everything()
        return _behind_days(whole if of is None else replace(whole, items=[of]), term, code, most)
    goods = {subject: key for subject, key in asked.goods.items() if of in (None, key)}
    return _behind_goods(asked, goods, term, code, most)


def _behind_goods(asked: Asked, goods: Mapping[bytes, bytes], term: Term, code: str, most: int) -> Behind:
    wanted = asked.wanted(goods)
    if term in BEFORE:
        wanted = replace(wanted, since=None, until=asked.since or asked.until)
    opening, told = tell(wanted)
    every = list(told)
    finest = finest_of([*opening, *((entry.key, entry.unit) for entry in every)])
    entries = _shares(every, BEFORE.get(term, term), code, finest)
    lay = AFTER.get(term)
    before = sum(
        converted(amounts.get(lay, 0), unit(other).factor / unit(code).factor)
        for (key, other), amounts in opening.items()
        if lay and _is_of(finest, key, other, code)
    )
    entries.sort(key=lambda one: (-one[0].at, one[0].record))
    return Behind(term, code, tuple(entries[:most]), before + sum(share for _, share in entries), len(entries), before)


def _behind_days(whole: Whole, term: Term, code: str, most: int) -> Behind:
    if term in BEFORE:
        whole = replace(whole, since=None, until=whole.since or whole.until)
    read = BEFORE.get(term, term)
    answer = found(whole, plan_of(whole))
    accounts = answer.balances()
    finest = {(key, unit(other).dimension): other for key, other in accounts}
    mine = [account for (_key, other), account in accounts.items() if other == code]
    lay = AFTER.get(term)
    looked_at = {} if most <= SHOWN else {"most": MOST_LOOKED_AT}
    entries = (entry for entry in latest(whole, read, answer, **looked_at))
    shares = (share for entry in entries for share in _shares([entry], read, code, finest))
    return Behind(
        term,
        code,
        tuple(islice(shares, most)),
        sum(account[read] for account in mine),
        sum(many for (key, other), many in answer.events(read).items() if _is_of(finest, key, other, code)),
        sum(account[lay] for account in mine) if lay else 0,
    )


def _shares(
    entries: Iterable[Entry], term: Term, code: str, finest: Mapping[tuple[bytes, str], str]
) -> list[tuple[Entry, int]]:
    return [
        (entry, converted(entry.amounts[term], unit(entry.unit).factor / unit(code).factor))
        for entry in entries
        if term in entry.amounts and _is_of(finest, entry.key, entry.unit, code)
    ]


def _is_of(finest: Mapping[tuple[bytes, str], str], key: bytes, other: str, code: str) -> bool:
    """Is what is measured in a unit put together in the one that is asked for?"""
    return finest.get((key, unit(other).dimension)) == code
