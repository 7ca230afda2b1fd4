"""Laws of mass balance over random ledgers, sensible or not: it adds up, and it begins where it ended."""

import random
from collections import defaultdict

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from suyuan.gs1.quantities import scaled
from suyuan.insight.balance import INWARD, OUTWARD, Account, Key, Term
from suyuan.insight.balance_asked import Wanted, balances
from suyuan.ledger.keys import PARTNERS, key16, micros
from suyuan.stock.book import DELIVERY, HERE, TRANSIT
from suyuan.stock.facts import OWN
from suyuan.stock.models import Balance, Subject
from suyuan.stock.queries import placed, stock_of
from tests.ledgers.story import NOW, START, Story, send, two_warehouses, uri
from tests.ledgers.test_laws import LOTS, SERIALS, line

pytestmark = pytest.mark.django_db
GOODS = {key16(uri(name)): key16(uri(name)) for name in (*LOTS, *SERIALS)}
LOGS = ("a", "b")
LAY = {Term.OPENING, Term.OPENING_WAY, Term.CLOSING, Term.CLOSING_WAY}
FLOWS = [term for term in (*INWARD, *OUTWARD, Term.UNEXPLAINED) if term not in LAY]
Amounts = dict[tuple[bytes, str], int]


def of(logs: tuple[str, ...] = LOGS, since: int | None = None, until: int = micros(NOW)) -> dict[Key, Account]:
    found = balances(Wanted(logs=logs, since=since, until=until, goods=GOODS))
    for account in found.values():
        assert account.unexplained == account.terms.get(Term.UNEXPLAINED, 0)
    return found


def told(chance: random.Random, size: int) -> None:
    """Any events, arriving in any order, a few at a time."""
    story = Story()
    bodies = [story.event(line(chance, number)) for number in range(size)]
    chance.shuffle(bodies)
    while bodies:
        many = chance.choice((1, 3, 20))
        send(bodies[:many])
        bodies = bodies[many:]


def lying() -> tuple[Amounts, Amounts]:
    """What the stock has of the goods: in stock, and loose under way and still ours."""
    units = {(row.log, row.subject): (row.unit, row.second_unit) for row in Subject.objects.all()}
    here: Amounts = defaultdict(int)
    way: Amounts = defaultdict(int)
    # By where the outermost container stands, in whichever log: an event may ship one that stands in another warehouse.
    for row in placed(stock_of(GOODS), NOW.date().toordinal()):
        if row.log != PARTNERS and row.kind in HERE:
            for exact, code in zip((row.quantity, row.second), (row.unit, row.second_unit), strict=True):
                here[key16(row.uri), code or "C62"] += scaled(exact)
    for one in Balance.objects.filter(subject__in=list(GOODS), kind__in=[TRANSIT, DELIVERY]).exclude(log=PARTNERS):
        if one.kind == TRANSIT or bytes(one.owner) == OWN:
            for amount, code in zip((one.quantity, one.second), units[one.log, one.subject], strict=True):
                way[bytes(one.subject), code or "C62"] += amount
    return here, way


def in_kilograms(amounts: Amounts) -> Amounts:
    found: Amounts = defaultdict(int)
    for (key, code), amount in amounts.items():
        found[key, "KGM" if code == "GRM" else code] += amount // 1000 if code == "GRM" else amount
    return {key: amount for key, amount in found.items() if amount}


def of_term(found: dict[Key, Account], term: Term) -> Amounts:
    return in_kilograms({key: account.terms.get(term, 0) for key, account in found.items()})


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32), size=st.integers(2, 25))
def test_it_adds_up_whatever_is_told(db: None, seed: int, size: int) -> None:
    chance = random.Random(seed)
    with transaction.atomic():
        two_warehouses()
        told(chance, size)
        whole = of()
        here, way = lying()
        assert of_term(whole, Term.CLOSING) == in_kilograms(here)
        under_way = of_term(whole, Term.CLOSING_WAY)
        assert all(under_way.get(key, 0) >= amount for key, amount in in_kilograms(way).items())
        cut = micros(START) + chance.randint(0, 48) * 1_800_000_000
        before, after = of(until=cut), of(since=cut)
        assert of_term(before, Term.CLOSING) == of_term(after, Term.OPENING)
        assert of_term(before, Term.CLOSING_WAY) == of_term(after, Term.OPENING_WAY)
        assert of_term(after, Term.CLOSING) == of_term(whole, Term.CLOSING)
        for term in FLOWS:
            parts = defaultdict(int, of_term(before, term))
            for key, amount in of_term(after, term).items():
                parts[key] += amount
            assert {key: amount for key, amount in parts.items() if amount} == of_term(whole, term)
        for log in LOGS:
            of((log,))
        transaction.set_rollback(True)
