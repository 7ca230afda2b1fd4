"""A delivery against what the supplier announced: what differs, and what somebody else took in already."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from django.db import connection
from django.db.models import Q

from suyuan.capture.who import Who
from suyuan.catalog.rules import code_key
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import decimal_text
from suyuan.ledger.keys import key16
from suyuan.operations.inbound.history import Told, last_receipts, names_of, site_time
from suyuan.operations.lines import Resolved, Thing
from suyuan.orders.expecting import Expected, ExpectedLine
from suyuan.orders.models import Notice
from suyuan.orders.notices import expected
from suyuan.stock.store import wait_for
from suyuan.tlog.jcs import Json

Pair = tuple[str, str]  # item, lot number


def announced(warehouse: str, text: str, supplier: str, goods: Resolved, who: Who) -> Expected | None:
    """The notice of a despatch advice, here already or not; None where nobody announced it.

    Held until the end of the transaction, so that of two who receive it at once the second sees what the first took in.
    """
    if not text.strip():
        return None
    if connection.features.has_select_for_update:
        named = Notice.objects.filter(Q(key=code_key(text)) | Q(uri=text.strip()))
        list(named.select_for_update().values_list("pk"))
        wait_for(key16(uri) for uri in goods.subjects)
    kept = who.directory.kept
    found = expected(warehouse, number=text, also_here=True)
    return next((one for one in found if not supplier or kept(one.supplier) == kept(supplier)), None)


def notice_problems(
    found: Expected, goods: Resolved, expiries: Mapping[str, str], told: Told | None, who: Who
) -> list[Problem]:
    """What is here already by somebody else's hand, and labels that say another expiry than was announced. All of it
    can be confirmed: there may be more of it than was announced.

    `expiries`: subject → the expiry as the receipt has it; `told`: the last receipt of this notice.
    """
    taken = _taken(told, who)
    if found.is_here:
        return [Problem("operations.notice_received", "desadv", {"number": found.number, **taken})]
    by_pair = _by_pair(found.lines)
    problems = []
    for thing in goods.things:
        lines = by_pair.get(pair_of(thing, who), ())
        shown = {"item": thing.info.code if thing.info else "", "lot": thing.lot}
        if lines and all(line.is_here for line in lines):
            problems.append(Problem("operations.lot_received", thing.field, {**shown, **taken}))
        known = {line.expiry.isoformat() for line in lines if line.expiry}
        expiry = expiries.get(thing.uri, "")
        if expiry and known and expiry not in known:
            params = {**shown, "expiry": expiry, "known": min(known)}
            problems.append(Problem("operations.expiry_announced", f"{thing.field}.expiry", params))
    return problems


def differences(found: Expected, goods: Resolved, who: Who) -> dict[str, dict[str, Json]]:
    """Where a receipt differs from its notice: the field of the first line → ``{id, announced, received, unit}``.

    Of each lot that came: as much as was still to come of it against how much there is. What did not come is still
    announced, and no difference yet. A container by itself is what was announced.
    """
    by_pair = _by_pair(found.lines)
    came: dict[Pair, list[Thing]] = {}
    for thing in goods.things:
        if not thing.container and thing.quantity is not None:
            came.setdefault(pair_of(thing, who), []).append(thing)
    rows: dict[str, dict[str, Json]] = {}
    for pair, things in came.items():
        wanted = sum((line.open for line in by_pair.get(pair, ())), start=Decimal(0))
        got = sum((thing.quantity or Decimal(0) for thing in things), start=Decimal(0))
        if wanted != got:
            rows[things[0].field] = {
                "id": things[0].uri,
                "announced": decimal_text(wanted),
                "received": decimal_text(got),
                "unit": things[0].info.base_unit if things[0].info else "",
            }
    return rows


def last_of(found: Expected) -> Told | None:
    """The last receipt under this despatch advice. One statement."""
    return last_receipts([key16(found.uri)]).get(key16(found.uri)) if found.uri else None


def pair_of(thing: Thing, who: Who) -> Pair:
    return (who.directory.kept(thing.info.uri) if thing.info else "", thing.lot)


def _by_pair(lines: Iterable[ExpectedLine]) -> dict[Pair, Sequence[ExpectedLine]]:
    found: dict[Pair, list[ExpectedLine]] = {}
    for line in lines:
        found.setdefault((line.item, line.lot), []).append(line)
    return dict(found)


def _taken(told: Told | None, who: Who) -> dict[str, str]:
    if told is None:
        return {"who": "–", "time": "–"}
    return {"who": names_of([told.by]).get(told.by, told.by) or "–", "time": site_time(who, told)}
