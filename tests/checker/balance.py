"""The mass balance of a world, by what it did itself, against the one that the product reads off its postings.

Of each of the goods, of each item, of everything at once; from the beginning, and between any two steps.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from unittest.mock import patch

from suyuan.desk.balances import balance_of
from suyuan.gs1.quantities import unit
from suyuan.insight import balance_days, balance_whole, dayflows
from suyuan.insight.balance import Account, Key, Term
from suyuan.insight.balance_asked import Wanted, balances, of_items
from suyuan.insight.balance_whole import Whole
from suyuan.insight.models import DayBalance, DayMark
from suyuan.ledger.keys import key16, micros
from suyuan.stock.queries import placed, stock_of
from tests.checker.world import World, is_container, is_weighed, lot_of
from tests.ledgers.story import NOW, START, sign, uri

LOGS = ("a", "b")
DAY = 3 * 3_600_000_000  # microseconds
DIMENSIONS = {"KGM": "mass", "LTR": "volume", "": "count"}
# To a world the same goods under a new number are made and used up. Between warehouses is of no matter to both.
CALLED = {
    Term.RENAMED_IN: "made", Term.RENAMED_OUT: "consumed", Term.CLOSING: "here", Term.CLOSING_WAY: "way",
}  # fmt: skip
Told = dict[tuple[bytes, str], dict[str, int]]  # goods, dimension → term → thousandths
Called = Callable[[str], bytes]


def item_of(name: str) -> bytes:
    return key16(uri(name).partition("/10/")[0].partition("/21/")[0])


def lot_key(name: str) -> bytes:
    return key16(uri(name))


def unbalanced(w: World) -> list[str]:
    """Whatever the balances say that the world does not."""
    goods = {lot_key(name): lot_key(name) for name in w.held if not is_container(name)}
    items = sorted({item_of(name) for name in w.held if not is_container(name)})
    end = len(w.ends)
    cuts = sorted(random.Random(len(w.flows)).choices(range(end + 1), k=2))
    wrong: list[str] = []
    for first, last in dict.fromkeys([(0, end), (cuts[0], cuts[1]), (cuts[1], end)]):
        since, until = moment(w, first) if first else None, moment(w, last)
        where = f"balance of steps {first} to {last}"
        told = balances(Wanted(logs=LOGS, since=since, until=until, goods=goods))
        wrong += differ(where, as_told(told), truth(w, first, last, lot_key))
        by_item = truth(w, first, last, item_of)
        wrong += differ(f"{where}, all", as_told(everything(since, until)), by_item)
        for item in items if first else ():
            mine = {key: terms for key, terms in by_item.items() if key[0] == item}
            whole = of_items(LOGS, [item], whole=True)
            found = balances(Wanted(logs=LOGS, since=since, until=until, goods=whole))
            wrong += differ(f"{where}, item", as_told(found), mine)
        apart = [balances(Wanted(logs=[log], since=since, until=until, goods=goods)) for log in LOGS]
        wrong += differ(f"{where}, each warehouse", as_told(*apart), as_told(told))
        wrong += [
            f"{where}: {account.unexplained} unexplained, posted {account.terms[Term.UNEXPLAINED]}"
            for one in (told, *apart)
            for account in one.values()
            if account.unexplained or account.terms[Term.UNEXPLAINED]
        ]
    return wrong + kept(w, [(0, end), (cuts[0], cuts[1]), (max(cuts[1] - 1, 0), cuts[1])])


def everything(since: int | None, until: int, logs: Sequence[str] = LOGS) -> dict[Key, Account]:
    return balance_whole.balances(Whole(logs=logs, since=since, until=until))


def kept(w: World, spans: Sequence[tuple[int, int]]) -> list[str]:
    """The same of the days that the worker keeps: of all of them, and where some are stale. Days are short here, so
    that a world has many.
    """
    wrong: list[str] = []
    times = [(moment(w, first) if first else None, moment(w, last)) for first, last in spans]
    told = [[everything(*span, logs) for logs in (LOGS, LOGS[:1], LOGS[1:])] for span in times]
    day_of, start_of = (lambda at, _zone: at // DAY), (lambda day, _zone: day * DAY)
    with (
        patch.object(dayflows, "day_of", day_of),
        patch.object(dayflows, "start_of", start_of),
        patch.object(balance_days, "PIECE", 3),
    ):
        sign()
        dayflows.notice()
        balance_days.refresh(START + timedelta(minutes=w.ends[-1], hours=1))
        for stale in (None, moment(w, len(w.ends) // 2) // DAY):
            DayMark.objects.filter(pk=dayflows.EVERY).update(stale=stale)
            for span, before in zip(times, told, strict=True):
                for logs, one in zip((LOGS, LOGS[:1], LOGS[1:]), before, strict=True):
                    where = f"kept balance of {span} in {logs}, stale from {stale}"
                    wrong += differ(where, as_told(everything(*span, logs)), as_told(one))
    DayMark.objects.all().delete()
    DayBalance.objects.all().delete()
    return wrong


def bars(w: World) -> list[str]:
    """What the page of a lot says by sums, where the whole balance tells event by event."""
    wrong = []
    names = [name for name in w.held if not is_container(name) and not is_weighed(name)]
    true = truth(w, 0, len(w.ends), lot_key)
    today = NOW.date().toordinal()
    for name in names:
        lying = stock_of([lot_key(name)])
        rows = placed(lying, today)
        bar = balance_of([lot_key(name)], lying, rows, next((row.unit for row in rows), ""))
        shares = {share.state: share.quantity.amount for share in bar.shares} if bar else {}
        here = sum(terms.get("here", 0) for (key, _), terms in true.items() if key == lot_key(name))
        scale = 1_000_000 if rows and rows[0].unit == "GRM" else 1000
        if bar and (bar.unexplained.amount or sum(shares.values()) != bar.entered.amount):
            wrong.append(f"bar of {name}: {bar}")
        back = sum(terms.get("sent_back", 0) for (key, _), terms in true.items() if key == lot_key(name))
        if int(shares.get("rejected", 0) * scale) > back * (scale // 1000):
            wrong.append(f"bar of {name}: {shares}, in truth {back} sent back")
        if int(shares.get("in_stock", 0) * scale) != here * (scale // 1000):
            wrong.append(f"bar of {name}: {shares}, in truth {here} here")
    return wrong


def moment(w: World, step: int) -> int:
    """Before this step is told of, in microseconds."""
    return micros(START + timedelta(minutes=w.ends[step], seconds=30)) if step < len(w.ends) else micros(NOW)


def truth(w: World, first: int, last: int, called: Called) -> Told:
    """What the world did in these steps, and what lay there before and after."""
    found: Told = defaultdict(lambda: defaultdict(int))
    for number, name, weighs, term, amount in w.flows:
        dimension = "mass" if weighs else "count" if is_weighed(name) else DIMENSIONS[w.unit.get(lot_of(name), "")]
        step, terms = number - 1, found[called(name), dimension]
        if term in ("here", "way"):
            terms[f"opening {term}"] += amount if step < first else 0
            terms[term] += amount if step < last else 0
        elif first <= step < last:
            terms[term] += amount
    return tidy(found)


def as_told(*parts: Mapping[Key, Account]) -> Told:
    """Balances in the words of the world, put together; what moved between warehouses must have arrived or be under
    way."""
    found: Told = defaultdict(lambda: defaultdict(int))
    for part in parts:
        for (key, code), account in part.items():
            ratio = unit(code).factor / 1000
            terms = found[key, unit(code).dimension]
            for term, amount in account.terms.items():
                if term in (Term.OPENING, Term.OPENING_WAY):
                    terms[f"opening {'here' if term is Term.OPENING else 'way'}"] += int(amount * ratio)
                elif term is Term.MOVED_OUT:
                    terms["moved"] -= int(amount * ratio)
                elif term is Term.MOVED_IN:
                    terms["moved"] += int(amount * ratio)
                else:
                    terms[CALLED.get(term, term.value)] += int(amount * ratio)
    return tidy(found)


def tidy(told: Mapping[tuple[bytes, str], Mapping[str, int]]) -> Told:
    """Without what is nothing."""
    kept = {key: {term: amount for term, amount in terms.items() if amount} for key, terms in told.items()}
    return {key: terms for key, terms in kept.items() if terms}


NAMES: Sequence[str] = tuple(f"{kind}{n}" for kind in "LYWRCS" for n in range(1, 60))
KNOWN = {lot_key(name): name for name in NAMES}


def differ(where: str, got: Told, true: Told) -> list[str]:
    return [
        f"{where}: {KNOWN.get(key[0], key[0].hex())} {key[1]} says {got.get(key)}, in truth {true.get(key)}"
        for key in sorted({*got, *true})
        if got.get(key) != true.get(key)
    ]
