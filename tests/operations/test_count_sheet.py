"""Count sheets: made, counted by several, counted again, posted; and what happens to goods meanwhile."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.db import connection

from suyuan.accounts.rules import Actor
from suyuan.capture.guard import governed
from suyuan.capture.replay import differences
from suyuan.governance.context import Context
from suyuan.governance.kernel import Result, execute
from suyuan.gs1.problems import Refused
from suyuan.ledger.models import Record
from suyuan.operations.commands import (
    CancelCount,
    CloseBin,
    CountEntry,
    FinishCount,
    JudgeCount,
    Judged,
    KeepCount,
    Line,
    MakeCount,
    Move,
    Pack,
    Pick,
    PostCount,
    ReceiptLine,
    Receive,
    StrikeCount,
)
from suyuan.stocktake.models import CountFinding, CountLine, CountSheet, State
from suyuan.stocktake.reckoning import Found, reckon
from tests.operations.dairy import BOTH, KEEPER, QUALITY, Desk, build_dairy, person, refusal, stocked, yoghurt
from tests.plugins.engines import Statements

OTHER, THIRD = person("keeper", "Ola"), person("keeper", "Tao")


class Count:
    """A sheet on somebody's desk."""

    def __init__(self, desk: Desk, *places: str, **more: object) -> None:
        self.desk = desk
        made = desk.run(MakeCount(warehouse="main", places=places or ("A-01", "A-02"), **more), KEEPER)  # type: ignore[arg-type]
        self.id = UUID(made.value["sheet"])

    @property
    def sheet(self) -> CountSheet:
        return CountSheet.objects.get(pk=self.id)

    def entry(
        self, quantity: int | str, lot: str = "L1", place: str = "A-01", id: UUID | None = None,
        seen: datetime | None = None, item: str = "YOG",
    ) -> CountEntry:  # fmt: skip
        return CountEntry(item=item, lot=lot, quantity=quantity, place=place, id=id or uuid4(), seen=seen)

    def keep(self, *lines: CountEntry, by: Actor = KEEPER) -> dict[str, object]:
        return dict(self.desk.run(KeepCount(warehouse="main", sheet=self.id, lines=lines), by).value)

    def see(self, quantity: int | str, lot: str = "L1", place: str = "A-01", by: Actor = KEEPER) -> dict[str, object]:
        return self.keep(self.entry(quantity, lot, place), by=by)

    def done(
        self, *places: str, by: Actor = KEEPER, empty: bool = False, seen: datetime | None = None,
        began: datetime | None = None,
    ) -> None:  # fmt: skip
        for place in places:
            close = CloseBin(warehouse="main", sheet=self.id, place=place, empty=empty, seen=seen, began=began)
            self.desk.run(close, by)

    def finish(self, **more: bool) -> dict[str, object]:
        return dict(self.desk.run(FinishCount(warehouse="main", sheet=self.id, **more), KEEPER).value)

    def post(self, reason: str = "miscounted", digest: str = "") -> dict[str, object]:
        post = PostCount(warehouse="main", sheet=self.id, reason=reason, digest=digest)
        return dict(self.desk.run(post, KEEPER, BOTH).value)

    def found(self) -> dict[tuple[str, str], Found]:
        return {(one.bin.code, one.uri.rsplit("/", 1)[-1]): one for one in reckon(self.sheet).found}


def test_it_works(desk: Desk) -> None:
    lot = stocked(desk)
    count = Count(desk)
    count.see(60)
    count.see(39)
    count.done("A-01")
    count.done("A-02", empty=True)
    assert count.finish() == {"sheet": str(count.id), "again": 0, "different": 1}
    assert count.sheet.state == State.REVIEW
    done = count.post("")
    assert [(one["book"], one["counted"]) for one in done["differences"]] == [("100", "99")]  # type: ignore[attr-defined]
    assert desk.stock(lot) == {("A-01", "released"): Decimal(99)}
    assert count.sheet.state == State.POSTED
    found = CountFinding.objects.get(sheet=count.id)
    assert (found.book, found.counted, found.posted) == (100_000_000, 99_000_000, True)


def test_a_line_sent_twice_counts_once(desk: Desk) -> None:
    stocked(desk)
    count = Count(desk)
    line = count.entry(100)
    assert count.keep(line)["kept"] == 1
    assert count.keep(line, count.entry(1, "L2"))["again"] == 1
    assert CountLine.objects.count() == 2
    other = count.entry(7, id=line.id)
    keep = KeepCount(warehouse="main", sheet=count.id, lines=(other,))
    assert refusal(desk, keep, KEEPER) == {("lines[0]", "stocktake.line_reused")}


def test_what_was_struck_does_not_count(desk: Desk) -> None:
    stocked(desk)
    count = Count(desk)
    wrong = count.entry(1000)
    count.keep(wrong, count.entry(100))
    assert wrong.id
    strike = StrikeCount(warehouse="main", sheet=count.id, line=wrong.id)
    assert refusal(desk, strike, OTHER) == {("line", "stocktake.line_unknown")}
    desk.run(strike, KEEPER)
    assert count.found()["A-01", "L1"].is_right


def test_what_is_not_listed_is_not_there(desk: Desk) -> None:
    stocked(desk, "L1", 10)
    lost = stocked(desk, "L2", 10)
    count = Count(desk, "A-01")
    count.see(10)
    assert ("A-01", "L2") not in {key for key, one in count.found().items() if one.tally}
    count.done("A-01")
    assert count.found()["A-01", "L2"].difference == -10_000_000
    count.finish()
    assert count.sheet.state == State.RECOUNT
    count.done("A-01", by=OTHER)
    count.finish()
    count.post("lost")
    assert desk.stock(lost) == {}


def test_large_differences_are_counted_again_by_another_person(desk: Desk) -> None:
    lot = stocked(desk)
    count = Count(desk, "A-01")
    count.see(80)
    count.done("A-01")
    assert count.finish()["again"] == 1
    again = KeepCount(warehouse="main", sheet=count.id, lines=(count.entry(80),))
    assert refusal(desk, again, KEEPER) == {("lines[0].place", "stocktake.recount_other")}
    count.see(95, by=OTHER)
    count.done("A-01", by=OTHER)
    count.finish()
    one = count.found()["A-01", "L1"]
    assert (one.counted, one.tally and one.tally.round) == (95_000_000, 2)
    post = PostCount(warehouse="main", sheet=count.id)
    assert refusal(desk, post, KEEPER, BOTH) == {("lines[0].reason", "stocktake.reason_needed")}
    desk.run(JudgeCount(warehouse="main", sheet=count.id, verdicts=(judged(one, "damaged"),)), KEEPER)
    assert refusal(desk, PostCount(warehouse="main", sheet=count.id), KEEPER) == {
        ("approver", "governance.approval_missing_quality"),
        ("approver", "governance.approval_missing_finance"),
    }
    count.post("")
    assert desk.stock(lot) == {("A-01", "released"): Decimal(95)}
    assert CountFinding.objects.get(sheet=count.id).reason == "damaged"


def judged(one: Found, reason: str = "", decision: str = "accepted") -> Judged:
    return Judged(bin=one.bin.code, goods=one.uri, decision=decision, reason=reason)


def test_the_supervisor_may_want_it_once_more(desk: Desk) -> None:
    stocked(desk)
    count = Count(desk, "A-01")
    count.see(99)
    count.done("A-01")
    count.finish()
    one = count.found()["A-01", "L1"]
    desk.run(JudgeCount(warehouse="main", sheet=count.id, verdicts=(judged(one, decision="recount"),)), KEEPER)
    assert count.sheet.state == State.RECOUNT
    not_done = FinishCount(warehouse="main", sheet=count.id)
    assert refusal(desk, not_done, KEEPER) == {("leave_out", "stocktake.bins_open")}
    count.see(100, by=OTHER)
    count.done("A-01", by=OTHER)
    count.finish()
    assert count.found()["A-01", "L1"].is_right
    count.post("")


def test_a_move_while_a_count_is_open_breaks_nothing(desk: Desk) -> None:
    lot = stocked(desk)
    count = Count(desk)
    count.see(99)
    count.done("A-01")
    desk.run(Move(warehouse="main", lines=(Line(item="YOG", lot="L1", quantity=40, place="A-01"),), to="A-02"))
    count.see(40, place="A-02")
    count.done("A-02")
    assert {key: one.difference for key, one in count.found().items()} == {
        ("A-01", "L1"): -1_000_000,
        ("A-02", "L1"): 0,
    }
    count.finish()
    count.post("")
    assert desk.stock(lot) == {("A-01", "released"): Decimal(59), ("A-02", "released"): Decimal(40)}


def test_goods_that_move_before_the_bin_is_done_are_judged_at_their_own_look(desk: Desk) -> None:
    lot, second = stocked(desk), stocked(desk, "L2", 10)
    count = Count(desk, "A-01")
    count.see(99)
    desk.run(Pick(warehouse="main", lines=(Line(item="YOG", lot="L1", quantity=30, place="A-01"),)))
    count.see(10, "L2")
    count.done("A-01")
    count.finish()
    before = Record.objects.filter(biz_step="cycle_counting").count()
    count.post("")
    assert Record.objects.filter(biz_step="cycle_counting").count() == before + 2
    assert desk.stock(lot)["A-01", "released"] == 69
    assert desk.stock(second) == {("A-01", "released"): Decimal(10)}


def test_a_late_event_during_a_count(desk: Desk) -> None:
    """A pick that happened before the look and is recorded after it: it was in what the counter saw."""
    stocked(desk)
    count = Count(desk, "A-01")
    before = desk.now
    desk.later(minutes=10)
    count.see(70)
    count.done("A-01")
    assert count.found()["A-01", "L1"].difference == -30_000_000
    pick = Pick(warehouse="main", lines=(Line(item="YOG", lot="L1", quantity=30, place="A-01"),), at=before)
    desk.run(pick)
    assert count.found()["A-01", "L1"].is_right
    count.finish()
    count.post("")
    assert desk.stock(yoghurt("L1"))["A-01", "released"] == 70


def test_more_left_than_was_counted_is_said_at_its_line(desk: Desk) -> None:
    stocked(desk)
    count = Count(desk, "A-01", threshold=100)
    count.see(50)
    count.done("A-01")
    desk.run(Pick(warehouse="main", lines=(Line(item="YOG", lot="L1", quantity=60, place="A-01"),)))
    count.finish()
    post = PostCount(warehouse="main", sheet=count.id, reason="other")
    assert {field for field, code in refusal(desk, post, KEEPER, BOTH) if code.startswith("stock.")} == {"lines[0]"}


def test_two_counters_in_one_bin(desk: Desk) -> None:
    stocked(desk, "L1", 100)
    stocked(desk, "L2", 50)
    count = Count(desk, "A-01")
    count.see(100, by=KEEPER)
    count.see(50, "L2", by=OTHER)
    count.done("A-01", by=KEEPER)
    assert all(one.is_right for one in count.found().values())
    count.see(98, by=OTHER)
    assert count.found()["A-01", "L1"].is_disputed
    assert CountLine.objects.count() == 3
    assert count.finish()["again"] == 1
    count.see(100, by=THIRD)
    count.done("A-01", by=THIRD)
    count.finish()
    assert not count.found()["A-01", "L1"].is_disputed
    count.post("")


def test_two_who_are_both_done_and_saw_different_goods(desk: Desk) -> None:
    stocked(desk, "L1", 100)
    count = Count(desk, "A-01")
    count.see(100, by=KEEPER)
    count.done("A-01", by=KEEPER)
    count.done("A-01", by=OTHER, empty=True)
    assert count.found()["A-01", "L1"].is_disputed


def test_disputes_are_not_posted(desk: Desk) -> None:
    stocked(desk)
    count = Count(desk, "A-01")
    count.see(100)
    count.done("A-01")
    count.finish()
    count.see(99, by=OTHER)  # while it is being looked at
    post = PostCount(warehouse="main", sheet=count.id)
    assert refusal(desk, post, KEEPER, BOTH) == {("lines[0]", "stocktake.disputed")}
    one = count.found()["A-01", "L1"]
    desk.run(JudgeCount(warehouse="main", sheet=count.id, verdicts=(judged(one),)), KEEPER)
    count.post("")
    assert desk.stock(yoghurt("L1"))["A-01", "released"] == 99


def test_what_arrives_after_posting_waits_on_a_sheet_of_its_own(desk: Desk) -> None:
    """What somebody saw is a fact: it is neither dropped nor posted behind anybody's back."""
    lot = stocked(desk)
    count = Count(desk, "A-01")
    count.see(100)
    count.done("A-01")
    count.finish()
    looked = desk.now
    count.post("")
    desk.later(hours=1)
    answer = count.keep(count.entry(98, seen=looked), by=OTHER)
    assert answer["late"]
    follower = CountSheet.objects.get(after=count.id)
    assert str(follower.pk) == answer["sheet"]
    assert desk.stock(lot) == {("A-01", "released"): Decimal(100)}
    count.done("A-01", by=OTHER, seen=looked)
    desk.run(FinishCount(warehouse="main", sheet=follower.pk), KEEPER)
    desk.run(PostCount(warehouse="main", sheet=follower.pk), KEEPER, BOTH)
    assert desk.stock(lot) == {("A-01", "released"): Decimal(98)}


def test_a_first_look_that_arrives_while_it_is_counted_again(desk: Desk) -> None:
    stocked(desk)
    count = Count(desk, "A-01")
    count.see(80)
    count.done("A-01")
    looked = desk.now
    count.finish()
    count.keep(count.entry(20, seen=looked))
    assert sorted(CountLine.objects.values_list("round", flat=True)) == [1, 1]
    assert count.found()["A-01", "L1"].is_right


def test_a_clock_that_is_wrong_is_set_right(desk: Desk) -> None:
    stocked(desk)
    count = Count(desk, "A-01")
    count.keep(
        count.entry(100, seen=desk.now + timedelta(days=400)), count.entry(1, "L9", seen=desk.now - timedelta(900))
    )
    seen = sorted(CountLine.objects.values_list("seen", flat=True))
    assert seen[0] >= count.sheet.created
    assert seen[1] == CountLine.objects.latest("seen").recorded


def test_pallets_and_serials(desk: Desk) -> None:
    stocked(desk)
    desk.run(
        Receive(
            warehouse="main", supplier="FARM", lines=(ReceiptLine(item="PUMP", serials=("1", "2", "3")),), place="A-02"
        )
    )
    desk.run(
        Pack(
            warehouse="main",
            container="BOX-1",
            lines=(Line(item="YOG", lot="L1", quantity=10, place="A-01"),),
            place="A-02",
        )
    )
    count = Count(desk, "A-02")
    box = CountEntry(container="BOX-1", place="A-02", id=uuid4())
    pumps = CountEntry(item="PUMP", serials=("1", "2"), place="A-02", id=uuid4())
    count.keep(box, pumps)
    count.done("A-02")
    found = count.found()
    assert found["A-02", "BOX-1"].is_right
    assert found["A-02", "3"].is_missing
    count.finish(leave_out=True)
    count.done("A-02", by=OTHER)
    count.finish(leave_out=True)
    done = count.post("")
    assert [one["id"].rsplit("/")[-1] for one in done["missing"]] == ["3"]  # type: ignore[attr-defined]
    assert desk.stock(yoghurt("L1")) == {("A-01", "released"): Decimal(90), ("A-02/BOX-1", "released"): Decimal(10)}


def test_everything_wrong_is_said_at_once(desk: Desk) -> None:
    stocked(desk)
    count = Count(desk, "A-01")
    lines = (
        count.entry(1, place=""), count.entry(1, place="B-99"), count.entry(1, place="A-02"), count.entry("-1"),
        count.entry(1, lot=""), count.entry(1, item="NONE"),
        CountEntry(container="BOX", quantity=3, place="A-01", id=uuid4()),
    )  # fmt: skip
    assert refusal(desk, KeepCount(warehouse="main", sheet=count.id, lines=lines), KEEPER) == {
        ("lines[0].place", "operations.place_missing"),
        ("lines[1].place", "operations.place_unknown"),
        ("lines[2].place", "stocktake.bin_not_on_sheet"),
        ("lines[3].quantity", "gs1.amount_negative"),
        ("lines[4].lot", "operations.lot_missing"),
        ("lines[5].item", "operations.item_unknown"),
        ("lines[6].quantity", "stocktake.container_quantity"),
    }
    assert not CountLine.objects.exists()


def test_who_counted_does_not_sign(desk: Desk) -> None:
    stocked(desk)
    count = Count(desk, "A-01")
    counter = Actor(QUALITY.id, QUALITY.name, (), {**QUALITY.permissions, **KEEPER.permissions})
    count.see(80, by=counter)
    count.done("A-01", by=counter)
    count.finish()
    count.done("A-01", by=OTHER)
    count.see(80, by=OTHER)
    count.finish()
    post = PostCount(warehouse="main", sheet=count.id, reason="other")
    assert refusal(desk, post, KEEPER, BOTH) == {("approver", "stocktake.signer_counted")}


def test_nobody_posts_another_sheet_than_he_saw(desk: Desk) -> None:
    stocked(desk)
    count = Count(desk, "A-01")
    count.see(100)
    count.done("A-01")
    count.finish()
    digest = reckon(count.sheet).digest
    count.see(5, "L9", by=KEEPER)
    post = PostCount(warehouse="main", sheet=count.id, digest=digest, reason="other")
    assert refusal(desk, post, KEEPER, BOTH) == {("digest", "stocktake.changed_meanwhile")}


def test_sheets_that_cannot_be(desk: Desk) -> None:
    stocked(desk)
    assert refusal(desk, MakeCount(warehouse="main"), KEEPER) == {("places", "stocktake.scope_missing")}
    assert refusal(desk, MakeCount(warehouse="main", places=("B-9",)), KEEPER) == {
        ("places", "operations.place_unknown")
    }
    nobody = MakeCount(warehouse="main", places=("A-01",), person="nobody", threshold="many")
    assert {code for _, code in refusal(desk, nobody, KEEPER)} == {"stocktake.person_unknown", "gs1.amount_format"}
    count = Count(desk, "A-01")
    assert refusal(desk, MakeCount(warehouse="main", places=("A-01",)), KEEPER) == {("places", "stocktake.bin_taken")}
    unknown = FinishCount(warehouse="main", sheet=uuid4())
    assert refusal(desk, unknown, KEEPER) == {("sheet", "stocktake.sheet_unknown")}
    assert refusal(desk, FinishCount(warehouse="main", sheet=count.id), KEEPER) == {
        ("sheet", "stocktake.sheet_not_counted")
    }
    assert refusal(desk, PostCount(warehouse="main", sheet=count.id), KEEPER) == {
        ("sheet", "stocktake.sheet_not_ready")
    }
    count.see(1, "L1")
    close = CloseBin(warehouse="main", sheet=count.id, place="A-01", empty=True)
    assert refusal(desk, close, KEEPER) == {("place", "stocktake.bin_has_goods")}
    cancel = CancelCount(warehouse="main", sheet=count.id, reason="")
    assert refusal(desk, cancel, KEEPER) == {("reason", "operations.reason_missing")}
    desk.run(CancelCount(warehouse="main", sheet=count.id, reason="wrong bins"), KEEPER)
    assert refusal(desk, StrikeCount(warehouse="main", sheet=count.id, line=uuid4()), KEEPER) == {
        ("sheet", "stocktake.sheet_closed")
    }
    Count(desk, "A-01")


def test_only_those_who_may(desk: Desk) -> None:
    stocked(desk)
    count = Count(desk, "A-01")
    keep = KeepCount(warehouse="main", sheet=count.id, lines=(count.entry(1),))
    with pytest.raises(Refused):
        desk.run(keep, person("inspector", "Ines"))
    device = person("device", "Scanner")
    assert refusal(desk, keep, device) == {("", "governance.not_allowed")}
    given = CountSheet.objects.filter(pk=count.id)
    with governed():
        given.update(person=device.id)
    assert count.keep(count.entry(1), by=device)["kept"] == 1


def test_rows_of_a_file_say_all_that_was_seen(desk: Desk) -> None:
    stocked(desk)
    count = Count(desk, "A-01")
    row = CountEntry(item="YOG", lot="L1", quantity=90, place="A-01")
    assert count.keep(row)["kept"] == 1
    assert count.keep(row) | {"sheet": ""} == {"kept": 0, "again": 1, "sheet": "", "late": False}
    other = CountEntry(item="YOG", lot="L1", quantity=91, place="A-01")
    keep = KeepCount(warehouse="main", sheet=count.id, lines=(row, other))
    assert refusal(desk, keep, KEEPER) == {("lines[1].quantity", "stocktake.counted_already")}
    assert count.keep(other, by=OTHER)["kept"] == 1
    assert count.found()["A-01", "L1"].is_disputed


def test_five_thousand_lines_with_three_hundred_errors(desk: Desk) -> None:
    count = Count(desk, "A-01")
    lines = tuple(
        CountEntry(item="YOG" if n % 50 < 47 else "NONE", lot=f"L{n}", quantity=5, place="A-01") for n in range(5000)
    )
    assert refusal(desk, KeepCount(warehouse="main", sheet=count.id, lines=lines), KEEPER) == {
        (f"lines[{n}].item", "operations.item_unknown") for n in range(5000) if n % 50 >= 47
    }


@pytest.mark.engine
def test_two_post_at_once(engine: str) -> None:
    """Exactly one of them does; the other is told."""
    build_dairy()
    desk = Desk()
    lot = stocked(desk)
    count = Count(desk, "A-01")
    count.see(99)
    count.done("A-01")
    count.finish()
    contexts = [desk.context(KEEPER, BOTH), desk.context(OTHER, BOTH)]
    answers: list[object] = []
    ready = threading.Barrier(2)

    def post(context: Context) -> None:
        ready.wait()
        try:
            answers.append(execute(context, PostCount(warehouse="main", sheet=count.id)))
        except Refused as refused:
            answers.append({problem.code for problem in refused.problems})
        finally:
            connection.close()

    threads = [threading.Thread(target=post, args=(context,)) for context in contexts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([one for one in answers if isinstance(one, Result)]) == 1, answers
    assert next(one for one in answers if isinstance(one, set)) <= {
        "stocktake.posted_meanwhile",
        "stocktake.sheet_closed",
    }
    assert Record.objects.filter(biz_step="cycle_counting").count() == 1
    assert desk.stock(lot) == {("A-01", "released"): Decimal(99)}
    assert differences() == []


@pytest.mark.engine
def test_the_cost_of_posting_does_not_grow(engine: str, statements: Callable[[], Statements]) -> None:
    build_dairy()
    desk = Desk()
    costs = []
    for most in (2, 8):
        for n in range(most):
            stocked(desk, f"L{most}-{n}", 10)
        count = Count(desk, "A-01")
        count.keep(*(count.entry(9, f"L{most}-{n}") for n in range(most)))
        count.finish(leave_out=True)
        count.finish(leave_out=True)
        with statements() as seen:
            execute(desk.context(KEEPER, BOTH), PostCount(warehouse="main", sheet=count.id, reason="lost"))
        costs.append(len(seen))
    assert costs[1] <= costs[0] + 2, costs


def test_what_came_while_somebody_looked_is_not_taken_for_missing(desk: Desk) -> None:
    lot = stocked(desk)
    count = Count(desk, "A-02")
    began = desk.now
    desk.run(Move(warehouse="main", lines=(Line(item="YOG", lot="L1", quantity=40, place="A-01"),), to="A-02"))
    count.done("A-02", began=began)
    assert not [one for one in count.found().values() if one.tally]
    desk.run(CancelCount(warehouse="main", sheet=count.id, reason="too busy"), KEEPER)
    count = Count(desk, "A-02")
    count.done("A-02")
    assert count.found()["A-02", "L1"].difference == -40_000_000
    assert desk.stock(lot)["A-02", "released"] == 40
