"""What is written of cases. Inside a command; each trusts what it is given."""

from collections.abc import Sequence

from django.db import connection

from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.ledger.bulk import Table, insert
from suyuan.ledger.keys import micros
from suyuan.recall.kinds import Cause
from suyuan.recall.models import Case, Scope, Watch
from suyuan.recall.rules import Good, Had, digest_of
from suyuan.recall.scoping import MOST_GAPS, Found, linked_share, totals_of
from suyuan.trace.values import Lying

GOODS = Table(
    "recall_scopegoods", scope_id="int", key="key", uri="text", kind="text", direction="text", depth="mid",
    quantity="int", unit="text", affected="int", stock_unit="text", held="small", news="text", step="text", via="text",
    out="small", excluded="text",
)  # fmt: skip
STOCK = Table(
    "recall_scopestock", scope_id="int", key="key", uri="text", log="text", place="text", container="text",
    quantity="int", unit="text", state="text", under_way="small",
)  # fmt: skip
PARTY = Table(
    "recall_scopeparty", scope_id="int", party="text", role="text", quantity="int", unit="text", goods="bytes",
    news="text",
)  # fmt: skip


def do_add_scope(
    ctx: Context,
    who: Who,
    case: Case,
    found: Found,
    goods: Sequence[Good],
    parties: Sequence[Had],
    *,
    cause: Cause,
    reason: str,
) -> Scope:
    """A version of the scope with its rows: four statements, however many rows."""
    scope = Scope.objects.create(
        case=case, version=case.version, cause=cause.value, reason=reason, subjects=list(found.subjects),
        made=micros(ctx.now), made_by=ctx.actor.id, positions=dict(found.positions), digest=digest_of(goods, parties),
        totals=totals_of(goods, found.stock, parties) | {"linked": linked_share(found.answer)},
        gaps=[{"code": p.code, "goods": p.field, "params": dict(p.params)} for p in found.gaps[:MOST_GAPS]],
    )  # fmt: skip
    with connection.cursor() as cursor:
        insert(cursor, GOODS, [_goods_row(scope.pk, good) for good in goods])
        insert(cursor, STOCK, [_stock_row(scope.pk, who, row) for row in found.stock])
        insert(cursor, PARTY, [_party_row(scope.pk, had) for had in parties])
    return scope


def _goods_row(scope: int, good: Good) -> tuple[object, ...]:
    return (
        scope, good.key, good.uri, good.kind, good.direction, good.depth, good.quantity, good.unit, good.affected,
        good.stock_unit, good.held, good.news, good.step, good.via, good.out, good.excluded[:300],
    )  # fmt: skip


def _stock_row(scope: int, who: Who, row: Lying) -> tuple[object, ...]:
    return (
        scope, row.key, row.uri, log_of_place(who, row.place), row.place, row.container or "", row.quantity, row.unit,
        row.status, int(row.under_way),
    )  # fmt: skip


def _party_row(scope: int, had: Had) -> tuple[object, ...]:
    return (scope, had.party, had.role, had.quantity, had.unit, b"".join(had.goods), had.news)


def log_of_place(who: Who, place: str) -> str:
    """The warehouse that a place belongs to; of goods under way, the one that sent them."""
    _origin, under_way, way = place.partition("/transit/")
    return way.partition("/")[0] if under_way else who.warehouse_of(place) or ""


def do_time(scope: Scope, millis: int) -> None:
    """How long it took, known only when it is written."""
    scope.millis = millis
    Scope.objects.filter(pk=scope.pk).update(millis=millis)


def do_watch(case: Case, found: Found, now: int) -> None:
    """From here on the worker looks whether it has grown."""
    Watch.objects.update_or_create(case=case, defaults={"seen": dict(found.positions), "due": now})
