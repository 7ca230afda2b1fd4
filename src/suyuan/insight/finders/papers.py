"""Licences and certificates of suppliers: about to expire, expired, missing. Told from the catalog's snapshot."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from suyuan.catalog.directory import PartnerInfo
from suyuan.catalog.kinds import PartnerStatus
from suyuan.catalog.models import SupplierItem
from suyuan.insight.kinds import COMPANY, Severity
from suyuan.insight.rules import Cause
from suyuan.insight.world import World
from suyuan.ledger.keys import key16

NEVER = date.max


def licence(world: World) -> list[Cause]:
    """Papers of suppliers whose last day is near, unless he has a later one; urgent when it has passed."""
    today, days = world.today(), world.days("licence")
    found = []
    for partner in suppliers(world):
        last: dict[str, date] = {}
        for paper in partner.held:
            last[paper.kind] = max(paper.valid_until or NEVER, last.get(paper.kind, date.min))
        for kind, day in last.items():
            if day != NEVER and (day - today).days <= days:
                severity = Severity.URGENT if day < today else Severity.WARN
                found.append(_cause("licence", partner, kind, severity, day.isoformat()))
    return found


def licence_missing(world: World) -> list[Cause]:
    """Papers that a supplier must hold, by himself or for what he supplies, and that nobody has entered. One
    statement."""
    asked: dict[str, set[str]] = defaultdict(set)
    pairs = SupplierItem.objects.filter(is_active=True).values_list("partner__uri", "item__uri")
    for partner, item in pairs:
        info = world.known.items.get(item)
        asked[partner] |= info.certificates if info else frozenset()
    return [
        _cause("licence_missing", partner, kind, Severity.WARN)
        for partner in suppliers(world)
        for kind in sorted((partner.certificates | asked[partner.uri]) - {paper.kind for paper in partner.held})
    ]


def suppliers(world: World) -> Iterator[PartnerInfo]:
    """Those in use, not suspended."""
    for partner in world.known.partners.values():
        if "supplier" in partner.roles and partner.active and partner.status != PartnerStatus.SUSPENDED:
            yield partner


def _cause(kind: str, partner: PartnerInfo, paper: str, severity: Severity, day: str = "") -> Cause:
    return Cause(
        kind=kind,
        log=COMPANY,
        cause=f"{key16(partner.uri).hex()}:{paper}",
        subject=partner.uri,
        severity=severity,
        facts={"paper": paper, "partner": partner.code, **({"day": day} if day else {})},
    )
