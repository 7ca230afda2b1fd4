"""A scope that was changed behind the commands is found."""

from suyuan.capture.guard import governed
from suyuan.recall.checking import scope_findings
from suyuan.recall.commands import WidenScope
from suyuan.recall.models import Scope, ScopeGoods, ScopeParty
from suyuan.recall.rules import digest_of
from tests.operations.dairy import INSPECTOR, Desk, stocked
from tests.recall.story import of, recalled, sold


def found() -> list[tuple[str, str]]:
    return [(one.code, one.params["version"]) for one in scope_findings()]


def test_it_works(desk: Desk) -> None:
    lot = stocked(desk)
    sold(desk)
    case = recalled(desk, lot)
    desk.run(WidenScope(**of(case), subjects=(stocked(desk, "L2"),), reason="more"), INSPECTOR)
    assert found() == []
    with governed():
        ScopeParty.objects.filter(scope__version=1).delete()
    assert found() == [("recall.scope_differs", "1")]


def test_nobody_writes_another_digest_beside_other_rows(desk: Desk) -> None:
    case = recalled(desk, stocked(desk))
    with governed():
        ScopeGoods.objects.all().delete()
        ScopeParty.objects.all().delete()
        Scope.objects.update(digest=digest_of([], []))
    assert found() == [("recall.scope_differs", "1")]
    assert case.version == 1
