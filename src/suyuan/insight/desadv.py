"""The despatch advice that a customer gets: the events of a shipment as one EPCIS 2.0 document.

The shipping events, and before them the aggregations of the containers that are in it, so that he knows what is on each
pallet; dates of the lots and his own item codes stand beside them. What is ours alone (who did it, from which bin, for
what reason) is left out. Sent by the worker to the customer's webhook, signed (Standard Webhooks), and again until it
is taken; nothing that ships waits for it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import cast

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from suyuan.capture.bodies import CONTEXT, PREFIX, lot_facts
from suyuan.capture.guard import governed
from suyuan.catalog.models import SupplierItem
from suyuan.delivery.kinds import AdviceState
from suyuan.delivery.models import Advice, AdviceChannel
from suyuan.epcis.document import read_stored, write_document
from suyuan.epcis.events import JsonObject
from suyuan.gs1.identifiers import identify
from suyuan.gs1.problems import Problem, Refused
from suyuan.insight.hooks import NotSent, call, headers_of, hook_of, secret_of
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import key16, micros
from suyuan.stock.past import stock_in_then
from suyuan.stock.queries import about, uris_of

# What a customer has no business with, of our own extension fields.
OURS = tuple(f"{PREFIX}:{name}" for name in ("by", "request", "from", "reason", "load", "attachments", "owner"))
PAUSES = tuple(timedelta(minutes=n) for n in (1, 5, 15, 60, 180, 360, 720))  # after each try; then it is given up
LEASE = timedelta(minutes=2)
_STANDS = "r.declares IS NULL AND NOT EXISTS (SELECT 1 FROM ledger_record x WHERE x.declares = r.id)"
_LEFT = (
    "SELECT r.event_time, b.body FROM ledger_eventitem d "
    f"JOIN ledger_record r ON r.log = d.log AND r.id = d.record AND r.biz_step = 'shipping' AND {_STANDS} "
    "JOIN ledger_body b ON b.log = r.log AND b.id = r.id "
    "WHERE d.log = %s AND d.identifier = %s AND d.role = 'doc.desadv' ORDER BY r.event_time, r.id"
)
_PACKED = (
    "SELECT r.event_time, b.body FROM ledger_eventitem e "
    f"JOIN ledger_record r ON r.log = e.log AND r.id = e.record AND r.biz_step = 'packing' AND {_STANDS} "
    "JOIN ledger_body b ON b.log = r.log AND b.id = r.id "
    "WHERE e.log = %s AND e.role = 'parent' AND e.identifier {keys}"
)
_TO_TELL = (
    "SELECT DISTINCT r.log, d.identifier FROM ledger_eventitem p "
    f"JOIN ledger_record r ON r.log = p.log AND r.id = p.record AND r.biz_step = 'shipping' AND {_STANDS} "
    "JOIN ledger_eventitem d ON d.log = r.log AND d.record = r.id AND d.role = 'doc.desadv' "
    "WHERE p.identifier = %s AND p.role = 'to.owning_party' AND r.record_time >= %s"
)
Clock = Callable[[], datetime]


# -- the document -----------------------------------------------------------------------------------------------------


def advice_of(log: str, document: str, now: datetime) -> bytes:
    """The despatch advice of a shipment (URI) as an EPCIS 2.0 document. Refused where nothing left under it.

    A fixed number of statements, and one a level of containers.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LEFT, [log, key16(document)])
        left = [(int(at), read_stored(bytes(body))) for at, body in cursor.fetchall()]
    if not left:
        raise Refused([Problem("insight.advice_unknown", "document", {"document": document})])
    at = max(when for when, _event in left)
    named = {identify(item.uri).uri for _at, event in left for item in event.items}
    boxes = _boxes(log, {key16(uri) for uri in named}, at)
    with connection.cursor() as cursor:
        rows = cast(Sequence[tuple[int, bytes]], select_in(cursor, _PACKED, boxes, log))
    packed = sorted(
        ((int(when), read_stored(bytes(body))) for when, body in rows if when <= at), key=lambda one: one[0]
    )
    bodies = [shown(event.body) for _at, event in (*packed, *left)]
    customer = _customer(left[0][1].body)
    extra = {
        f"{PREFIX}:lots": _lots(log, named, boxes, at), f"{PREFIX}:partnerItems": _codes(customer),
    }  # fmt: skip
    last = {**bodies[-1], **{name: value for name, value in extra.items() if value}}
    events = [(body, CONTEXT) for body in (*bodies[:-1], last)]
    return b"".join(write_document(events, creation_date=now))


def shown(body: Mapping[str, object]) -> JsonObject:
    """An event without what is ours alone. Pure."""
    return {name: value for name, value in body.items() if name not in OURS}


def _boxes(log: str, keys: Iterable[bytes], at: int) -> set[bytes]:
    """The containers among these goods, and those inside them then."""
    found: set[bytes] = set()
    todo = {key for key, one in about(keys).items() if one.container}
    while todo:
        found |= todo
        todo = {row.subject for row in stock_in_then(todo, at, log) if row.container} - found
    return found


def _lots(log: str, named: Iterable[str], boxes: Iterable[bytes], at: int) -> list[JsonObject]:
    """The lots that went, loose and inside, with their dates."""
    inside = {row.subject for row in stock_in_then(boxes, at, log) if not row.container} if boxes else set()
    keys = {key16(uri): uri for uri in named} | uris_of(inside)
    rows = about(keys)
    return lot_facts(
        (keys[key], _day(one.expiry), _day(one.produced)) for key, one in rows.items() if not one.container
    )


def _day(ordinal: int | None) -> date | None:
    return date.fromordinal(ordinal) if ordinal is not None else None


def _customer(body: Mapping[str, object]) -> str:
    rows = cast(Sequence[Mapping[str, object]], body.get("destinationList") or ())
    return next((str(one.get("destination", "")) for one in rows if str(one.get("type")).endswith("owning_party")), "")


def _codes(customer: str) -> list[JsonObject]:
    """How the customer calls our items, where we know."""
    rows = SupplierItem.objects.filter(partner__uri=customer, is_active=True).order_by("item__uri")
    return [{"id": uri, "code": code} for uri, code in rows.values_list("item__uri", "code")]


# -- sending it -------------------------------------------------------------------------------------------------------


def make_due(now: datetime) -> int:
    """Note the shipments since a channel was opened whose customers have not been told; how many. A statement a
    channel, and three where there is something new."""
    made = 0
    for channel in AdviceChannel.objects.filter(is_active=True).select_related("partner"):
        if not channel.since:  # opened since we looked last: what left before is not told
            with governed():
                AdviceChannel.objects.filter(pk=channel.pk).update(since=micros(now))
            continue
        with connection.cursor() as cursor:
            cursor.execute(_TO_TELL, [key16(channel.partner.uri), channel.since])
            found = {(str(log), bytes(key)) for log, key in cursor.fetchall()}
        if not found:
            continue
        names = uris_of(key for _log, key in found)
        told = set(Advice.objects.filter(channel=channel).values_list("log", "document"))
        new = [(log, names[key]) for log, key in sorted(found) if key in names and (log, names[key]) not in told]
        rows = [
            Advice(log=log, document=uri, number=uri.rsplit("/", 1)[-1][:80], channel=channel, due=micros(now),
                   made=micros(now))
            for log, uri in new
        ]  # fmt: skip
        with governed():
            Advice.objects.bulk_create(rows, ignore_conflicts=True)
        made += len(rows)
    return made


def send_next(holder: str, clock: Clock) -> bool:
    """Send the advice that has waited longest; False where nothing is due."""
    row = take(holder, clock())
    if row is None:
        return False
    try:
        send(row, clock())
    except (NotSent, OSError, Refused) as error:
        why = error.problems[0].code if isinstance(error, Refused) else str(error)
        _failed(row, holder, why or type(error).__name__, clock())
    else:
        with governed():
            _mine(row, holder).update(state=AdviceState.SENT, due=None, ended=micros(clock()), error="")
    return True


def take(holder: str, now: datetime) -> Advice | None:
    """One that is due, put off for the lease, so that nobody else sends it meanwhile."""
    found = Advice.objects.filter(due__lte=micros(now)).select_related("channel").order_by("due", "pk").first()
    if found is None:
        return None
    with governed():
        won = Advice.objects.filter(pk=found.pk, tries=found.tries, due=found.due).update(
            tries=found.tries + 1, holder=holder, taken=micros(now), due=micros(now + LEASE)
        )
    found.tries += 1
    return found if won == 1 else None


def send(row: Advice, now: datetime) -> None:
    """Call the customer's webhook; its id is the shipment's, however often it is tried, so that he takes it once."""
    body = advice_of(row.log, row.document, now)
    hook = hook_of(row.channel.url, settings.SUYUAN.webhook_hosts)
    call(
        hook,
        body,
        headers_of(secret_for(row.channel.key), f"desadv-{row.log}-{row.number}", int(now.timestamp()), body),
    )


def _failed(row: Advice, holder: str, error: str, now: datetime) -> None:
    over = row.tries > len(PAUSES)
    state = AdviceState.FAILED if over else AdviceState.WAITING
    due = None if over else micros(now + PAUSES[min(row.tries, len(PAUSES)) - 1])
    ended = micros(now) if over else None
    with governed():
        _mine(row, holder).update(state=state, due=due, ended=ended, error=error[:300])


def _mine(row: Advice, holder: str) -> QuerySet[Advice]:
    return Advice.objects.filter(pk=row.pk, holder=holder, tries=row.tries)


def secret_for(key: str) -> str:
    """What a customer (`key` of his channel) needs to check the signature."""
    return secret_of(settings.SUYUAN.secret_key, f"advice:{key}")
