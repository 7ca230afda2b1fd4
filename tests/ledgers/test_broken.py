"""Random ledgers with holes: gaps and the share that is fully linked, against plain loops over the bodies of events."""

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import Sum

from suyuan.gs1.problems import Refused
from suyuan.ledger.keys import key16
from suyuan.stock.facts import UNEXPLAINED
from suyuan.stock.models import Posting
from suyuan.trace.answer import Trace, find, trace
from suyuan.trace.linked import linkage
from tests.checker.compare import bodies
from tests.checker.walk import (
    EVER,
    NEVER,
    Body,
    Ledger,
    Making,
    Stay,
    _things,
    forward,
    is_container,
    last_use,
    read,
)
from tests.checker.world import world
from tests.ledgers.story import GLN_A, GLN_B, NOW, Story, party, send, two_warehouses

pytestmark = pytest.mark.django_db
LEDGERS = 40
COMPARED = ("no_origin", "unknown_content", "two_origins", "used_before_made", "impossible", "not_adding_up")


class Slow:
    """One ledger, and what is to be said of the trace of one thing in it."""

    def __init__(self, told: list[Body], ledger: Ledger, root: str) -> None:
        self.told, self.ledger, self.root = told, ledger, root
        self.stays: dict[int, Stay] = {}
        self.put_in: dict[str, set[str]] = defaultdict(set)
        self.came_out: dict[str, set[str]] = defaultdict(set)
        self.joined: set[tuple[str, str]] = set()
        self.filled: set[str] = set()
        members = ledger.members.get(root, set())
        self.ahead = self._walk([root], self._leaving)
        self.behind = self._walk([root, *members], self._entering)
        self.goods = {thing for thing in self.ahead | self.behind if not is_container(thing)}

    # what is reached, and by which steps

    def _walk(self, roots: list[str], steps) -> set[str]:  # type: ignore[no-untyped-def]  # two of this class's own
        seen: set[tuple[str, str, str]] = set()
        todo = [(root, *(last_use(self.ledger, root) if is_container(root) else (NEVER, EVER))) for root in roots]
        while todo:
            here = todo.pop()
            if here not in seen:
                seen.add(here)
                todo += [(thing, *(window if is_container(thing) else (NEVER, EVER))) for thing, window in steps(*here)]
        return {thing for thing, _, _ in seen}

    def _leaving(self, thing: str, start: str, end: str) -> Iterable[tuple[str, tuple[str, str]]]:
        for number, stay in enumerate(self.ledger.stays):
            first, last = max(start, stay.start), min(end, stay.end)
            if stay.child == thing and first <= last:
                self.stays[number] = stay
                self.filled.add(stay.parent)
                yield stay.parent, (first, last)
        for id_, making in self.ledger.makings.items():
            if thing in making.inputs and any(start <= time <= end for time in making.times):
                self.put_in[id_].add(thing)
                self.came_out[id_] |= making.outputs.keys()
                yield from ((output, (NEVER, EVER)) for output in making.outputs)
        for serial in self.ledger.members.get(thing, ()):
            self.joined.add((thing, serial))
            yield serial, (NEVER, EVER)

    def _entering(self, thing: str, start: str, end: str) -> Iterable[tuple[str, tuple[str, str]]]:
        for number, stay in enumerate(self.ledger.stays):
            first, last = max(start, stay.start), min(end, stay.end)
            if stay.parent == thing and first <= last:
                self.stays[number] = stay
                self.filled.add(thing)
                yield stay.child, (first, last)
        for id_, making in self.ledger.makings.items():
            if thing in making.outputs:
                self.came_out[id_].add(thing)
                self.put_in[id_] |= making.inputs.keys()
                yield from ((part, (time, time)) for part in making.inputs for time in making.times)
        for lot, serials in self.ledger.members.items():
            if thing in serials:
                self.joined.add((lot, thing))
                yield lot, (NEVER, EVER)

    # gaps

    def gaps(self) -> set[tuple[str, str]]:
        found = {("no_origin", thing) for thing in self.behind if self._comes_from_nowhere(thing)}
        found |= {("unknown_content", box) for box in self.behind if is_container(box) and box not in self.filled}
        found |= {("two_origins", thing) for thing in self.behind if self._begins_twice(thing)}
        found |= {("used_before_made", thing) for thing in self.behind if self._is_used_early(thing)}
        found |= {("impossible", thing) for thing in self._impossible()}
        lacking = {("not_adding_up", thing) for thing in self.goods if unexplained(thing)}
        return found | {one for one in lacking if ("no_origin", one[1]) not in found}

    def _deliveries(self, thing: str) -> list[tuple[str, str]]:
        """Who brought it to us, and when."""
        return [
            (sender, body["eventTime"])
            for body in self.told
            if body["bizStep"] == "receiving" and body.get("disposition") != "returned" and is_ours(body)
            for sender in [from_whom(body)]
            if sender and sender not in US and self._names(body, thing)
        ]

    def _names(self, body: Body, thing: str) -> bool:
        time = str(body["eventTime"])
        return thing in _things(body) or any(
            thing in self._inside(box, time, set()) for box in _things(body) if is_container(box)
        )

    def _inside(self, box: str, time: str, seen: set[str]) -> set[str]:
        found: set[str] = set()
        for stay in self.ledger.stays:
            if stay.parent == box and stay.start <= time <= stay.end and stay.child not in seen:
                found |= {stay.child} | self._inside(stay.child, time, seen | {box})
        return found

    def _comes_from_nowhere(self, thing: str) -> bool:
        if is_container(thing) or any(thing in serials for serials in self.ledger.members.values()):
            return False
        if any(thing in making.outputs for making in self.ledger.makings.values()) or self._deliveries(thing):
            return False
        for body in self.told:
            named = thing in _things(body)
            if named and (body["bizStep"] == "receiving" or (body["bizStep"] == "shipping" and from_whom(body))):
                return False
            if named and body["type"] == "ObjectEvent" and body["action"] == "ADD":
                return False
        return True

    def _begins_twice(self, thing: str) -> bool:
        if is_container(thing):
            return False
        sold = {
            to_whom(body)
            for body in self.told
            if body["bizStep"] == "shipping" and is_ours(body) and body.get("disposition") != "returned"
            if self._names(body, thing)
        }
        origins = {sender for sender, _ in self._deliveries(thing)} - sold
        makers = set()
        for body in self.told:
            if body["type"] == "TransformationEvent" and thing in outputs(body):
                making = self.ledger.makings[str(body.get("transformationID", body["eventID"]))]
                if is_ours(body) and thing not in making.inputs:
                    origins.add(warehouse(body))
                elif not is_ours(body):
                    makers.add(str(body["bizLocation"]["id"]))
        return len(origins) > 1 or len(makers) > 1

    def _first(self, thing: str) -> str:
        """When it came or came into being."""
        times = [time for _, time in self._deliveries(thing)]
        for body in self.told:
            epcs = [*body.get("epcList", []), *(one["epcClass"] for one in body.get("quantityList", []))]
            begins = body["bizStep"] == "receiving" or body.get("action") == "ADD"
            if (begins and thing in {*map(serial, epcs)}) or thing in outputs(body):
                times.append(str(body["eventTime"]))
        return min(times, default=EVER)

    def _is_used_early(self, thing: str) -> bool:
        first = self._first(thing)
        return first != EVER and any(time < first for time in self._uses(thing))

    def _uses(self, thing: str) -> list[str]:
        """When it was used in makings that the answer follows it into."""
        return [
            str(body["eventTime"])
            for body in self.told
            if body["type"] == "TransformationEvent"
            and thing in inputs(body)
            and thing in self.put_in.get(str(body.get("transformationID", body["eventID"])), ())
        ]

    def _impossible(self) -> set[str]:
        """Round after round until nothing new can be reached in time."""
        sub = self.sub()
        first = self._first(self.root)
        there = {self.root: NEVER if first == EVER else first}
        steps = list(self._timed(sub))
        changed = True
        while changed:
            changed = False
            for kind, source, target, start, end in steps:
                if source not in there:
                    continue
                at = there[source]
                arrival = {"in": start if start >= at else None, "out": start, "member": at}.get(kind, max(at, start))
                if kind == "stay" and end < at:
                    arrival = None
                if arrival is not None and arrival < there.get(target, "~"):
                    there[target] = arrival
                    changed = True
        late = {self.root: EVER, **dict.fromkeys(self.ledger.members.get(self.root, ()), EVER)}
        changed = True
        while changed:
            changed = False
            for kind, source, target, start, end in steps:
                if target not in late:
                    continue
                at = late[target]
                latest: str | None = at
                if kind == "out":
                    latest = EVER if start <= at else None
                elif kind == "in":
                    known = self._first(source)
                    latest = start if known == EVER or start >= known else None
                elif kind == "stay":
                    latest = None if start > at else min(at, end)
                if latest is not None and latest > late.get(source, ""):
                    late[source] = latest
                    changed = True
        return {t for t in self.ahead if t not in there} | {t for t in self.behind if t not in late}

    def _timed(self, sub: Ledger) -> Iterable[tuple[str, str, str, str, str]]:
        for stay in sub.stays:
            for time, _ in stay.put:
                yield "stay", stay.child, stay.parent, time, stay.end
        for lot, serials in sub.members.items():
            yield from (("member", lot, one, NEVER, EVER) for one in serials)
        for body in self.told:
            if body["type"] == "TransformationEvent":
                id_ = str(body.get("transformationID", body["eventID"]))
                time = str(body["eventTime"])
                yield from (("in", part, f"node {id_}", time, EVER) for part in inputs(body) & self.put_in[id_])
                yield from (("out", f"node {id_}", made, time, EVER) for made in outputs(body) & self.came_out[id_])

    # how much is linked

    def sub(self) -> Ledger:
        """The ledger as far as the answer follows it."""
        makings: dict[str, Making] = defaultdict(Making)
        for id_, making in self.ledger.makings.items():
            if id_ in self.put_in:
                inputs_ = {part: making.inputs[part] for part in self.put_in[id_]}
                outs = {made: making.outputs[made] for made in self.came_out[id_]}
                makings[id_] = Making(defaultdict(int, inputs_), defaultdict(int, outs), making.times)
        members: dict[str, set[str]] = defaultdict(set)
        for lot, one in self.joined:
            members[lot].add(one)
        return replace(self.ledger, stays=list(self.stays.values()), makings=makings, members=members)

    def unlinked(self, gaps: set[str]) -> set[str]:
        """Whatever came of something that has a gap."""
        sub = self.sub()
        return {thing for gap in gaps for thing in (gap, *forward(sub, gap).amounts)} & self.goods


US = {party("a"), party("b")}


def is_ours(body: Body) -> bool:
    return warehouse(body) != ""


def warehouse(body: Body) -> str:
    where = [body[name]["id"] for name in ("bizLocation", "readPoint") if name in body]
    found = [gln for place in where for gln in (GLN_A, GLN_B) if gln in place]
    return found[0] if found else ""


def from_whom(body: Body) -> str:
    return next((str(one["source"]) for one in body.get("sourceList", [])), "")


def to_whom(body: Body) -> str:
    return next((str(one["destination"]) for one in body.get("destinationList", [])), "")


def serial(epc: str) -> str:
    return epc if "/21/" not in epc or "/10/" not in epc else epc[: epc.index("/10/")] + epc[epc.index("/21/") :]


def inputs(body: Body) -> set[str]:
    return {*map(serial, body.get("inputEPCList", [])), *(one["epcClass"] for one in body.get("inputQuantityList", []))}


def outputs(body: Body) -> set[str]:
    made = [*body.get("outputEPCList", []), *(one["epcClass"] for one in body.get("outputQuantityList", []))]
    return {*map(serial, made)}


def unexplained(thing: str) -> bool:
    rows = Posting.objects.filter(subject=key16(thing), counterpart=UNEXPLAINED)
    sums = rows.aggregate(a=Sum("quantity"), b=Sum("second"))
    return bool(sums["a"] or sums["b"])


def with_holes(seed: int) -> list[Body]:
    """What a world tells, but for a part that nobody wrote down, and with times that are wrong."""
    chance = random.Random(f"holes {seed}")
    w = world(seed, list(range(random.Random(seed).randint(12, 34))))
    told = [body for _, batch in bodies(w, Story()) for body in batch]
    lost = {body["eventID"] for body in told if chance.random() < 0.2}
    lost |= {body["eventID"] for body in told if "errorDeclaration" in body}
    # To the plain walk what is seen in a container is nothing new, which it may be where the packing is lost.
    lost |= {body["eventID"] for body in told if body["type"] == "AggregationEvent" and body["action"] == "OBSERVE"}
    return [late(body, chance) for body in told if body["eventID"] not in lost]


def late(body: Body, chance: random.Random) -> Body:
    """Some receipts by a clock that was six hours ahead."""
    if body["bizStep"] != "receiving" or any(map(is_container, _things(body))) or chance.random() > 0.15:
        return body
    at = datetime.fromisoformat(str(body["eventTime"])) + timedelta(hours=6)
    return {**body, "eventTime": at.isoformat().replace("+00:00", "Z")}


def disagreements(told: list[Body]) -> list[str]:
    ledger, wrong = read(told), []
    for root in sorted({thing for body in told for thing in _things(body)}):
        try:
            answer = trace(root, find(root), now=NOW)
        except Refused:
            continue
        slow = Slow(told, ledger, root)
        got = {(problem.code.removeprefix("trace."), problem.field) for problem in answer.gaps}
        mine, theirs = {one for one in got if one[0] in COMPARED}, slow.gaps()
        if mine != theirs:
            wrong.append(f"{root}: says {sorted(mine - theirs)}, in truth {sorted(theirs - mine)}")
        wrong += shares(answer, slow, {thing for _, thing in got})
    return wrong


def shares(answer: Trace, slow: Slow, gaps: set[str]) -> list[str]:
    """The share by things, and by quantity with the quantities that the answer gives."""
    unlinked = slow.unlinked(gaps)
    linked = linkage(answer)
    if (linked.things, linked.linked) != (len(slow.goods), len(slow.goods - unlinked)):
        return [f"{slow.root}: {linked.linked} of {linked.things}, in truth {len(slow.goods - unlinked)} of "
                f"{len(slow.goods)}"]  # fmt: skip
    return []


def test_gaps_and_linkage_agree_with_a_slow_account() -> None:
    two_warehouses()
    seen: dict[str, int] = defaultdict(int)
    for seed in range(LEDGERS):
        told = with_holes(seed)
        with transaction.atomic():
            send(told)
            wrong = disagreements(told)
            for root in sorted({thing for body in told for thing in _things(body)}):
                for problem in trace(root, find(root), now=NOW).gaps if not wrong else ():
                    seen[problem.code.removeprefix("trace.")] += 1
            transaction.set_rollback(True)
        assert not wrong, f"ledger {seed}:\n" + "\n".join(wrong)
    assert all(seen[code] for code in COMPARED), seen
