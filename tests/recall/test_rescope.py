"""The scope looked at again, widened and narrowed: each a version; what is new is held, nothing is freed by itself."""

import json

from suyuan.capture.guard import governed
from suyuan.ledger.models import Body, Record
from suyuan.operations.commands import ReceiveReturn
from suyuan.recall.commands import NarrowScope, RerunScope, StartDrill, WidenScope
from suyuan.recall.models import Case, Notice, Scope, ScopeGoods, ScopeParty
from suyuan.recall.queries import difference, is_as_frozen
from suyuan.stock.queries import lot_state
from suyuan.stock.states import State
from tests.operations.dairy import INSPECTOR, KEEPER, QUALITY, SECOND, Desk, person, refusal, stocked, yoghurt
from tests.recall.story import SHOP, case_of, cups, made, made_of, milk, of, recalled, rows, sold, told, uri_of


def again(desk: Desk, case: Case) -> dict[str, object]:
    return dict(desk.run(RerunScope(**of(case)), INSPECTOR).value)


def test_it_works(desk: Desk) -> None:
    """Somebody made more of the milk before it was held, and told us afterwards."""
    source = milk(desk)
    first = made(desk, quantity=30)
    case = recalled(desk, first)
    assert again(desk, case) == {"case": case.number, "version": 1, "changed": False}
    desk.run(WidenScope(warehouse="main", case=case.number, subjects=(source,), reason="the milk itself"), INSPECTOR)
    case.refresh_from_db()
    assert (case.version, Scope.objects.filter(case=case).count()) == (2, 2)
    assert lot_state(source, desk.today) is State.RECALLED
    assert rows(case)[source].news == "new"
    assert rows(case, 1).keys() == {first}


def test_additions_are_held_at_once_under_the_same_block(desk: Desk) -> None:
    source = milk(desk)
    first = made(desk, quantity=30)
    case = recalled(desk, first)
    second = made(desk, quantity=20)
    sold(desk, lot=second.rpartition("/")[2], customer="CAFE")
    done = desk.run(WidenScope(**of(case), subjects=(source,), reason="all of it"), INSPECTOR)
    assert (done.value["held"], done.value["changed"]) == (2, True)
    assert {lot_state(lot, desk.today) for lot in (source, first, second)} == {State.RECALLED}
    old, new = Scope.objects.filter(case=case).order_by("version")
    found = difference(old, new)
    assert (found.added, found.parties) == (
        (source, second) if source < second else (second, source),
        ((uri_of("CAFE"), "customer"),),
    )


def test_a_version_never_changes(desk: Desk) -> None:
    lot = stocked(desk)
    case = recalled(desk, lot)
    before = list(ScopeGoods.objects.values()), list(ScopeParty.objects.values()), list(Scope.objects.values())
    other = stocked(desk, "L2")
    desk.run(WidenScope(**of(case), subjects=(other,), reason="both"), INSPECTOR)
    scope = Scope.objects.get(case=case, version=1)
    assert list(ScopeGoods.objects.filter(scope=scope).values()) == before[0]
    assert list(ScopeParty.objects.filter(scope=scope).values()) == before[1]
    assert list(Scope.objects.filter(pk=scope.pk).values()) == before[2]


def test_a_version_can_be_checked_against_its_record(desk: Desk) -> None:
    lot = stocked(desk)
    sold(desk)
    case = recalled(desk, lot)
    scope = Scope.objects.get()
    record = Record.objects.get(kind="change", type="StartRecall")
    body = json.loads(bytes(Body.objects.get(id=record.id, log=record.log).body))
    assert (is_as_frozen(scope), body["result"]["digest"]) == (True, scope.digest)
    with governed():
        ScopeGoods.objects.filter(uri=lot).update(held=0)
    assert not is_as_frozen(scope)
    assert case.version == 1


def test_narrowing_takes_two_and_frees_these_goods_of_this_recall_alone(desk: Desk) -> None:
    source, first, second = made_of(desk, 30, 30)
    case, other = recalled(desk, source), recalled(desk, second)
    narrow = NarrowScope(**of(case), goods=(first, second), reason="tested: clean")
    assert refusal(desk, narrow, INSPECTOR) == {("approver", "governance.approval_missing")}
    assert refusal(desk, narrow, INSPECTOR, KEEPER) == {("approver", "governance.approval_not_allowed")}
    assert refusal(desk, narrow, INSPECTOR, INSPECTOR) == {("approver", "governance.approval_self")}
    done = desk.run(narrow, INSPECTOR, QUALITY)
    assert (done.value["freed"], done.value["held"]) == (2, 0)
    assert lot_state(first, desk.today) is State.IN_STOCK
    assert lot_state(second, desk.today) is State.RECALLED  # by the other case
    assert lot_state(source, desk.today) is State.RECALLED
    row = rows(case_of(case.number))[first]
    assert (row.held, row.out, row.excluded) == (0, 2, "tested: clean")
    assert other.version == 1


def test_what_was_taken_out_stays_out(desk: Desk) -> None:
    source, first, second = made_of(desk, 30, 30)
    case = recalled(desk, source)
    desk.run(NarrowScope(**of(case), goods=(first,), reason="clean"), SECOND, QUALITY)
    assert again(desk, case)["changed"] is False
    desk.run(WidenScope(**of(case), subjects=(stocked(desk),), reason="more"), INSPECTOR)
    found = rows(case_of(case.number))
    assert (found[first].out, found[second].out, found[yoghurt("L1")].held) == (2, 0, 1)
    assert lot_state(first, desk.today) is State.IN_STOCK
    named = WidenScope(**of(case), subjects=(first,), reason="not clean after all")
    desk.run(named, INSPECTOR)
    assert lot_state(first, desk.today) is State.RECALLED


def test_what_was_reached_through_it_goes_with_it(desk: Desk) -> None:
    source, first, second = made_of(desk, 30, 30)
    case = recalled(desk, source)
    narrow = NarrowScope(**of(case), goods=(source,), reason="two lots confused")
    assert refusal(desk, narrow, SECOND, QUALITY) == {("goods", "recall.all_out")}
    alone = NarrowScope(**of(case), goods=(source,), reason="used up", onward=False)
    desk.run(alone, SECOND, QUALITY)
    assert {uri: row.out for uri, row in rows(case_of(case.number)).items()} == {source: 1, first: 0, second: 0}
    assert lot_state(first, desk.today) is State.RECALLED
    assert lot_state(source, desk.today) is not State.RECALLED


def test_refusals(desk: Desk) -> None:
    lot = stocked(desk)
    case = recalled(desk, lot)
    stranger = stocked(desk, "L2")
    assert refusal(desk, RerunScope(warehouse="cold", case=case.number), INSPECTOR) == {("case", "recall.unknown")}
    wide = WidenScope(**of(case), subjects=(lot,), reason=" ")
    assert refusal(desk, wide, INSPECTOR) == {("reason", "recall.reason_missing")}
    nothing = WidenScope(**of(case), subjects=(lot,), reason="again")
    assert refusal(desk, nothing, INSPECTOR) == {("subjects", "recall.nothing_new")}
    narrow = NarrowScope(**of(case), goods=(stranger, "?"), reason="", version=3)
    assert refusal(desk, narrow, SECOND, QUALITY) >= {
        ("goods[0]", "recall.not_in_scope"),
        ("version", "recall.scope_changed"),
        ("reason", "recall.reason_missing"),
    }
    empty = NarrowScope(**of(case), goods=(), reason="x")
    assert refusal(desk, empty, SECOND, QUALITY) == {("goods", "recall.subjects_missing")}
    far = person("inspector", "Far", "cold")
    assert refusal(desk, RerunScope(**of(case)), far) == {("", "governance.not_allowed")}


def test_a_return_is_no_news_and_takes_nothing_off_what_a_party_had(desk: Desk) -> None:
    lot = stocked(desk)
    sold(desk, quantity=10)
    case = recalled(desk, lot)
    desk.run(ReceiveReturn(warehouse="main", customer="SHOP", lines=cups(4), reason="recall"), KEEPER)
    assert again(desk, case)["changed"] is False
    desk.run(WidenScope(**of(case), subjects=(stocked(desk, "L2"),), reason="more"), INSPECTOR)
    had = ScopeParty.objects.get(scope__case=case, scope__version=2, party=SHOP)
    assert had.quantity == 10_000_000


def test_drafts_for_new_parties_wait_for_approval(desk: Desk) -> None:
    first, second = stocked(desk, "L1"), stocked(desk, "L2")
    sold(desk, lot="L1")
    sold(desk, lot="L2", customer="CAFE")
    case = recalled(desk, first)
    told(desk, case)
    done = desk.run(WidenScope(**of(case), subjects=(second,), reason="more"), INSPECTOR)
    assert done.value["drafted"] == 1
    assert list(Notice.objects.filter(state="drafted").values_list("party", flat=True)) == [uri_of("CAFE")]


def test_the_trace_is_told_by_nobody_else(desk: Desk) -> None:
    """A drill is not looked at again: it is what it was."""
    lot = stocked(desk)
    number = str(desk.run(StartDrill(warehouse="main", subjects=(lot,)), INSPECTOR).value["case"])
    assert refusal(desk, RerunScope(warehouse="main", case=number), INSPECTOR) == {("case", "recall.is_drill")}
