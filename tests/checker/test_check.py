"""Random ledgers, sensible and told badly: stock, parties, genealogy and balance against a slow, plain account of them.

A world does something possible (`world`) and tells of it late, shuffled, twice, and wrongly at first. What it knows is
the truth about stock, parties and mass balance; a walk over the raw events (`walk`) is the truth about genealogy. Every
lot, serial and container is asked for: the same goods, places and quantities, no more and no fewer.
"""

import random

import pytest
from django.db import transaction

from tests.checker.compare import check, tell
from tests.checker.scope import misjudged
from tests.checker.walk import read
from tests.checker.world import World, world
from tests.ledgers.story import two_warehouses

pytestmark = pytest.mark.django_db


def disagreements(seed: int, steps: list[int]) -> tuple[World, list[str]]:
    w = world(seed, steps)
    with transaction.atomic():
        told = tell(w, seed)
        wrong = check(w, told) + misjudged(w.merged(), read(told), seed)
        transaction.set_rollback(True)
    return w, wrong


def smallest(seed: int, steps: list[int]) -> list[int]:
    """The same, without the steps that it goes wrong without."""
    for step in list(steps):
        fewer = [kept for kept in steps if kept != step]
        if disagreements(seed, fewer)[1]:
            return smallest(seed, fewer)
    return steps


def account(seed: int, steps: list[int]) -> str:
    """The ledger as a story, and what is wrong with the answers."""
    w, wrong = disagreements(seed, steps)
    lines = [
        f"    {told.line} {told.extra or ''} {'' if told.wrong is None else f'(wrong, instead: {told.wrong})'}"
        for told in w.told
    ]
    return "\n".join([f"ledger {seed}, steps {steps}:", *lines, *wrong])


def test_it_agrees(request: pytest.FixtureRequest) -> None:
    first = request.config.getoption("first", 0)
    two_warehouses()
    for seed in range(first, first + request.config.getoption("ledgers", 300)):
        steps = list(range(random.Random(seed).randint(12, 40)))
        if disagreements(seed, steps)[1]:
            pytest.fail(account(seed, smallest(seed, steps)), pytrace=False)
