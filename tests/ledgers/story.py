"""A small ledger as text: one event a line, in the words of a warehouse; the tests say what stock and trace must then
be.

    09:00 receive  L1 100 at dock from farm
    10:00 store    L1 60 at bin1
    11:00 pack     L1 20 in P1 at bin1
    12:00 make     L1 10 + L2 5 -> Y1 12 + W1 3 at line
    13:00 ship     P1 from dock to shop

Lots are L…, Y…, C…, serials S…, containers P… (SSCC), T… (GRAI tote) and K… (GIAI tank); places of warehouse a: dock,
bin1, …; of warehouse b: b.dock, b.bin1, …; anything else after `at` is a partner's place. `day 2 09:00` sets another
day.
"""

import json
import re
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from suyuan.accounts.writes import do_add_site
from suyuan.capture.door import Captured, capture
from suyuan.capture.guard import governed
from suyuan.capture.replay import differences
from suyuan.catalog.writes import do_add_warehouse
from suyuan.epcis.document import read_document
from suyuan.gs1.keys import check_digit
from suyuan.ledger.keys import key16
from suyuan.stock.facts import UNEXPLAINED
from suyuan.stock.models import Balance, Posting
from suyuan.trace.answer import find, trace
from suyuan.trace.printing import as_json

START = datetime(2026, 3, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 1, tzinfo=UTC)
GLN_A, GLN_B = "6901234000009", "6901234000016"
GTIN = "06901234567892"


def _checked(digits: str) -> str:
    return digits + check_digit(digits)


def uri(name: str) -> str:
    """The canonical URI of a thing in a story."""
    number = f"{sum(map(ord, name)) % 10}{abs(hash_of(name)) % 10**7:07d}"
    if name[0] in "LYWMRC":
        item, _, lot = name.rpartition(".")
        gtin = _checked("069012341" + f"{abs(hash_of(item)) % 10**4:04d}") if item else GTIN
        return f"https://id.gs1.org/01/{gtin}/10/{lot}"
    if name[0] == "S":
        return f"https://id.gs1.org/01/{GTIN}/21/{name}"
    if name[0] == "P":
        return f"https://id.gs1.org/00/{_checked('369012345' + number)}"
    if name[0] == "T":
        return f"https://id.gs1.org/8003/0{_checked('690123456789')}{name}"
    if name[0] == "K":
        return f"https://id.gs1.org/8004/6901234{name}"
    raise ValueError(name)


def hash_of(text: str) -> int:
    return int.from_bytes(key16(text)[:4])


def place(name: str) -> str:
    warehouse, _, bin_ = name.rpartition(".")
    if warehouse == "x":
        return f"https://id.gs1.org/414/{_checked('690999' + f'{hash_of(bin_) % 10**6:06d}')}"
    gln = GLN_B if warehouse == "b" else GLN_A
    return f"https://id.gs1.org/414/{gln}/254/{bin_}"


def party(name: str) -> str:
    if name in ("a", "b"):
        return f"https://id.gs1.org/417/{GLN_A if name == 'a' else GLN_B}"
    return f"https://id.gs1.org/417/{_checked('690888' + f'{hash_of(name) % 10**6:06d}')}"


STEPS: dict[str, tuple[str, str, str | None, str | None]] = {
    "receive": ("ObjectEvent", "OBSERVE", "receiving", "in_progress"),
    "return": ("ObjectEvent", "OBSERVE", "receiving", "returned"),
    "create": ("ObjectEvent", "ADD", "commissioning", "active"),
    "store": ("ObjectEvent", "OBSERVE", "storing", "sellable_not_accessible"),
    "see": ("ObjectEvent", "OBSERVE", "other", None),
    "pick": ("ObjectEvent", "OBSERVE", "picking", "in_progress"),
    "pass": ("ObjectEvent", "OBSERVE", "inspecting", "conformant"),
    "fail": ("ObjectEvent", "OBSERVE", "inspecting", "non_conformant"),
    "hold": ("ObjectEvent", "OBSERVE", "holding", None),
    "release": ("ObjectEvent", "OBSERVE", "inspecting", "conformant"),
    "recall": ("ObjectEvent", "OBSERVE", "holding", "recalled"),
    "count": ("ObjectEvent", "OBSERVE", "cycle_counting", None),
    "destroy": ("ObjectEvent", "DELETE", "destroying", "destroyed"),
    "sample": ("ObjectEvent", "OBSERVE", "sampling", None),
    "ship": ("ObjectEvent", "OBSERVE", "shipping", "in_transit"),
    "void": ("ObjectEvent", "OBSERVE", "void_shipping", None),
    "reject": ("ObjectEvent", "OBSERVE", "shipping", "returned"),
    "keep": ("ObjectEvent", "OBSERVE", "inspecting", "conformant"),
    "encode": ("ObjectEvent", "OBSERVE", "encoding", None),
    "accept": ("ObjectEvent", "OBSERVE", "accepting", "in_progress"),
    "refuse": ("ObjectEvent", "OBSERVE", "accepting", "returned"),
    "clean": ("ObjectEvent", "OBSERVE", "other", None),
    "pack": ("AggregationEvent", "ADD", "packing", None),
    "unpack": ("AggregationEvent", "DELETE", "unpacking", None),
    "look": ("AggregationEvent", "OBSERVE", "other", None),
    "make": ("TransformationEvent", "", "commissioning", None),
    "relabel": ("TransformationEvent", "", "repackaging", None),
    "rework": ("TransformationEvent", "", "repairing", "in_progress"),
}


@dataclass
class Story:
    """Tells events; keeps the id of each by its line number or by a name given as `#name`."""

    day: int = 1
    ids: dict[str, str] = field(default_factory=dict)
    bodies: dict[str, dict[str, object]] = field(default_factory=dict)

    def event(self, line: str) -> dict[str, object]:
        words = line.split()
        name = words.pop().lstrip("#") if words[-1].startswith("#") else str(len(self.ids))
        if words[0] == "day":
            self.day = int(words[1])
            words = words[2:]
        hour, minute = words[0].split(":")
        verb = words[1]
        kind, action, step, disposition = STEPS[verb]
        at = START + timedelta(days=self.day - 1, hours=int(hour), minutes=int(minute))
        self.ids[name] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, f'{name} {line} {at}')}"
        body: dict[str, object] = {
            "type": kind,
            "eventID": self.ids[name],
            "eventTime": at.isoformat().replace("+00:00", "Z"),
            "eventTimeZoneOffset": "+00:00",
            "bizStep": step,
        }
        if action:
            body["action"] = action
        if disposition:
            body["disposition"] = disposition
        rest = " ".join(words[2:])
        where = {m[1]: m[2] for m in re.finditer(r"\b(at|from|to|in|via|batch|by) (\S+)", rest)}
        goods = re.split(r"\b(?:at|from|to|in|via|batch|by)\b", rest)[0]
        self._goods(body, verb, goods, where)
        self._places(body, verb, where)
        if verb in ("hold", "recall"):
            body["persistentDisposition"] = {"set": ["unavailable" if verb == "hold" else "recalled"]}
        if verb == "release":
            body["persistentDisposition"] = {"unset": ["unavailable"]}
        if verb == "keep":
            body["persistentDisposition"] = {"unset": ["non_conformant"]}
        if verb == "clean":
            body["suyuan:cleaned"] = True
        self.bodies[name] = body
        return body

    def _goods(self, body: dict[str, object], verb: str, text: str, where: dict[str, str]) -> None:
        if verb in ("make", "relabel", "rework"):
            left, _, right = text.partition("->")
            for side, part in (("input", left), ("output", right)):
                epcs, classes = _listed(part)
                body |= {f"{side}EPCList": epcs} if epcs else {}
                body |= {f"{side}QuantityList": classes} if classes else {}
            if "batch" in where:
                body["transformationID"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, where['batch'])}"
            return
        epcs, classes = _listed(text)
        if verb in ("pack", "unpack", "look"):
            body["parentID"] = uri(where["in"] if verb != "unpack" else where["from"])
            body |= {"childEPCs": epcs} if epcs else {}
            body |= {"childQuantityList": classes} if classes else {}
            return
        body |= {"epcList": epcs} if epcs else {}
        body |= {"quantityList": classes} if classes else {}

    def _places(self, body: dict[str, object], verb: str, where: dict[str, str]) -> None:
        if verb in ("receive", "return"):
            body["readPoint"] = body["bizLocation"] = {"id": place(where["at"])}
            if "from" in where:
                body["sourceList"] = [{"type": "possessing_party", "source": party(where["from"])}]
        elif verb in ("ship", "reject"):
            body["readPoint"] = {"id": place(where.get("from", "dock"))}
            if "to" in where:
                body["destinationList"] = [{"type": "possessing_party", "destination": party(where["to"])}]
            if "by" in where:
                body["sourceList"] = [{"type": "possessing_party", "source": party(where["by"])}]
            if "via" in where:
                body["bizTransactionList"] = [
                    {"type": "desadv", "bizTransaction": f"urn:epcglobal:cbv:bt:{GLN_A}:{where['via']}"}
                ]
        elif verb in ("accept", "refuse"):
            body["readPoint"] = {"id": place(where.get("at", "x.door"))}
            body["destinationList"] = [{"type": "possessing_party", "destination": party(where["to"])}]
        elif verb == "encode":
            body["readPoint"] = {"id": place(where["at"]).partition("/254/")[0]}
        elif "at" in where:
            body["readPoint"] = body["bizLocation"] = {"id": place(where["at"])}


def _listed(text: str) -> tuple[list[str], list[dict[str, object]]]:
    epcs: list[str] = []
    classes: list[dict[str, object]] = []
    words = text.replace("+", " ").split()
    while words:
        name = words.pop(0)
        if name[0] in "SPTK":
            epcs.append(uri(name))
            continue
        entry: dict[str, object] = {"epcClass": uri(name)}
        if words and re.fullmatch(r"[0-9.]+", words[0]):
            entry["quantity"] = float(amount) if "." in (amount := words.pop(0)) else int(amount)
        if words and words[0] in ("KGM", "GRM", "LTR"):
            entry["uom"] = words.pop(0)
        classes.append(entry)
    return epcs, classes


def document(bodies: list[dict[str, object]]) -> bytes:
    return json.dumps(
        {
            "@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld", {"suyuan": "urn:suyuan:epcis:"}],
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-03-01T00:00:00Z",
            "epcisBody": {"eventList": bodies},
        }
    ).encode()


def sign() -> None:
    """Give every record its leaf, as the sequencer would."""
    with governed(), connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO ledger_leaf (log, "index", id) SELECT r.log, (SELECT COUNT(*) FROM ledger_leaf l '
            "WHERE l.log = r.log) + ROW_NUMBER() OVER (PARTITION BY r.log ORDER BY r.record_time, r.id) - 1, r.id "
            "FROM ledger_record r WHERE NOT EXISTS (SELECT 1 FROM ledger_leaf l WHERE l.log = r.log AND l.id = r.id)"
        )
        cursor.execute("DELETE FROM ledger_pending")


def two_warehouses() -> None:
    do_add_site(code="s", name_zh="厂", name_en="plant", time_zone="UTC")
    do_add_warehouse(code="a", name_zh="甲", name_en="A", gln=GLN_A, site="s", lot_token="A", sscc_prefix="36901234500")
    do_add_warehouse(code="b", name_zh="乙", name_en="B", gln=GLN_B, site="s", lot_token="B", sscc_prefix="36901234600")


def tell(text: str, story: Story | None = None, *, guarded: bool = False, one_by_one: bool = True) -> Story:
    """Capture the lines of a story in the order they stand, each a batch of its own unless said otherwise; then
    replay.
    """
    story = story or Story()
    bodies = [story.event(line.strip()) for line in text.strip().splitlines() if line.strip()]
    for batch in [[body] for body in bodies] if one_by_one else [bodies]:
        send(batch, guarded=guarded)
    assert differences() == []
    return story


def send(bodies: list[dict[str, object]], *, guarded: bool = False) -> Captured:
    with transaction.atomic():  # a savepoint, so that a test can go on after a refusal
        return capture(read_document(document(bodies)).events, now=NOW, guarded=guarded)


def declare_wrong(story: Story, name: str, *corrective: dict[str, object], guarded: bool = False) -> None:
    """Declare an event wrong, with what stands instead, as one document."""
    body = dict(story.bodies[name])
    body["errorDeclaration"] = {
        "declarationTime": "2026-06-01T00:00:00Z",
        "reason": "incorrect_data" if corrective else "did_not_occur",
        "correctiveEventIDs": [str(c["eventID"]) for c in corrective],
    }
    send([body, *corrective], guarded=guarded)
    assert differences() == []


def stock(*names: str) -> dict[str, dict[str, str]]:
    """What lies where: goods → holder → "quantity status", of what there is."""
    known = {key16(uri(name)): name for name in names}
    known |= {key16(place(f"{w}{b}")): f"{w}{b}" for w in ("", "b.") for b in ("dock", "bin1", "bin2", "line", "gate")}
    known |= {key16(party(name)): name for name in ("shop", "mart", "farm", "mill", "a", "b")}
    sums: dict[tuple[str, str], dict[str, int]] = {}
    for row in Balance.objects.filter(quantity__gt=0).order_by("log", "since"):
        name = known.get(row.subject)
        if name in names:
            holder = known.get(row.holder, "way" if row.kind in ("transit", "delivery") else "?")
            amounts = sums.setdefault((name, holder), {})
            amounts[row.status] = amounts.get(row.status, 0) + row.quantity
    found: dict[str, dict[str, str]] = {name: {} for name in names}
    for (name, holder), amounts in sums.items():
        found[name][holder] = ", ".join(
            f"{amount / 1_000_000:g} {status}".removesuffix(" -") for status, amount in amounts.items()
        )
    return found


NAMES = (
    *(f"{kind}{n}" for kind in "LYWRSPTK" for n in range(1, 6)),
    *(f"{item}.L{n}" for item in "MW" for n in range(1, 4)),
)


def told(query: str) -> dict[str, object]:
    """The trace of a thing in the words of the story: goods → amount, place → amount, party → amount."""
    known = {uri(name): name for name in NAMES}
    known |= {party(name): name for name in ("shop", "mart", "farm", "mill", "dairy")}
    known |= {place(f"{w}{b}"): f"{w}{b}" for w in ("", "b.") for b in ("dock", "bin1", "bin2", "line", "gate")}
    subjects = find(uri(query))
    answer = as_json(trace(query, subjects, now=NOW), [])
    return {
        "back": {known[row["id"]]: row["quantity"] for row in answer["backward"]},
        "on": {known[row["id"]]: row["quantity"] for row in answer["forward"]},
        "stock": {
            (
                known[row["id"]],
                known.get(row["place"], "way"),
                *([known[row["container"]]] if row["container"] else []),
            ): row["quantity"]
            for row in answer["stock"]
        },
        "parties": {(known.get(row["party"], row["party"]), row["role"]): row["quantity"] for row in answer["parties"]},
    }


def unexplained() -> float:
    """How much came out of nowhere."""
    rows = Posting.objects.filter(counterpart=UNEXPLAINED, quantity__gt=0)
    return sum(row.quantity for row in rows) / 1_000_000


__all__ = [
    "Story",
    "declare_wrong",
    "document",
    "party",
    "place",
    "send",
    "settings",
    "stock",
    "tell",
    "told",
    "two_warehouses",
    "unexplained",
    "uri",
]
