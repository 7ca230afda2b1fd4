"""The end: by two, with open questions named; recalled goods stay so; a cancelled recall frees all and says so."""

from suyuan.operations.commands import Destroy, Line, Pick, ReceiveReturn, Release
from suyuan.recall.commands import (
    CancelRecall,
    CloseDrill,
    CloseRecall,
    DraftNotices,
    MarkNotified,
    PublishNotice,
    Recipient,
    RecordAnswer,
    RerunScope,
    WithdrawNotice,
)
from suyuan.recall.models import Notice
from suyuan.recall.queries import figures, published
from suyuan.stock.queries import lot_state
from suyuan.stock.states import State
from tests.operations.dairy import INSPECTOR, KEEPER, QUALITY, Desk, refusal, stocked
from tests.recall.story import BOTH_HATS, SHOP, approve, case_of, cups, made_of, of, recalled, sold, told


def destroyed(desk: Desk, quantity: int, place: str = "A-01") -> None:
    line = Line(item="YOG", lot="L1", quantity=quantity, place=place)
    desk.run(Destroy(warehouse="main", lines=(line,), reason="recall"), KEEPER, QUALITY)


def test_it_works(desk: Desk) -> None:
    lot = stocked(desk)
    sold(desk)
    case = recalled(desk, lot)
    told(desk, case)
    desk.run(ReceiveReturn(warehouse="main", customer="SHOP", lines=cups(10), reason="recall"), KEEPER)
    destroyed(desk, 90)
    now = figures(case)
    assert (now.here, now.ended, now.recovery) == ({"EA": 10_000_000}, {"EA": 90_000_000}, {"EA": 1_000_000})
    desk.run(RecordAnswer(**of(case), party=SHOP, found="10", returned="10"), KEEPER)
    close = CloseRecall(**of(case), outcome="a leaking valve")
    assert refusal(desk, close, KEEPER) == {("approver", "governance.approval_missing")}
    assert refusal(desk, close, KEEPER, QUALITY) == {("case", "recall.not_told")}
    done = desk.run(CloseRecall(**of(case), outcome="a leaking valve", open_why="told by telephone"), KEEPER, QUALITY)
    assert done.value == {"case": case.number, "state": "closed", "freed": 0}
    case.refresh_from_db()
    assert (case.state, case.outcome, case.open_why) == ("closed", "a leaking valve", "told by telephone")
    assert lot_state(lot, desk.today) is State.RECALLED
    assert refusal(desk, RerunScope(**of(case)), INSPECTOR) == {("case", "recall.closed")}


def test_open_questions_are_named(desk: Desk) -> None:
    lot = stocked(desk)
    sold(desk)
    case = recalled(desk, lot)
    desk.run(DraftNotices(**of(case)), KEEPER)
    close = CloseRecall(**of(case), outcome="")
    assert refusal(desk, close, KEEPER, QUALITY) == {
        ("outcome", "recall.finding_missing"),
        ("case", "recall.unanswered"),
        ("case", "recall.not_told"),
        ("case", "recall.not_all_back"),
    }
    desk.run(CloseRecall(**of(case), outcome="done", open_why="SHOP is bankrupt"), KEEPER, QUALITY)
    assert list(Notice.objects.values_list("state", flat=True)) == ["dropped"]


def test_what_comes_back_after_the_end_is_recalled_still(desk: Desk) -> None:
    lot = stocked(desk)
    sold(desk, quantity=100)
    case = recalled(desk, lot)
    desk.run(CloseRecall(**of(case), outcome="done", open_why="all eaten"), KEEPER, QUALITY)
    desk.later(days=1)
    desk.run(ReceiveReturn(warehouse="main", customer="SHOP", lines=cups(1), reason="found"), KEEPER)
    assert refusal(desk, Pick(warehouse="main", lines=cups(1))) >= {("lines[0]", "stock.recalled")}


def test_only_what_is_named_as_good_is_freed(desk: Desk) -> None:
    source, first, second = made_of(desk, 30, 30)
    case = recalled(desk, source)
    stranger = stocked(desk)
    wrong = CloseRecall(**of(case), outcome="done", open_why="x", good=(first, stranger), version=7)
    assert refusal(desk, wrong, KEEPER, QUALITY) == {
        ("good[1]", "recall.not_in_scope"), ("version", "recall.scope_changed"),
    }  # fmt: skip
    desk.run(CloseRecall(**of(case), outcome="done", open_why="tested", good=(first,)), KEEPER, QUALITY)
    assert lot_state(first, desk.today) is State.IN_STOCK
    assert lot_state(second, desk.today) is State.RECALLED


def test_whoever_started_does_not_sign(desk: Desk) -> None:
    lot = stocked(desk)
    case = recalled(desk, lot, by=BOTH_HATS)
    close = CloseRecall(**of(case), outcome="done", open_why="x")
    assert refusal(desk, close, KEEPER, BOTH_HATS) == {("approver", "recall.starter_signs")}
    cancel = CancelRecall(**of(case), reason="wrong lot")
    assert refusal(desk, cancel, KEEPER, BOTH_HATS) == {("approver", "recall.starter_signs")}
    desk.run(cancel, KEEPER, QUALITY)


def test_two_lots_confused(desk: Desk) -> None:
    """The wrong lot was recalled: it is free again, whoever was told is told so, and another recall goes on."""
    wrong, right = stocked(desk, "L1"), stocked(desk, "L7")
    sold(desk, lot="L1")
    case, other = recalled(desk, wrong), recalled(desk, right, wrong)
    (notice,) = told(desk, case)
    assert notice.state == "approved"
    assert desk.run(CancelRecall(**of(case), reason="it was L7"), KEEPER, QUALITY).value["told"] == 0
    assert lot_state(wrong, desk.today) is State.RECALLED  # by the other
    (notice,) = told(desk, other, way="phone")
    desk.run(MarkNotified(**of(other), notice=notice.pk), KEEPER)
    assert desk.run(CancelRecall(**of(other), reason="neither"), KEEPER, QUALITY).value["told"] == 1
    again = Notice.objects.get(case=other, purpose="cancel")
    assert (again.party, again.way, again.state) == (SHOP, "phone", "approved")
    assert "neither" in again.body
    desk.run(MarkNotified(**of(other), notice=again.pk), KEEPER)
    assert State.RECALLED not in {lot_state(lot, desk.today) for lot in (wrong, right)}
    assert case_of(other.number).state == "cancelled"
    desk.run(Pick(warehouse="main", lines=cups(1)))


def test_an_authority_is_told_of_the_mistake_too(desk: Desk) -> None:
    lot = stocked(desk)
    sold(desk)
    case = recalled(desk, lot)
    office = Recipient(name="FDA", way="letter", contact="1 Main Street", language="en")
    desk.run(DraftNotices(**of(case), others=(office,)), KEEPER)
    found = list(Notice.objects.filter(role="authority"))
    desk.run(approve(*found, case=case), KEEPER, QUALITY)
    desk.run(MarkNotified(**of(case), notice=found[0].pk), KEEPER)
    assert desk.run(CancelRecall(**of(case), reason="wrong lot"), KEEPER, QUALITY).value["told"] == 1
    again = Notice.objects.get(purpose="cancel")
    assert (again.name, again.way, again.contact, again.state) == ("FDA", "letter", "1 Main Street", "approved")


def test_a_block_of_a_recall_ends_with_the_recall_alone(desk: Desk) -> None:
    lot = stocked(desk)
    case = recalled(desk, lot)
    lift = Release(warehouse="main", block=case.block, lines=cups(None))
    assert refusal(desk, lift, INSPECTOR, QUALITY) == {("block", "operations.recall_not_released_here")}


def test_consumers(desk: Desk) -> None:
    lot = stocked(desk)
    case = recalled(desk, lot)
    empty = PublishNotice(**of(case), title_zh="召回")
    assert refusal(desk, empty, KEEPER, QUALITY) == {("title_zh", "recall.public_empty")}
    text = PublishNotice(**of(case), title_zh="召回", text_zh="请勿食用 L1", title_en="Recall", text_en="Do not eat L1")
    assert refusal(desk, text, KEEPER) == {("approver", "governance.approval_missing")}
    assert refusal(desk, WithdrawNotice(**of(case), reason="x"), KEEPER) == {("case", "recall.not_published")}
    desk.run(text, KEEPER, QUALITY)
    assert [one.public_title_en for one in published()] == ["Recall"]
    assert ("case", "recall.published") in refusal(desk, CloseRecall(**of(case), outcome="x"), KEEPER, QUALITY)
    desk.run(CancelRecall(**of(case), reason="wrong"), KEEPER, QUALITY)
    assert not published().exists()
    other = recalled(desk, lot)
    desk.run(PublishNotice(**of(other), title_en="Recall", text_en="Do not eat L1"), KEEPER, QUALITY)
    desk.run(CloseRecall(**of(other), outcome="done", open_why="it stays up"), KEEPER, QUALITY)
    assert published().exists()
    desk.run(WithdrawNotice(**of(other), reason="a year has gone"), KEEPER)
    assert not published().exists()


def test_a_drill_is_not_closed_as_a_recall(desk: Desk) -> None:
    lot = stocked(desk)
    case = recalled(desk, lot)
    assert refusal(desk, CloseDrill(**of(case), outcome="x"), INSPECTOR) == {("case", "recall.no_drill")}
