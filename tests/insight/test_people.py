"""How right people work, against what each of them did in a small story."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from suyuan.accounts.models import Team, User
from suyuan.accounts.rules import Actor
from suyuan.capture.guard import governed
from suyuan.insight.reports.people import ERRORS, EVERYBODY
from suyuan.insight.reports.running import run
from suyuan.operations.commands import (
    Correct,
    CountEntry,
    FinishCount,
    KeepCount,
    Line,
    MakeCount,
    Move,
    PostCount,
    ReceiptLine,
    Receive,
)
from tests.insight.asking import asked, table
from tests.operations.dairy import BOTH, KEEPER, LAST, Desk
from tests.picking.hall import build_hall, laid, ordered, picking, tasks, waved
from tests.plugins.engines import Statements

ALL = frozenset({EVERYBODY})
WHO, RECEIVED, PICKED, COUNTED, CORRECTED, DONE, WRONG, RATE = 0, 1, 3, 5, 7, 8, 9, 10


@pytest.fixture
def hall(db: None) -> Desk:
    build_hall()
    return Desk()


def named(name: str) -> Actor:
    """A keeper with an account."""
    user = User.objects.create(username=name.lower(), name=name)
    return replace(KEEPER, id=str(user.pk), name=name, person=str(user.pk))


def test_what_each_did(hall: Desk) -> None:
    with governed():
        kai, mei = named("Kai"), named("Mei")
        team = Team.objects.create(code="T1", name_zh="一班", name_en="First")
        team.members.add(User.objects.get(pk=mei.id))
    laid(hall, "L1", 30, "A1")
    ordered(hall, "SO-1", 10)
    ordered(hall, "SO-2", 10)
    for who, number, scans in ((kai, "SO-1", 2), (mei, "SO-2", 5)):
        (tour,) = waved(hall, number, actor=who)
        for task in tasks(tour):
            hall.run(picking(task, scans=scans), who)
    moved = hall.run(Move(warehouse="main", lines=(Line(item="YOG", lot="L1", quantity=1, place="A1"),), to="A3"), mei)
    wrong = Correct(warehouse="main", event=moved.events[0], error="did_not_occur", reason="typed twice")
    hall.run(wrong, kai, BOTH)
    counted(hall, kai, "A3", "L1", 0)
    counted(hall, mei, "A1", "L1", 7)
    rows = {row[WHO]: row for row in table(hall, ERRORS, may=ALL)}
    assert rows["Kai"][PICKED : PICKED + 2] == (2, 0)
    assert rows["Mei"][PICKED : PICKED + 2] == (5, 3)
    assert (rows["Kai"][CORRECTED], rows["Mei"][CORRECTED]) == (0, 1)
    assert (rows["Mei"][DONE], rows["Mei"][COUNTED]) == (6, 1)
    by_team = {row[WHO]: row for row in table(hall, ERRORS, may=ALL, values={"by": "team"})}
    assert by_team["First"][1:] == rows["Mei"][1:]
    (only,) = table(hall, ERRORS, may=ALL, team="T1")
    assert only == rows["Mei"]
    by_shift = table(hall, ERRORS, may=ALL, values={"by": "shift"})
    assert [row[PICKED] for row in by_shift] == [7]
    assert {row[WHO] for row in by_shift} == {"Shift A"}
    (own,) = table(hall, ERRORS, reader=kai.id)
    assert own == rows["Kai"]
    assert table(hall, ERRORS, reader=kai.id, team="T1") == []
    (mine,) = table(hall, ERRORS, reader=mei.id, values={"by": "shift"})
    assert mine[1:] == rows["Mei"][1:]
    assert [note.code for note in run(ERRORS, asked(hall, ERRORS, reader=kai.id)).found.notes] == ["insight.own_errors"]


def counted(desk: Desk, who: Actor, place: str, lot: str, quantity: int) -> None:
    made = desk.run(MakeCount(warehouse="main", places=(place,), threshold=1000), who)
    sheet = UUID(str(made.value["sheet"]))
    line = CountEntry(item="YOG", lot=lot, quantity=quantity, place=place, id=uuid4(), seen=desk.now)
    desk.run(KeepCount(warehouse="main", sheet=sheet, lines=(line,)), who)
    desk.run(FinishCount(warehouse="main", sheet=sheet, leave_out=True), who)
    desk.run(PostCount(warehouse="main", sheet=sheet, reason="miscounted"), KEEPER, BOTH)


def test_nothing_was_done(desk: Desk) -> None:
    assert table(desk, ERRORS, may=ALL) == []


def test_received(desk: Desk, statements: Callable[[], Statements]) -> None:
    line = ReceiptLine(item="YOG", lot="L1", quantity=10, expiry=LAST)
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(line,)), KEEPER)
    with statements() as told:
        (row,) = table(desk, ERRORS, may=ALL)
    assert row[RECEIVED + 1] == 0
    assert len(told) <= 10
    assert table(desk, ERRORS, may=ALL, until=(desk.now - timedelta(days=2)).date()) == []
