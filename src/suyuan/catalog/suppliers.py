"""May goods be taken from this supplier: is he approved, and does he hold the papers that they ask for?"""

from collections.abc import Collection
from datetime import date

from suyuan.catalog.directory import Held, PartnerInfo
from suyuan.catalog.kinds import PartnerStatus
from suyuan.gs1.problems import Problem


def supplier_problems(supplier: PartnerInfo, needed: Collection[str], day: date, field: str) -> list[Problem]:
    """What stands against a receipt on a day; `needed`: the kinds of certificate that the goods' categories ask for."""
    shown = {"partner": supplier.code}
    problems = []
    if supplier.status == PartnerStatus.PENDING:
        problems.append(Problem("catalog.supplier_pending", field, shown))
    elif supplier.status != PartnerStatus.APPROVED:
        problems.append(Problem("catalog.supplier_suspended", field, shown))
    for kind in sorted(supplier.certificates | set(needed)):
        own = [paper for paper in supplier.held if paper.kind == kind]
        if not own:
            problems.append(Problem("catalog.licence_missing", field, {**shown, "kind": kind}))
        elif not any(is_good(paper, day) for paper in own):
            last = max((paper.valid_until for paper in own if paper.valid_until), default=day)
            problems.append(Problem("catalog.licence_expired", field, {**shown, "kind": kind, "day": last.isoformat()}))
    return problems


def is_good(paper: Held, day: date) -> bool:
    """Does it hold on that day? The last day counts."""
    begun = paper.valid_from is None or paper.valid_from <= day
    return begun and (paper.valid_until is None or day <= paper.valid_until)
