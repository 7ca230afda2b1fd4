"""What a scope is made of: the trace, the stock and the parties at one moment, as rows.

A container stands for the goods in it, since those are what is taken back, wherever they lie by then.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from msgspec.structs import replace

from suyuan.capture.who import Who
from suyuan.catalog.kinds import Tracking
from suyuan.gs1.identifiers import identify
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import COUNT
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import key16
from suyuan.ledger.models import Tree
from suyuan.recall.kinds import Direction, Role
from suyuan.recall.rules import FULL, Good, Had, contents_of, reached_by, summed
from suyuan.stock.queries import about
from suyuan.trace.answer import trace
from suyuan.trace.linked import linkage
from suyuan.trace.resolve import Candidate
from suyuan.trace.values import Lying, Trace

MOST_SUBJECTS = 5000
HERE_KINDS = ("lot", "serial", "item")
MOST_GAPS = 200
NAMED, BY_LOT = 1, 2  # `held`: the block is on the goods themselves, or on the lot they belong to
_KNOWN = "SELECT DISTINCT id, kind FROM ledger_identifier WHERE id {keys}"
_ALL = (
    "SELECT b.subject, s.unit, SUM(b.quantity) FROM stock_balance b "
    "JOIN stock_subject s ON s.log = b.log AND s.subject = b.subject AND s.container = 0 "
    "WHERE b.quantity > 0 AND b.subject {keys} GROUP BY b.subject, s.unit"
)


@dataclass(frozen=True, slots=True)
class Found:
    """What is affected now. `positions`: as `models.Scope` has them, read before anything else was."""

    subjects: tuple[str, ...]
    goods: list[Good]
    stock: list[Lying]
    parties: list[Had]
    gaps: list[Problem]
    positions: Mapping[str, int]
    answer: Trace = field(repr=False)


def positions_now() -> dict[str, int]:
    """Log → how many leaves its tree has."""
    return dict(Tree.objects.values_list("log", "size"))


def candidates(texts: Sequence[str], problems: list[Problem]) -> list[Candidate]:
    """What URIs name, as the ledger knows it; a problem at each that it has never seen. One statement."""
    if not texts:
        problems.append(Problem("recall.subjects_missing", "subjects"))
    if len(texts) > MOST_SUBJECTS:
        params = {"count": str(len(texts)), "most": str(MOST_SUBJECTS)}
        problems.append(Problem("recall.subjects_many", "subjects", params))
        return []
    uris: dict[str, int] = {}
    for n, text in enumerate(texts):
        try:
            uris.setdefault(identify(text.strip()).uri, n)
        except Refused as refused:
            problems += [Problem(p.code, f"subjects[{n}]", p.params) for p in refused.problems]
    with connection.cursor() as cursor:
        rows = select_in(cursor, _KNOWN, map(key16, uris))
    kinds = {bytes(id): str(kind) for id, kind in rows}
    unknown = [uri for uri in uris if key16(uri) not in kinds]
    problems += [Problem("recall.subject_unknown", f"subjects[{uris[uri]}]", {"subject": uri}) for uri in unknown]
    return [Candidate(uri, kinds[key16(uri)]) for uri in uris if key16(uri) in kinds]


def find(who: Who, subjects: Sequence[Candidate], now: datetime, query: str = "") -> Found | None:
    """Run the trace for these subjects; None where they name no goods at all."""
    positions = positions_now()
    answer = trace(query, subjects, now=now)
    goods = [*(subject for subject in answer.subjects if subject.kind in HERE_KINDS), *_within(answer)]
    if goods and any(subject.kind == "container" for subject in answer.subjects):
        answer = trace(query, goods, now=now)
    roots = [subject for subject in answer.subjects if subject.kind in HERE_KINDS]
    if not roots:
        roots = [subject for subject in answer.subjects if subject.kind == "container"]
    if not roots:
        return None
    return Found(
        subjects=tuple(subject.uri for subject in roots),
        goods=_covered(who, _amounts(_goods(answer, roots))),
        stock=answer.stock,
        parties=_parties(who, answer),
        gaps=answer.gaps,
        positions=positions,
        answer=answer,
    )


def _within(answer: Trace) -> list[Candidate]:
    """The goods in the containers that the subjects name."""
    boxes = {subject.key for subject in answer.subjects if subject.kind == "container"}
    if not boxes:
        return []
    inside = contents_of(answer.edges, boxes)
    return [Candidate(one.uri, one.kind) for one in answer.backward if one.key in inside and one.kind in HERE_KINDS]


def _goods(answer: Trace, roots: Sequence[Candidate]) -> list[Good]:
    depths = {root.key: 0 for root in roots} | {one.key: one.depth for one in answer.forward}
    came = reached_by(answer.edges, depths)
    rows = [Good(root.key, root.uri, root.kind, Direction.SUBJECT.value, 0, None, "") for root in roots]
    done = {root.key for root in roots}
    for one in answer.forward:
        if one.key not in done:
            step, source = came.get(one.key, ("", b""))
            row = Good(one.key, one.uri, one.kind, Direction.FORWARD.value, one.depth, one.quantity, one.unit)
            rows.append(replace(row, step=step, via=answer.uris.get(source, "")))
    done |= {one.key for one in answer.forward}
    rows += [
        Good(one.key, one.uri, one.kind, Direction.BACKWARD.value, one.depth, one.quantity, one.unit)
        for one in answer.backward
        if one.key not in done
    ]
    return rows


def _amounts(goods: Sequence[Good]) -> list[Good]:
    """With how much there is of what is ahead, with us and with others. One statement."""
    with connection.cursor() as cursor:
        rows = select_in(cursor, _ALL, [good.key for good in goods if good.ahead and good.kind != "container"])
    there: dict[bytes, tuple[int, str]] = {}
    for subject, unit, amount in rows:
        there[bytes(subject)] = (there.get(bytes(subject), (0, ""))[0] + int(amount), str(unit or COUNT))
    return [
        replace(good, affected=there[good.key][0], stock_unit=there[good.key][1]) if good.key in there else good
        for good in goods
    ]


def _covered(who: Who, goods: Sequence[Good]) -> list[Good]:
    """With what a block of the case is on: lots, serials of no lot in the scope, items without lots, and containers
    that were named and of which nobody said what is in them.
    """
    lots = {good.key for good in goods if good.ahead and good.kind == "lot"}
    known = about(good.key for good in goods if good.ahead and good.kind == "serial") if lots else {}
    return [replace(good, held=_held(who, good, lots, known.get(good.key))) if good.ahead else good for good in goods]


def _held(who: Who, good: Good, lots: set[bytes], known: object) -> int:
    match good.kind:
        case "lot":
            return NAMED
        case "serial":
            return BY_LOT if getattr(known, "lot", None) in lots else NAMED
        case "item":
            info = who.directory.items.get(good.uri)
            return NAMED if info is not None and info.tracking == Tracking.NONE else 0
    return NAMED if good.direction == Direction.SUBJECT else 0


def _parties(who: Who, answer: Trace) -> list[Had]:
    """By the name that goes on where it is a partner, since an event may name him by another."""
    known = who.directory
    rows = []
    for share, unit in answer.parties:
        partner = known.partner_of(share.party)
        party = known.kept(partner.uri) if partner else share.party
        rows.append(Had(party, share.role, share.quantity, unit, share.ids))
    return _once(rows)


def _once(rows: Iterable[Had]) -> list[Had]:
    """Two partners that were merged are one party."""
    found: dict[tuple[str, str, str], Had] = {}
    for row in rows:
        key = (row.party, row.role, row.unit)
        old = found.get(key)
        if old is not None:
            row = replace(row, quantity=old.quantity + row.quantity, goods=tuple(sorted({*old.goods, *row.goods})))
        found[key] = row
    return list(found.values())


def settled(goods: Iterable[Good]) -> list[Good]:
    """With the block where it belongs, after some were taken out: what was taken out is free, and a serial whose lot is
    out, while it is not, is held by itself.
    """
    rows = list(goods)
    free = any(row.out and row.kind == "lot" for row in rows)
    lots = {row.key for row in rows if row.counts and row.kind == "lot"}
    known = about(row.key for row in rows if row.held == BY_LOT and row.counts) if free else {}
    done = []
    for row in rows:
        held = row.held if row.counts else 0
        if held == BY_LOT and free and getattr(known.get(row.key), "lot", None) not in lots:
            held = NAMED
        done.append(replace(row, held=held))
    return done


def linked_share(answer: Trace) -> int:
    """The share of the quantity that is fully linked, of the worst unit, in millionths."""
    return int(linkage(answer).percent * FULL) // 100


def totals_of(goods: Sequence[Good], stock: Sequence[Lying], parties: Sequence[Had]) -> dict[str, object]:
    """What a version comes to: how many goods, parties and places, and how much by unit (millionths)."""
    counting = {good.key for good in goods if good.counts}
    lying = [row for row in stock if row.key in counting]
    return {
        "goods": sum(good.counts and good.kind != "container" for good in goods),
        "lots": sum(good.counts and good.kind == "lot" for good in goods),
        "held": sum(good.held > 0 for good in goods),
        "out": sum(good.out > 0 for good in goods),
        "new": sum(good.news == "new" and good.counts for good in goods),
        "gone": sum(good.news == "gone" and good.counts for good in goods),
        "behind": sum(not good.ahead for good in goods),
        "customers": len({had.party for had in parties if had.role == Role.CUSTOMER}),
        "suppliers": len({had.party for had in parties if had.role == Role.SUPPLIER}),
        "places": len({row.place for row in lying}),
        "affected": summed((good.stock_unit, good.affected) for good in goods if good.counts and good.affected),
        "here": summed((row.unit, row.quantity) for row in lying),
        "customer": summed((had.unit, had.quantity) for had in parties if had.role == Role.CUSTOMER),
    }
