"""What the commands of a case have in common: finding it, what is wrong with what they are told, its two events."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from django.db import connection
from msgspec.structs import replace

from suyuan.capture.bodies import Amount, object_event
from suyuan.capture.who import Who
from suyuan.epcis.events import JsonObject
from suyuan.governance.context import Context
from suyuan.governance.kernel import with_above
from suyuan.governance.settings import SMALL_FIRM, value_of
from suyuan.gs1.problems import Problem
from suyuan.ledger.bulk import is_postgres
from suyuan.ledger.keys import event_key, key16
from suyuan.operations.carrying import break_held
from suyuan.operations.events import day_of, head
from suyuan.operations.parties import site
from suyuan.orders.reservations import do_break
from suyuan.recall.coming_back import came_back
from suyuan.recall.kinds import RUNNING, Cause, Kind, Role
from suyuan.recall.models import Case, Scope, ScopeGoods, ScopeParty
from suyuan.recall.rules import Good, Had, compared, compared_parties, followed, is_news, keys_of, taken_out
from suyuan.recall.scoping import NAMED, Found, settled
from suyuan.recall.writes import do_add_scope, do_time, do_watch
from suyuan.stock.queries import content
from suyuan.stock.store import NOTHING, Held, wait_for

LONGEST = 2000
_NONE_OUT: Mapping[bytes, tuple[int, str]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class OfCase:
    """A case by its number, led from a warehouse."""

    warehouse: str
    case: str


def case_of(c: OfCase, problems: list[Problem], *, drill: bool = False, ended: bool = False) -> Case | None:
    """The case, locked; a problem where there is none that runs. `drill`: must it be one; `ended`: it may be over."""
    found = Case.objects.select_for_update().filter(number=c.case.strip(), log=c.warehouse).first()
    if found is None:
        problems.append(Problem("recall.unknown", "case", {"number": c.case[:40]}))
        return None
    wrong = ""
    if found.state not in RUNNING and not ended:
        wrong = "recall.closed"
    elif (found.kind == Kind.DRILL) is not drill:
        wrong = "recall.is_drill" if found.kind == Kind.DRILL else "recall.no_drill"
    if wrong:
        problems.append(Problem(wrong, "case", {"number": found.number}))
        return None
    return found


def scope_of(case: Case) -> Scope:
    """The version that counts now."""
    return Scope.objects.get(case=case, version=case.version)


def text_problems(*texts: tuple[str, str], code: str = "recall.reason_missing") -> list[Problem]:
    """(field, text): each must say something, and not a book."""
    found = [Problem(code, field) for field, text in texts if not text.strip()]
    return found + [
        Problem("recall.text_long", field, {"most": str(LONGEST)}) for field, text in texts if len(text) > LONGEST
    ]


def choice_problems(field: str, value: str, allowed: Iterable[str]) -> list[Problem]:
    known = list(allowed)
    if value in known:
        return []
    return [Problem("recall.choice", field, {"value": value[:40], "allowed": ", ".join(known)})]


def signer_problems(ctx: Context, person: str, code: str = "recall.starter_signs", **said: str) -> list[Problem]:
    """Whoever began it does not sign for it, unless the firm is too small for two."""
    if any(signed.actor.human == person for signed in ctx.signatures) and not value_of(SMALL_FIRM):
        return [Problem(code, "approver", said)]
    return []


def millis_since(ctx: Context, begun: datetime) -> int:
    return round((ctx.clock() - begun).total_seconds() * 1000) if ctx.clock is not None else 0


def begun(ctx: Context) -> datetime:
    return ctx.clock() if ctx.clock is not None else ctx.now


# -- rows -------------------------------------------------------------------------------------------------------------


def goods_of(scope: Scope) -> list[Good]:
    """The rows of a version as values. One statement."""
    return [
        Good(
            key=bytes(row.key), uri=row.uri, kind=row.kind, direction=row.direction, depth=row.depth,
            quantity=row.quantity, unit=row.unit, affected=row.affected, stock_unit=row.stock_unit, held=row.held,
            news=row.news, step=row.step, via=row.via, out=row.out, excluded=row.excluded,
        )
        for row in ScopeGoods.objects.filter(scope=scope).order_by("pk").iterator(2000)
    ]  # fmt: skip


def parties_of(scope: Scope) -> list[Had]:
    """The parties of a version as values. One statement."""
    rows = ScopeParty.objects.filter(scope=scope).order_by("pk")
    return [Had(row.party, row.role, row.quantity, row.unit, keys_of(row.goods), row.news) for row in rows]


@dataclass(frozen=True, slots=True)
class Versioned:
    """A version that was made: its rows, and the goods that it holds or frees beside the one before (URIs)."""

    scope: Scope
    goods: list[Good]
    parties: list[Had]
    blocked: list[Good]
    freed: list[Good]


def first_version(ctx: Context, who: Who, case: Case, found: Found, since: datetime) -> Versioned:
    """The version with which a case is opened."""
    goods = found.goods if case.kind != Kind.DRILL else [replace(good, held=0) for good in found.goods]
    return _version(ctx, who, case, found, goods, found.parties, [], since, Cause.OPENED, case.reason)


def next_version(
    ctx: Context,
    who: Who,
    case: Case,
    found: Found,
    now: "Merged",
    before: Sequence[Good],
    since: datetime,
    cause: Cause,
    reason: str,
) -> Versioned:
    """The next version; what counts now is that one."""
    case.version += 1
    case.grown = False
    case.subjects = list(found.subjects)
    case.save(update_fields=["version", "grown", "subjects"])
    return _version(ctx, who, case, found, now.goods, now.parties, before, since, cause, reason)


def _version(
    ctx: Context,
    who: Who,
    case: Case,
    found: Found,
    goods: Sequence[Good],
    parties: Sequence[Had],
    before: Sequence[Good],
    since: datetime,
    cause: Cause,
    reason: str,
) -> Versioned:
    rows, sides = list(goods), list(parties)
    scope = do_add_scope(ctx, who, case, found, rows, sides, cause=cause, reason=reason)
    do_time(scope, millis_since(ctx, since))
    do_watch(case, found, 0)
    had = {good.key for good in before if good.held == NAMED}
    have = {good.key for good in rows if good.held == NAMED}
    new, gone = have - had, had - have
    return Versioned(
        scope, rows, sides,
        [good for good in rows if good.key in new],
        [good for good in rows if good.key in gone],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Merged:
    """What the next version says: its rows, and whether the one before said as much."""

    goods: list[Good]
    parties: list[Had]
    news: bool


def merged(
    case: Case,
    found: Found,
    before: Sequence[Good],
    out: Mapping[bytes, tuple[int, str]] = _NONE_OUT,
    again: Set[bytes] = frozenset(),
) -> Merged:
    """The version before and what the trace finds now, together. `out`: what is taken out by it, `again`: what was out
    and is named anew. What came back since the case was opened is still what a party had.
    """
    rows = taken_out(compared(before, found.goods), out, again)
    goods = settled(followed(chain(found.answer.edges, found.answer.cleaned), rows))
    back = came_back(case, {one.party for one in found.parties})
    have = [
        replace(one, quantity=one.quantity + back.get((one.party, one.unit), 0)) if one.role == Role.CUSTOMER else one
        for one in found.parties
    ]
    had = parties_of(scope_of(case))
    parties = compared_parties(had, have)
    return Merged(goods, parties, is_news(before, goods, had, parties))


# -- the two events ---------------------------------------------------------------------------------------------------


def hold_event(ctx: Context, who: Who, case: Case, goods: Sequence[Good], reason: str) -> JsonObject:
    """OBSERVE, holding, set recalled, on all of these at once. The first one's id is the block's; what comes later
    joins that block, so that it ends as one.
    """
    extra = {"reason": reason, "recall": case.number} | ({"block": case.block} if case.block else {})
    return object_event(
        head(
            ctx, who, case.log, ctx.now, "holding", read_point=site(who, case.log), blocks=["recalled"], extra=extra
        ),
        "OBSERVE",
        epcs=instances(goods),
        amounts=classes(goods),
    )  # fmt: skip


def lift_event(ctx: Context, who: Who, case: Case, goods: Sequence[Good], reason: str) -> JsonObject:
    """OBSERVE, inspecting, unset recalled, the block named: other blocks on the same goods stay."""
    extra = {"reason": reason, "recall": case.number, "block": case.block}
    return object_event(
        head(
            ctx, who, case.log, ctx.now, "inspecting", "conformant", read_point=site(who, case.log),
            unblocks=["recalled"], extra=extra,
        ),
        "OBSERVE",
        epcs=instances(goods),
        amounts=classes(goods),
    )  # fmt: skip


def instances(goods: Iterable[Good]) -> list[str]:
    return [good.uri for good in goods if good.kind in ("serial", "container")]


def classes(goods: Iterable[Good]) -> list[Amount]:
    """Without quantity: all there is, wherever it is."""
    return [Amount(uri=good.uri) for good in goods if good.kind not in ("serial", "container")]


def block_of(event: JsonObject) -> str:
    return event_key(str(event["eventID"])).hex()


def take(goods: Sequence[Good]) -> Held:
    """Wait for whoever moves what is held now, or keeps it for an order, so that what he kept is broken too. On SQLite
    nobody else is inside a transaction.
    """
    if not is_postgres(connection):
        return NOTHING
    held = [good for good in goods if good.held]
    inside = content(good.key for good in held if good.kind == "container")
    wanted = {key16(name) for good in held for name in with_above(good.uri)}
    return wait_for(wanted | {key for row in inside for key in (row.subject, row.item, row.lot) if key})


def broken(ctx: Context, who: Who, case: Case, goods: Sequence[Good], why: str) -> int:
    """What was kept for orders of goods that are held now, and taken, is so no longer; how many reservations broke."""
    held = [good for good in goods if good.held]
    items = [good.uri for good in held if good.kind == "item"]
    count = do_break([good.key for good in held], items, why)
    boxes = [good.uri for good in held if good.kind == "container"]
    return count + (break_held(case.log, boxes, day_of(who, case.log, ctx.now).toordinal(), why) if boxes else 0)


def fields_of(*lists: Sequence[Good]) -> dict[str, str]:
    """The goods of the events, for the locks and for what the stock may refuse."""
    return {good.uri: "case" for goods in lists for good in goods}
