"""How accurately goods are received: lines that were right, and what a scanner read of what was said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec
from django.db import connection

from suyuan.ledger.keys import micros, moment
from suyuan.operations.lines import Line
from suyuan.tlog.jcs import Json

# What a label says: typed where nobody scanned it. A quantity is counted, not read.
READABLE = ("item", "lot", "serials", "inside", "expiry", "produced")


def score(lines: Sequence[Line], wrong_fields: Iterable[str], *, judged: bool) -> dict[str, Json]:
    """``{lines, judged, right, fields, scanned}`` of a receipt, as its record keeps it. Pure.

    A line is right where nothing was to be accepted about it and nothing differs; `judged`: there was an order or a
    notice to compare with, else no line counts as right or wrong. `fields`: what the lines say that a label says too.
    """
    wrong = set(map(line_of, wrong_fields)) - {None}
    said = [(name, line) for line in lines for name in READABLE if getattr(line, name, None)]
    return {
        "lines": len(lines),
        "judged": len(lines) if judged else 0,
        "right": len(lines) - len(wrong) if judged else 0,
        "fields": len(said),
        "scanned": sum(name in line.scanned for name, line in said),
    }


def line_of(field: str) -> int | None:
    """The number of the line that a problem's field names: ``lines[3].lot`` → 3."""
    number = field.removeprefix("lines[").partition("]")[0]
    return int(number) if field.startswith("lines[") and number.isdigit() else None


# -- over time --------------------------------------------------------------------------------------------------------


class By(StrEnum):
    """What the figures are summed up by."""

    PERSON = "person"
    SUPPLIER = "supplier"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Receipts of one person (account), supplier (code) or day (ISO): lines right of those that could be judged, fields
    scanned of those that a label says. A line that was corrected later was not right.
    """

    key: str
    receipts: int
    lines: int
    judged: int
    right: int
    fields: int
    scanned: int

    @property
    def right_share(self) -> float | None:
        """Of the judged lines, those that were right, 0 to 1; None where none was judged."""
        return self.right / self.judged if self.judged else None

    @property
    def scanned_share(self) -> float | None:
        return self.scanned / self.fields if self.fields else None


class _Score(msgspec.Struct):
    lines: int = 0
    judged: int = 0
    right: int = 0
    fields: int = 0
    scanned: int = 0


class _Result(msgspec.Struct):
    accuracy: _Score | None = None
    corrects: str = ""
    lines: int = 0


class _Params(msgspec.Struct):
    supplier: str = ""
    sender: str = ""
    customer: str = ""


class _Actor(msgspec.Struct):
    id: str = ""


class _Record(msgspec.Struct):
    actor: _Actor
    request: str
    params: _Params
    result: _Result


_RECORDS = (
    "SELECT r.record_time, b.body FROM ledger_record r JOIN ledger_body b ON b.log = r.log AND b.id = r.id "
    "WHERE r.kind IN ('change', 'access', 'approval') AND r.type IN (%s, %s, %s) AND r.record_time >= %s "
    "AND r.record_time < %s AND r.log = %s"
)
_RECEIPTS = ("Receive", "ReceiveTransfer", "ReceiveReturn")
_CORRECTIONS = ("CorrectReceipt", "CorrectReceipt", "CorrectReceipt")
_EVER = 2**62


@dataclass(frozen=True, slots=True)
class Scored:
    """A receipt: when it was recorded (microseconds), by which account, of whose goods, and how right it was."""

    at: int
    account: str
    sender: str
    score: _Score


def scored(warehouse: str, since: date, until: date, zone: ZoneInfo) -> list[Scored]:
    """Each receipt of a warehouse from the day `since` to `until`, inclusive. Two statements."""
    start = micros(datetime.combine(since, time(), zone))
    end = micros(datetime.combine(until + timedelta(days=1), time(), zone))
    read = msgspec.json.Decoder(_Record)
    with connection.cursor() as cursor:
        cursor.execute(_RECORDS, [*_RECEIPTS, start, end, warehouse])
        receipts = [(int(at), read.decode(bytes(body))) for at, body in cursor.fetchall()]
        cursor.execute(_RECORDS, [*_CORRECTIONS, start, _EVER, warehouse])
        corrected = [read.decode(bytes(body)).result for _, body in cursor.fetchall()]
    wrong = {one.corrects: one.lines for one in corrected if one.corrects}
    found = []
    for at, record in receipts:
        score, params = record.result.accuracy, record.params
        if score is not None:
            score.right = max(score.right - wrong.get(record.request, 0), 0)
            sender = params.supplier or params.sender or params.customer
            found.append(Scored(at, record.actor.id, sender, score))
    return found


def accuracy(warehouse: str, since: date, until: date, zone: ZoneInfo, by: By = By.PERSON) -> list[Accuracy]:
    """How accurately a warehouse received from the day `since` to `until`, inclusive. Two statements."""
    found: dict[str, list[_Score]] = {}
    for one in scored(warehouse, since, until, zone):
        found.setdefault(_key(by, one, zone), []).append(one.score)
    return [_sum(key, scores) for key, scores in sorted(found.items())]


def _key(by: By, one: Scored, zone: ZoneInfo) -> str:
    match by:
        case By.DAY:
            return moment(one.at).astimezone(zone).date().isoformat()
        case By.SUPPLIER:
            return one.sender
    return one.account


def _sum(key: str, scores: Sequence[_Score]) -> Accuracy:
    names = ("lines", "judged", "right", "fields", "scanned")
    return Accuracy(key, len(scores), *(sum(getattr(score, name) for score in scores) for name in names))
