"""Genealogy straight over the bodies of events, with nothing but loops: what a ledger says, walked by hand.

Slow on purpose. Goods are URIs, times the texts of the events (all of one zone), amounts thousandths of the base unit.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

Body = dict[str, Any]
EVER, NEVER = "9999", "0000"
EPCS = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")
CLASSES = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")
GRAMS = {"GRM": ("KGM", 1), "KGM": ("KGM", 1000), "LTR": ("LTR", 1000), "": ("C62", 1000)}


@dataclass
class Stay:
    """A child in a parent, both ends included; what was put in, when, while it stayed, and how much is there still."""

    parent: str
    child: str
    start: str
    end: str = EVER
    put: list[tuple[str, int]] = field(default_factory=list)
    left: int = 0


@dataclass
class Making:
    """All events of one transformation together."""

    inputs: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    outputs: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    times: list[str] = field(default_factory=list)


@dataclass
class Ledger:
    stays: list[Stay] = field(default_factory=list)
    makings: dict[str, Making] = field(default_factory=lambda: defaultdict(Making))
    members: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    cleanings: list[tuple[str, str]] = field(default_factory=list)
    unit: dict[str, str] = field(default_factory=dict)
    naming: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


@dataclass
class Reached:
    """What a walk found: goods and containers, without where it began, and how much of each (None: nobody said)."""

    amounts: dict[str, int | None] = field(default_factory=dict)


def is_container(uri: str) -> bool:
    return "/00/" in uri or "/8003/" in uri or "/8004/" in uri


def is_tank(uri: str) -> bool:
    return "/8004/" in uri


def read(bodies: list[Body]) -> Ledger:
    """The ledger of the events that stand, whatever the order they came in."""
    wrong = {body["eventID"] for body in bodies if "errorDeclaration" in body}
    ledger = Ledger()
    for body in sorted((b for b in bodies if b["eventID"] not in wrong), key=lambda b: str(b["eventTime"])):
        _members(ledger, body)
        if body["type"] == "AggregationEvent":
            _aggregation(ledger, body)
        elif body["type"] == "TransformationEvent":
            making = ledger.makings[str(body.get("transformationID", body["eventID"]))]
            making.times.append(body["eventTime"])
            for goods, amount in _listed(ledger, body, "inputEPCList", "inputQuantityList"):
                making.inputs[goods] += amount
            for goods, amount in _listed(ledger, body, "outputEPCList", "outputQuantityList"):
                making.outputs[goods] += amount
        elif body.get("suyuan:cleaned"):
            for tank in body["epcList"]:
                for stay in ledger.stays:
                    if stay.parent == tank and stay.end == EVER:
                        stay.end = body["eventTime"]
        else:
            _listed(ledger, body, "epcList", "quantityList")
        for thing in _things(body):
            ledger.naming[thing].add(body["eventID"])
    return ledger


def _things(body: Body) -> set[str]:
    """All that an event names as goods."""
    epcs = [epc for name, value in body.items() if name in EPCS for epc in value]
    classes = [entry["epcClass"] for name, value in body.items() if name in CLASSES for entry in value]
    parent = [body["parentID"]] if "parentID" in body else []
    return {re.sub(r"/10/[^/]+(/21/.+)", r"\1", thing) for thing in epcs + classes + parent}


def _listed(ledger: Ledger, body: Body, epcs: str, classes: str) -> list[tuple[str, int]]:
    found = []
    for epc in body.get(epcs, []):
        serial = re.sub(r"/10/[^/]+(/21/.+)", r"\1", epc)
        ledger.unit[serial] = "C62"
        found.append((serial, 1000))
    for entry in body.get(classes, []):
        if "quantity" not in entry:  # of a lot as a whole something is said that is no matter of amounts
            continue
        unit, factor = GRAMS[entry.get("uom", "")]
        if "/10/C" in entry["epcClass"] and unit != "C62":  # what these weigh is said beside how many there are
            continue
        ledger.unit[entry["epcClass"]] = unit
        found.append((entry["epcClass"], int(Decimal(str(entry["quantity"])) * factor)))
    return found


def _members(ledger: Ledger, body: Body) -> None:
    """Serials of a lot: both numbers in one label, or the lot number beside new serials."""
    lot = body.get("ilmd", {}).get("cbvmda:lotNumber")
    for epc in body.get("epcList", []) + body.get("outputEPCList", []):
        if both := re.fullmatch(r"(.+/01/\d+)(/10/[^/]+)(/21/.+)", epc):
            ledger.members[both[1] + both[2]].add(both[1] + both[3])
        elif lot and "/21/" in epc:
            ledger.members[f"{epc.partition('/21/')[0]}/10/{lot}"].add(epc)


def _aggregation(ledger: Ledger, body: Body) -> None:
    parent, time = body["parentID"], body["eventTime"]
    children = _listed(ledger, body, "childEPCs", "childQuantityList")
    ledger.unit[parent] = "C62"
    open_ = [stay for stay in ledger.stays if stay.end == EVER]
    if body["action"] == "DELETE":
        for stay in open_:
            if stay.parent != parent:
                continue
            for child, amount in children or [(stay.child, stay.left)]:
                if stay.child == child:
                    stay.left -= amount
            if stay.left <= 0:
                stay.end = time
    if body["action"] == "ADD":
        for child, amount in children:
            single = child_is_single(child)
            for stay in open_:
                if single and stay.child == child and stay.parent != parent:
                    stay.end = time
            here = [stay for stay in open_ if (stay.parent, stay.child) == (parent, child)]
            stay = here[0] if here else Stay(parent, child, time)
            if not here:
                ledger.stays.append(stay)
            if not (here and single):
                stay.put.append((time, amount))
                stay.left += amount


def child_is_single(uri: str) -> bool:
    return "/21/" in uri or is_container(uri)


def last_use(ledger: Ledger, container: str) -> tuple[str, str]:
    """From when to when the container held what it held last; always, if it never held anything."""
    stays = sorted((s for s in ledger.stays if s.parent == container), key=lambda s: s.start, reverse=True)
    if not stays:
        return NEVER, EVER
    start, end = stays[0].start, max(s.end for s in stays if s.end >= stays[0].start)
    for stay in stays:
        if stay.end >= start:
            start = min(start, stay.start)
    return start, end


Window = tuple[str, str]


def forward(ledger: Ledger, root: str) -> Reached:
    """Everything that the root went into: whole lots, and containers while it could have been in them."""
    goods: set[str] = set()
    windows: set[tuple[str, Window]] = set()
    todo: list[tuple[str, Window]] = [(root, last_use(ledger, root) if is_container(root) else (NEVER, EVER))]
    while todo:
        thing, (start, end) = todo.pop()
        if (thing, (start, end)) in windows or thing in goods:
            continue
        if is_container(thing):
            windows.add((thing, (start, end)))
        else:
            goods.add(thing)
        for stay in ledger.stays:
            first, last = max(start, stay.start), min(end, stay.end)
            if stay.child == thing and first <= last:
                todo.append((stay.parent, (first, last)))
        for making in ledger.makings.values():
            if thing in making.inputs and any(start <= time <= end for time in making.times):
                todo += [(output, (NEVER, EVER)) for output in making.outputs]
        todo += [(serial, (NEVER, EVER)) for serial in ledger.members.get(thing, ())]
    found = goods | {container for container, _ in windows}
    return Reached({thing: _came_into_being(ledger, thing) for thing in found - {root}})


def _came_into_being(ledger: Ledger, thing: str) -> int:
    if child_is_single(thing):
        return 1000
    return sum(making.outputs.get(thing, 0) for making in ledger.makings.values())


def backward(ledger: Ledger, root: str) -> Reached:
    """Everything that went into the root."""
    goods: set[str] = set()
    windows: set[tuple[str, Window]] = set()
    put: dict[str, int] = defaultdict(int)
    used: set[str] = set()
    stayed: dict[tuple[str, str, str], tuple[Stay, str]] = {}  # … and until when it counts
    todo: list[tuple[str, Window]] = [(root, last_use(ledger, root) if is_container(root) else (NEVER, EVER))]
    todo += [(serial, (NEVER, EVER)) for serial in ledger.members.get(root, ())]
    inherent = {root, *ledger.members.get(root, ())}
    while todo:
        thing, (start, end) = todo.pop()
        if (thing, (start, end)) in windows or thing in goods:
            continue
        if is_container(thing):
            windows.add((thing, (start, end)))
            for stay in ledger.stays:
                first, last = max(start, stay.start), min(end, stay.end)
                if stay.parent == thing and first <= last:
                    todo.append((stay.child, (first, last) if is_container(stay.child) else (NEVER, EVER)))
                    same = (stay.parent, stay.child, stay.start)
                    stayed[same] = stay, max(last, stayed.get(same, (stay, last))[1])
            continue
        goods.add(thing)
        todo += [(lot, (NEVER, EVER)) for lot, serials in ledger.members.items() if thing in serials]
        for id_, making in ledger.makings.items():
            if thing in making.outputs:
                used.add(id_)
                for part in making.inputs:
                    todo += [(part, (time, time) if is_container(part) else (NEVER, EVER)) for time in making.times]
    for id_ in used:
        for part, amount in ledger.makings[id_].inputs.items():
            put[part] += amount
    for stay, last in stayed.values():
        if not any(stay.child in ledger.makings[id_].inputs for id_ in used):
            put[stay.child] += sum(amount for time, amount in stay.put if time <= last)
    found = goods | {container for container, _ in windows}
    return Reached(
        {thing: 1000 if child_is_single(thing) else put.get(thing) for thing in found if thing not in inherent}
    )
