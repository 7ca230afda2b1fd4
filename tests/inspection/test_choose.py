"""Which plan applies, and what it asks."""

import pytest

from suyuan.inspection.iso2859 import Severity
from suyuan.inspection.judging import Asked
from suyuan.inspection.kinds import Mode
from suyuan.inspection.sampling import PlanInfo, drawn_for, plan_for
from suyuan.inspection.switching import Series

S = Mode.SAMPLING
BOTH = PlanInfo(1, "BOTH", S, "1.0", supplier="farm", item="milk")
ITEM = PlanInfo(2, "ITEM", S, "1.0", item="milk")
SUPPLIER_CATEGORY = PlanInfo(3, "SC", S, "1.0", supplier="farm", category="dairy")
CATEGORY = PlanInfo(4, "CAT", S, "1.0", category="dairy")
SUPPLIER = PlanInfo(5, "SUP", S, "1.0", supplier="farm")
NAMED = PlanInfo(6, "Named", S, "1.0")
ALL = (NAMED, SUPPLIER, CATEGORY, SUPPLIER_CATEGORY, ITEM, BOTH)


@pytest.mark.parametrize("missing", range(len(ALL)))
def test_the_most_specific_wins(missing: int) -> None:
    """With one after the other of the best gone, the next one is meant."""
    left = ALL[: len(ALL) - missing]
    found = plan_for(left, supplier="farm", item="milk", category="dairy")
    order = (BOTH, ITEM, SUPPLIER_CATEGORY, CATEGORY, SUPPLIER, None)
    assert found == order[missing]


def test_an_item_names_its_plan() -> None:
    assert plan_for([NAMED, CATEGORY], supplier="farm", item="milk", category="dairy", named="NAMED") == NAMED
    assert plan_for([NAMED], supplier="farm", item="milk", category="dairy") is None
    assert plan_for([BOTH, NAMED], supplier="farm", item="milk", category="", named="named") == BOTH
    assert plan_for([], supplier="", item="milk", category="", named="gone") is None


def test_other_goods_have_other_plans() -> None:
    assert plan_for(ALL[1:], supplier="other", item="whey", category="cheese") is None
    assert plan_for(ALL, supplier="", item="milk", category="dairy") == ITEM


def test_what_is_drawn() -> None:
    assert drawn_for(ITEM, 2000, Series()).asked == Asked(125, 3)
    assert drawn_for(ITEM, 2000, Series(Severity.TIGHTENED)).asked == Asked(125, 2)
    assert drawn_for(ITEM, 2000, Series(Severity.REDUCED)).letter == "K"
    minor = PlanInfo(7, "M", S, "1.0", minor_aql="4.0")
    assert drawn_for(minor, 2000, Series()).asked == Asked(125, 3, minor_size=125, minor_accept=10)
    assert drawn_for(PlanInfo(8, "F", S, sample_size=5), 3, Series()).asked == Asked(3, 0)
    assert drawn_for(PlanInfo(9, "A", Mode.ALL), 40, Series()).asked == Asked(40, 0)
    assert drawn_for(PlanInfo(9, "C", Mode.CERTIFICATE), 40, Series()).asked == Asked(0, 0)
    assert not drawn_for(PlanInfo(10, "H", S, "15"), 150, Series()).asked.pieces
