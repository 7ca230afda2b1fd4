"""Labels and tags: bind RFID tags to goods, and replace a label or tag that is damaged.

ObjectEvent OBSERVE encoding (CBV: an identifier is written to a bar code or a tag), without a place where goods are:
they stay what they are, and where. Which tag is on what stands in the extension `tags`; what came off, in `untagged`.
An association would not do: the tag would be a thing with a way of its own, though all it has is its maker's number.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from suyuan.capture.bodies import object_event
from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.epc_tags import decode_tag, encode_tag
from suyuan.gs1.problems import N_, Problem, Refused
from suyuan.ledger.keys import key16
from suyuan.operations.events import happened, head
from suyuan.operations.lines import Line, Resolved, Thing, resolve
from suyuan.operations.parties import site
from suyuan.stock.queries import stock_of
from suyuan.tlog.jcs import Json

STEP = "encoding"
LABEL, TAG = "label", "tag"
DEFECTS = {
    "damaged": N_("Damaged"),
    "unreadable": N_("Cannot be read"),
    "lost": N_("Came off"),
    "wrong": N_("Says something wrong"),
    "print": N_("Badly printed"),
    "other": N_("Another defect"),
}
TagJson = dict[str, Json]  # id, epc, tid: what of it is known
_HEX = re.compile(r"[0-9A-F]{8,128}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagged(Line):
    """A serial or container with the tag on it: `epc` and `tid` (the number its maker gave it) in hexadecimal.

    Without an EPC it is that of the goods; without a TID only the EPC is known of the tag.
    """

    epc: str = ""
    tid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BindTags:
    """Tags on goods that are here, one a line."""

    warehouse: str
    lines: tuple[Tagged, ...]
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceLabel:
    """A new label (`medium` ``label``) or tag (``tag``) for goods that are here, as the old one was `defect`.

    `printer`: what printed the old one, `device`: what could not read it, as far as that is known. `epc`, `tid`: of the
    new tag; `old_tid`: of the one that came off.
    """

    warehouse: str
    line: Line
    defect: str
    reason: str = ""
    medium: str = LABEL
    printer: str = ""
    device: str = ""
    epc: str = ""
    tid: str = ""
    old_tid: str = ""
    at: datetime | None = None


@command(BindTags, permission="move")
def bind_tags(ctx: Context, who: Who, c: BindTags) -> Plan:
    problems: list[Problem] = []
    at = happened(ctx, c.at, problems)
    goods = resolve(who, c.lines, needed=False)
    problems += goods.problems + absent_problems(goods, c.warehouse)
    tags = [tag_of(thing, c.lines[thing.index].epc, c.lines[thing.index].tid, problems) for thing in goods.things]
    problems += _twice(goods.things, tags)
    event = object_event(
        head(ctx, who, c.warehouse, at, STEP, read_point=site(who, c.warehouse), extra={"tags": tags}),
        "OBSERVE",
        epcs=goods.instances,
        amounts=goods.whole,
    )
    return Plan(result={"tags": tags}, events=[event], problems=problems, fields=goods.fields)


@command(ReplaceLabel, permission="move")
def replace_label(ctx: Context, who: Who, c: ReplaceLabel) -> Plan:
    problems: list[Problem] = []
    at = happened(ctx, c.at, problems)
    goods = resolve(who, [c.line], name="goods", needed=False)
    problems += goods.problems + absent_problems(goods, c.warehouse) + reason_problems(c)
    tags, untagged = _changed_tags(c, goods.things, problems)
    said = {
        "medium": c.medium, "defect": c.defect, "reason": c.reason.strip(), "printer": c.printer.strip(),
        "device": c.device.strip(), "tags": tags, "untagged": untagged,
    }  # fmt: skip
    event = object_event(
        head(ctx, who, c.warehouse, at, STEP, read_point=site(who, c.warehouse), extra=said),
        "OBSERVE",
        epcs=goods.instances,
        amounts=goods.whole,
    )
    result: dict[str, Json] = {"goods": list(goods.subjects), "tags": tags}
    return Plan(result=result, events=[event], problems=problems, fields=goods.fields)


def reason_problems(c: ReplaceLabel) -> list[Problem]:
    """What is wrong with what is said of the label itself. Pure."""
    problems = []
    if c.defect not in DEFECTS:
        shown = {"value": c.defect, "allowed": ", ".join(DEFECTS)}
        problems.append(Problem("operations.defect_unknown", "defect", shown))
    if c.defect == "other" and not c.reason.strip():
        problems.append(Problem("operations.reason_missing", "reason"))
    if c.medium not in (LABEL, TAG):
        problems.append(Problem("operations.medium_unknown", "medium", {"value": c.medium}))
    if c.medium == LABEL and (c.epc or c.tid or c.old_tid):
        problems.append(Problem("operations.label_has_no_tag", "tid"))
    return problems


def _changed_tags(
    c: ReplaceLabel, things: Sequence[Thing], problems: list[Problem]
) -> tuple[list[TagJson], list[TagJson]]:
    """The tag that is on now, and the one that came off."""
    if c.medium != TAG or not things:
        return [], []
    if len(things[0].subjects) != 1 or not things[0].instances:
        return [tag_of(things[0], c.epc, c.tid, problems)], []
    old = _spelled(c.old_tid, "old_tid", problems)
    gone: list[TagJson] = [{"id": things[0].uri, "tid": old}] if old else []
    return [tag_of(things[0], c.epc, c.tid, problems, "")], gone


def tag_of(thing: Thing, epc: str, tid: str, problems: list[Problem], at: str | None = None) -> TagJson:
    """The tag of a serial or container; `at`: where problems are placed, default the line."""
    place = f"{thing.field}." if at is None else at
    if len(thing.subjects) != 1 or not thing.instances:
        problems.append(Problem("operations.tag_on_one", thing.field))
        return {}
    written = _spelled(epc, f"{place}epc", problems) or _own_epc(thing.uri)
    number = _spelled(tid, f"{place}tid", problems)
    if not written and not number:
        problems.append(Problem("operations.tag_missing", f"{place}tid", {"goods": thing.uri}))
    if written and (other := _named(written)) and other != thing.uri:
        problems.append(Problem("operations.tag_of_other", f"{place}epc", {"epc": written, "goods": other}))
    return {name: text for name, text in (("id", thing.uri), ("epc", written), ("tid", number)) if text}


def _spelled(text: str, field: str, problems: list[Problem]) -> str:
    """Hexadecimal in one spelling; empty where nothing is given."""
    digits = "".join(text.split()).upper().removeprefix("0X")
    if digits and (not _HEX.fullmatch(digits) or len(digits) % 4):
        problems.append(Problem("operations.tag_hex", field, {"value": text[:80]}))
        return ""
    return digits


def _own_epc(uri: str) -> str:
    """The EPC that a tag of these goods has by the standard; empty where they have none."""
    try:
        return encode_tag(uri)
    except Refused:
        return ""


def _named(epc: str) -> str:
    """What an EPC stands for; empty for one that is of no GS1 key."""
    try:
        return decode_tag(epc)
    except Refused:
        return ""


def _twice(things: Sequence[Thing], tags: Sequence[TagJson]) -> list[Problem]:
    """One tag on two lines."""
    seen: set[object] = set()
    problems = []
    for thing, tag in zip(things, tags, strict=True):
        number = tag.get("tid") or tag.get("epc")
        if number and number in seen:
            problems.append(Problem("operations.tag_twice", f"{thing.field}.tid", {"tag": str(number)}))
        seen.add(number)
    return problems


def absent_problems(goods: Resolved, warehouse: str) -> list[Problem]:
    """Goods that are not in our custody here: nobody has their label in his hand. One statement."""
    here = {row.subject for row in stock_of((key16(uri) for uri in goods.subjects), warehouse) if row.ours}
    return [
        Problem("stock.not_here", thing.field, {"goods": uri})
        for thing in goods.things
        for uri in thing.subjects
        if key16(uri) not in here
    ]
