"""The story: the same for everybody, true to the rules, and told once however often it is interrupted."""

import os
from collections.abc import Iterator
from datetime import date, datetime

import pytest
from pytest_django.plugin import DjangoDbBlocker

from suyuan.capture.replay import differences
from suyuan.demo.load import tell
from suyuan.demo.office import Options, options_of, told_end, told_options
from suyuan.genealogy.models import Edge
from suyuan.gs1.problems import Refused
from suyuan.ledger.models import Body, Kind, Record
from suyuan.stock.facts import UNEXPLAINED
from suyuan.stock.models import Balance, Posting
from suyuan.trace.answer import Trace, find, trace
from tests.demo.conftest import Empty
from tests.demo.filled import UNTIL, demo_company
from tests.plugins.engines import Templates

SHORT = Options(days=4, scale=0.3, seed=7, until=UNTIL)
NOW = datetime.fromisoformat("2026-11-22T08:00:00+08:00")


def bodies() -> dict[tuple[str, bytes], bytes]:
    """Every event, byte for byte: what an export is made from."""
    ids = Record.objects.filter(kind=Kind.EPCIS).values("id")
    rows = Body.objects.filter(id__in=ids).values_list("log", "id", "body")
    return {(log, bytes(key)): bytes(body) for log, key, body in rows}


def times() -> list[tuple[str, int, int]]:
    return list(Record.objects.order_by("log", "id").values_list("log", "record_time", "event_time"))


def test_it_works(empty: Empty) -> None:
    with empty():
        told = tell(SHORT)
        assert told.events == Record.objects.filter(kind=Kind.EPCIS).count() > 100
        assert differences() == []
        assert not Posting.objects.filter(counterpart=UNEXPLAINED).exists()
        assert not Balance.objects.filter(holder=UNEXPLAINED).exists()
        assert told_options() == SHORT
        assert told_end() is not None


@pytest.mark.engine
def test_it_is_told_on_every_engine() -> None:
    assert tell(SHORT).events == Record.objects.filter(kind=Kind.EPCIS).count()
    assert tell(SHORT, resume=True).events == Record.objects.filter(kind=Kind.EPCIS).count()
    assert differences() == []


def test_the_same_seed_tells_the_same_story(empty: Empty) -> None:
    with empty():
        tell(SHORT)
        first, when = bodies(), times()
    with empty():
        tell(SHORT)
        assert bodies() == first
        assert times() == when


def test_another_seed_tells_another(empty: Empty) -> None:
    with empty():
        tell(SHORT)
        first = bodies()
    with empty():
        tell(Options(days=4, scale=0.3, seed=8, until=UNTIL))
        assert len(bodies().keys() & first.keys()) <= 1  # the last request has the same id in every story


def test_an_interruption_leaves_no_mark(empty: Empty) -> None:
    with empty():
        tell(SHORT)
        whole = bodies()

    days: Iterator[int] = iter(range(SHORT.days))

    def give_up(events: int) -> None:
        if next(days) == 1:
            raise KeyboardInterrupt

    with empty():
        with pytest.raises(KeyboardInterrupt):
            tell(SHORT, day_done=give_up)
        half = bodies()
        assert told_end() is None
        assert tell(SHORT, resume=True).events == len(whole)
        assert bodies() == whole
        assert half.items() < whole.items()


def test_it_does_not_begin_twice(empty: Empty) -> None:
    with empty():
        tell(SHORT)
        with pytest.raises(Refused):
            tell(Options(days=4, scale=0.3, seed=8, until=UNTIL))


def test_options_are_read_as_written() -> None:
    options = Options(days=12, scale=2.5, seed=3, until=date(2026, 2, 28))
    assert options_of(f"suyuan demo {options}") == options


@pytest.fixture
def company(templates: Templates, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The twenty days of `filled.py`, told once."""
    with django_db_blocker.unblock(), templates.database("sqlite", demo_company):
        yield


def test_everything_is_done_by_somebody_who_may(company: None) -> None:
    """Nobody is refused anything, and what needs two people has two."""
    assert not Record.objects.filter(kind=Kind.ACCESS).exists()
    assert Record.objects.filter(kind=Kind.APPROVAL).count() >= 5


def test_each_kind_of_thing_happens(company: None) -> None:
    steps = set(Record.objects.filter(kind=Kind.EPCIS).values_list("biz_step", "disposition").distinct())
    assert steps >= {
        ("receiving", "in_progress"), ("receiving", "returned"), ("inspecting", "conformant"),
        ("inspecting", "non_conformant"), ("storing", "sellable_not_accessible"), ("packing", "in_progress"),
        ("picking", "in_progress"), ("shipping", "in_transit"), ("accepting", "in_progress"),
        ("accepting", "returned"), ("void_shipping", ""), ("sampling", ""), ("holding", ""), ("other", ""),
        ("cycle_counting", "mismatch_quantity"), ("destroying", "destroyed"), ("decommissioning", "inactive"),
        ("repackaging", "active"), ("creating_class_instance", "active"),
    }  # fmt: skip
    assert Record.objects.filter(declares__isnull=False).count() == 1
    assert Edge.objects.filter(kind="cleaned").count() == 20


def test_nobody_drowns_in_stock(company: None) -> None:
    """What lies in a warehouse is what was made in about a week, not in a month."""
    here = Balance.objects.filter(log="plant", kind="place", quantity__gt=0)
    gone = Balance.objects.filter(kind="party", quantity__gt=0)
    lying, sold = (sum(rows.values_list("quantity", flat=True)) for rows in (here.filter(status="released"), gone))
    assert 0 < lying < 2 * sold


# -- the incident -----------------------------------------------------------------------------------------------------


def answer(query: str) -> Trace:
    return trace(query, find(query), now=NOW)


def customers(found: Trace) -> set[str]:
    return {share.party for share, _ in found.parties if share.role == "customer"}


def check_incident(least: int) -> None:
    """The complaint leads back to one delivery, and that leads on to several lots and more customers."""
    end = told_end()
    assert end is not None
    complaint = answer(end["params"]["lines"][0]["lot"])
    assert len(customers(complaint)) >= least
    assert {lying.status for lying in complaint.stock} == {"held"}
    (delivery,) = [found.uri for found in complaint.backward if "/RM-FRUIT/" in found.uri]
    culprit = answer(delivery)
    assert len([found for found in culprit.forward if found.kind == "lot"]) >= 3
    assert customers(culprit) > customers(complaint)
    assert any(lying.uri == delivery and lying.status == "released" for lying in culprit.stock), "it is not held yet"
    assert complaint.gaps == culprit.gaps == []


def test_the_incident_waits_to_be_traced(company: None) -> None:
    check_incident(least=12)


@pytest.mark.skipif("SOAK" not in os.environ, reason="takes a minute: set SOAK=1")
def test_the_default_company(empty: Empty) -> None:
    with empty():
        told = tell(Options(until=UNTIL))
        assert 9_000 < told.events < 11_500
        check_incident(least=30)
        assert differences() == []
        assert not Posting.objects.filter(counterpart=UNEXPLAINED).exists()
