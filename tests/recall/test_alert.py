"""What a recall waits for is found, said once, and gone when it is done."""

from datetime import timedelta

from suyuan.capture.guard import governed
from suyuan.insight.kinds import Severity
from suyuan.insight.models import Alert
from suyuan.insight.refreshing import FINDERS, refresh
from suyuan.insight.rules import Cause
from suyuan.insight.world import World
from suyuan.ledger.keys import moment
from suyuan.recall.commands import CancelRecall, MarkNotified, RecordAnswer, StartDrill
from suyuan.recall.models import Case, Notice, Scope
from suyuan.recall.watching import escalate
from tests.operations.dairy import INSPECTOR, KEEPER, QUALITY, Desk, stocked
from tests.recall.story import SHOP, of, recalled, sold, told

KINDS = ("recall_silent", "recall_unsent", "recall_overdue", "recall_undecided")


def ask(desk: Desk, after: timedelta = timedelta()) -> dict[str, Cause]:
    world = World(desk.now + after)
    return {kind: found[0] for kind in KINDS if (found := FINDERS[kind](world))}


def test_it_works(desk: Desk) -> None:
    lot = stocked(desk)
    sold(desk)
    case = recalled(desk, lot)
    assert ask(desk) == {}
    assert set(ask(desk, timedelta(hours=25))) == {"recall_overdue"}  # nobody was told
    (notice,) = told(desk, case)
    desk.run(MarkNotified(**of(case), notice=notice.pk), KEEPER)
    assert ask(desk) == {}
    late = ask(desk, timedelta(hours=9))
    assert set(late) == {"recall_silent"}
    assert late["recall_silent"].facts["name"] == notice.name
    for _ in range(2):
        notice.refresh_from_db()
        assert notice.due is not None
        desk.now = moment(notice.due)
        escalate(lambda: desk.now)
    assert ask(desk)["recall_silent"].severity is Severity.URGENT
    desk.run(RecordAnswer(**of(case), party=SHOP, found="10"), KEEPER)
    assert ask(desk) == {}
    assert set(ask(desk, timedelta(days=15))) == {"recall_overdue"}
    desk.run(CancelRecall(**of(case), reason="wrong lot"), KEEPER, QUALITY)
    assert ask(desk, timedelta(days=30)) == {}


def test_what_did_not_go_and_what_is_to_be_decided(desk: Desk) -> None:
    lot = stocked(desk)
    sold(desk)
    case = recalled(desk, lot)
    told(desk, case)
    with governed():
        Notice.objects.update(state="failed", trouble="no such host", next_try=None)
        Case.objects.filter(pk=case.pk).update(grown=True)
    found = ask(desk)
    assert set(found) == {"recall_unsent", "recall_undecided"}
    assert found["recall_unsent"].facts["trouble"] == "no such host"
    assert found["recall_undecided"].severity is Severity.URGENT
    with governed():
        Case.objects.filter(pk=case.pk).update(grown=False)
        scope = Scope.objects.get()
        Scope.objects.update(totals=scope.totals | {"gone": 2})
    assert ask(desk)["recall_undecided"].facts["count"] == 2
    refresh(desk.now)
    assert set(Alert.objects.values_list("kind", flat=True)) >= {"recall_unsent", "recall_undecided"}


def test_a_drill_wants_nothing(desk: Desk) -> None:
    lot = stocked(desk)
    sold(desk)
    desk.run(StartDrill(warehouse="main", subjects=(lot,)), INSPECTOR)
    assert ask(desk, timedelta(days=90)) == {}
