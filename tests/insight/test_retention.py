"""How long records are kept, legal holds, and the end of personal data with proofs intact."""

from datetime import date, timedelta

import pytest
from django.test import TestCase
from hypothesis import given
from hypothesis import strategies as st

from suyuan.capture.guard import governed
from suyuan.catalog.files import keep_bytes, path_of
from suyuan.catalog.models import File
from suyuan.cli.main import main
from suyuan.governance.models import Setting
from suyuan.governance.params import Personal
from suyuan.governance.settings import PERSONAL
from suyuan.insight.erasing import ErasePersonal, due, erase_due
from suyuan.insight.legal_holds import EndLegalHold, PlaceLegalHold, held
from suyuan.insight.retention import RULES, kept, later
from suyuan.ledger.models import Body, PersonalValue, Tree
from suyuan.ledger.sequencer import sequence
from suyuan.operations.attachments import Attachment
from suyuan.operations.commands import Deliver, Line, Ship
from tests.operations.dairy import AUDITOR, KEEPER, NOON, Desk, person, refusal, stocked, yoghurt

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize(
    ("regimes", "expiry", "until"),
    [
        (["food"], date(2026, 8, 31), date(2027, 2, 28)),
        (["food"], None, date(2027, 11, 30)),
        (["farm"], None, date(2026, 5, 30)),
        (["device"], date(2028, 2, 29), date(2030, 2, 28)),
        (["device"], None, date(2030, 11, 30)),
        (["drug"], date(2030, 6, 30), date(2031, 6, 30)),
        (["drug"], date(2026, 1, 1), date(2030, 11, 30)),
        (["food", "fsma"], date(2025, 12, 1), date(2027, 11, 30)),
        (["dscsa"], None, date(2031, 11, 30)),
        ([], date(2026, 1, 1), None),
    ],
)
def test_the_longest_rule_counts(regimes: list[str], expiry: date | None, until: date | None) -> None:
    assert kept(regimes, expiry, date(2025, 11, 30)).until == until


def test_implants_are_kept_for_ever() -> None:
    found = kept(["food", "implant"], date(2026, 1, 1), date(2026, 1, 1))
    assert (found.until, found.ever) == (None, True)


@given(st.sets(st.sampled_from(sorted(set(RULES) - {"implant"})), min_size=1), DAYS, DAYS)
def test_no_rule_that_holds_ends_later(regimes: set[str], expiry: date, last: date) -> None:
    longest = kept(regimes, expiry, last).until
    ends = [rule.until(expiry, last) for regime in regimes for rule in RULES[regime]]
    assert longest == max((end for end in ends if end), default=None)


@given(DAYS, st.integers(0, 240))
def test_months_never_leave_their_month(day: date, months: int) -> None:
    found = later(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day <= day.day


# -- legal holds and personal data ------------------------------------------------------------------------------------

PNG = b"\x89PNG\r\n\x1a\n" + b"of a hand"
LONG_AFTER = NOON + timedelta(days=900)


def delivered(desk: Desk, lot: str, picture: bytes = PNG) -> str:
    """A lot that somebody signed for; the hash of his signature."""
    stocked(desk, lot)
    line = Line(item="YOG", lot=lot, quantity=10)
    number = str(desk.run(Ship(warehouse="main", customer="SHOP", lines=(line,))).value["desadv"])
    hash, _kind = keep_bytes(picture)
    proof = Attachment(hash=hash, kind="signature", name=Personal("Wang Wu.png"))
    desk.run(
        Deliver(warehouse="main", customer="SHOP", desadv=number, signer=Personal("Wang Wu"), attachments=(proof,))
    )
    return hash


def bodies() -> dict[bytes, bytes]:
    return {bytes(id): bytes(body) for id, body in Body.objects.values_list("id", "body")}


def names() -> set[str]:
    return set(PersonalValue.objects.filter(value__startswith="Wang").values_list("value", flat=True))


def test_it_works(desk: Desk) -> None:
    """What was said of the person is gone, and everything that was proven is proven by the same tree."""
    hash = delivered(desk, "L1")
    sequence(desk.now, holder="test")
    before, trees = bodies(), {tree.log: (tree.size, bytes(tree.root)) for tree in Tree.objects.all()}
    assert names() == {"Wang Wu", "Wang Wu.png"}
    desk.now = LONG_AFTER
    found = due(date(2026, 12, 31))
    assert (found.values, found.files, found.held) == (2, (hash,), 0)
    with TestCase.captureOnCommitCallbacks(execute=True):
        result = desk.run(ErasePersonal(before=date(2026, 12, 31), reason="two years are over"), AUDITOR)
    assert result.value["values"] == 2
    assert names() == set()
    assert not path_of(hash).exists()
    assert File.objects.get(hash=hash).name == hash
    assert {id: body for id, body in bodies().items() if id in before} == before
    assert {tree.log: (tree.size, bytes(tree.root)) for tree in Tree.objects.filter(log__in=trees)} == trees
    sequence(desk.now, holder="test")
    assert main(["fsck"]) == 0


def test_a_legal_hold_keeps_what_is_said_of_people(desk: Desk) -> None:
    delivered(desk, "L1")
    other = delivered(desk, "L2", PNG + b" another")
    hold = desk.run(PlaceLegalHold(goods="L1", reason="law suit 17"), AUDITOR).value["id"]
    desk.now = LONG_AFTER
    found = due(date(2026, 12, 31))
    assert (found.values, found.files, found.held) == (2, (other,), 1)
    assert refusal(desk, EndLegalHold(id=int(str(hold)), reason="over"), AUDITOR) == {("id", "insight.hold_own")}
    desk.run(EndLegalHold(id=int(str(hold)), reason="over"), person("auditor", "Other"))
    assert due(date(2026, 12, 31)).held == 0
    assert held([yoghurt("L1")]) == {}


def test_a_hold_on_an_item_covers_its_lots(desk: Desk) -> None:
    delivered(desk, "L1")
    desk.run(PlaceLegalHold(goods="YOG", reason="law suit 18"), AUDITOR)
    desk.now = LONG_AFTER
    assert due(date(2026, 12, 31)).records == ()


def test_what_is_refused(desk: Desk) -> None:
    delivered(desk, "L1")
    young = ErasePersonal(before=desk.now.date(), reason="tidy")
    assert refusal(desk, young, AUDITOR) == {("before", "insight.erase_early")}
    assert refusal(desk, PlaceLegalHold(goods="L1", reason=" "), AUDITOR) == {("reason", "insight.reason_missing")}
    assert refusal(desk, PlaceLegalHold(goods="NOSUCH", reason="x"), AUDITOR)
    desk.run(PlaceLegalHold(goods="L1", reason="x"), AUDITOR)
    assert refusal(desk, PlaceLegalHold(goods="L1", reason="y"), AUDITOR) == {("goods", "insight.hold_there")}
    assert refusal(desk, PlaceLegalHold(goods="L1", reason="y"), KEEPER) == {("", "governance.not_allowed")}


def test_the_worker_erases_what_the_setting_says(desk: Desk) -> None:
    delivered(desk, "L1")
    assert not erase_due(LONG_AFTER)
    with governed():
        Setting.objects.create(key=PERSONAL, value="24", version=1)
    assert not erase_due(desk.now + timedelta(days=700))
    assert erase_due(LONG_AFTER)
    assert names() == set()
    assert not erase_due(LONG_AFTER)
