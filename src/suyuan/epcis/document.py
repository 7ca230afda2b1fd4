"""EPCIS documents (EPCIS 2.0 §10): reading them event by event, and writing them as a stream.

Reads an EPCISDocument, an EPCISQueryDocument, one bare event or a bare list of events, with or without JSON-LD context.
Nothing is accepted in part: whoever wants the sound half of a document asks `OpenDocument.results` for it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from suyuan.epcis.context import EMPTY, MASTER_DATA, STANDARD_CONTEXT, Shared, context_json, expand, read_context
from suyuan.epcis.envelope import LIMIT, Envelope, open_envelope
from suyuan.epcis.events import ContextEntry, Event, JsonObject
from suyuan.epcis.reading import body_bytes, encode_as_is, event_of, read_event, read_stored
from suyuan.epcis.values import Collector
from suyuan.gs1.problems import Problem, Refused

__all__ = [
    "Document",
    "OpenDocument",
    "body_bytes",
    "event_of",
    "iter_events",
    "lone_event",
    "master_data",
    "open_document",
    "read_document",
    "read_stored",
    "write_document",
    "write_query_document",
]

MOST_PROBLEMS = 1000

Written = Event | tuple[Mapping[str, object], Sequence[ContextEntry]]


@dataclass(slots=True)
class Document:
    """A whole document in memory.

    `type` is "EPCISDocument", "EPCISQueryDocument" or "" for bare events; `header` is epcisHeader and `vocabulary` the
    master data of either kind as they came; `fields` has every other field of the envelope, decoded.
    """

    events: list[Event]
    type: str = ""
    id: str | None = None
    creation_date: datetime | None = None
    context: tuple[ContextEntry, ...] = ()
    header: JsonObject | None = None
    vocabulary: list[object] = field(default_factory=list)
    fields: JsonObject = field(default_factory=dict)


@dataclass(slots=True, frozen=True)
class OpenDocument:
    """A document whose envelope has been read and whose events have not: as many in memory as the reader keeps."""

    envelope: Envelope

    def __len__(self) -> int:
        return len(self.envelope.rows)

    def results(self) -> Iterator[Event | Refused]:
        """Each event in its order, or why it is refused."""
        envelope, seen = self.envelope, _Seen(self.envelope)
        for n, row in enumerate(envelope.rows):
            found = read_event(row, envelope.context, envelope.place(n))
            if isinstance(found, Event):
                found = seen.check(n, found) or found
            yield found if isinstance(found, Event) else Refused(found)

    def events(self) -> Iterator[Event]:
        """Each event in its order; after a refusal the rest is read for its problems only, and all are raised."""
        problems = list(self.envelope.problems)
        for found in self.results():
            if isinstance(found, Refused):
                problems += found.problems
            elif not problems:
                yield found
            if len(problems) > MOST_PROBLEMS:
                raise Refused([*problems[:MOST_PROBLEMS], Problem("epcis.too_many_problems")])
        if problems:
            raise Refused(problems)


class _Seen:
    """Tells when a document says two different things under one eventID.

    A declaration of error repeats the id of the event it takes back (EPCIS 2.0 §7.4.1.2), so it is no contradiction;
    nor is another recordTime, nor a field that the document itself asks its readers to ignore.
    """

    def __init__(self, envelope: Envelope) -> None:
        self._envelope = envelope
        self._first: dict[object, int] = {}
        self._ignored = {"recordTime", *envelope.ignored}

    def check(self, n: int, event: Event) -> list[Problem] | None:
        if event.event_id is None:
            return None
        key = (event.event_id, event.error.declaration_time) if event.error else event.event_id
        before = self._first.setdefault(key, n)
        if before == n or self._tell_alike(before, event):
            return None
        params = {"id": event.event_id, "first": self._envelope.place(before).rstrip(".")}
        return [Problem("epcis.contradiction", f"{self._envelope.place(n)}eventID", params)]

    def _tell_alike(self, before: int, event: Event) -> bool:
        earlier = read_event(self._envelope.rows[before], self._envelope.context, "")
        return isinstance(earlier, Event) and (
            earlier.stored == event.stored or self._told(earlier) == self._told(event)
        )

    def _told(self, event: Event) -> JsonObject:
        return {name: value for name, value in event.body.items() if name not in self._ignored}


def open_document(data: bytes, *, limit: int = LIMIT) -> OpenDocument:
    """Read the envelope only. Refused at once for what is no JSON, larger than `limit` bytes, or of no known type."""
    return OpenDocument(open_envelope(data, limit))


def iter_events(data: bytes, *, limit: int = LIMIT) -> Iterator[Event]:
    """The events of a document one by one, for documents too large to hold. Refused with all problems at the end."""
    return open_document(data, limit=limit).events()


def read_document(data: bytes, *, limit: int = LIMIT) -> Document:
    """A whole document. Refused with all its problems, fields as paths (``eventList[3].eventTime``)."""
    opened = open_document(data, limit=limit)
    envelope = opened.envelope
    return Document(
        events=list(opened.events()),
        type=envelope.type,
        id=envelope.id,
        creation_date=envelope.creation_date,
        context=envelope.context.entries,
        header=envelope.header,
        vocabulary=envelope.vocabulary,
        fields=envelope.fields,
    )


def master_data(event: Event) -> JsonObject:
    """The event's ILMD by name: bare where the CBV defines it ("lotNumber", "itemExpirationDate"), else a full URI."""
    declared = read_context(list(event.context), Collector(), "").prefixes if event.context else EMPTY.prefixes
    return {expand(name, declared).removeprefix(MASTER_DATA): value for name, value in event.ilmd.items()}


# --- writing ---------------------------------------------------------------------------------------------------------


def write_document(events: Iterable[Written], *, creation_date: datetime, bare: bool = False) -> Iterator[bytes]:
    """An EPCISDocument 2.0 as a stream, a chunk an event. `bare`: a plain list of events, each with its own context.

    Of a list the prefixes are gathered at the document, and an event that means something else by one says so in its
    own "@context". A generator cannot be looked through beforehand: there each event declares its own.
    """
    if bare:
        yield from _rows(events, Shared([]))
    else:
        head = {"type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": _stamp(creation_date)}
        yield from _frame(events, head, b'"epcisBody":{"eventList":', b"}}")


def write_query_document(
    events: Iterable[Written], *, creation_date: datetime, query_name: str, subscription_id: str | None = None
) -> Iterator[bytes]:
    """An EPCISQueryDocument 2.0 (§8.2.7), streamed like `write_document`."""
    head = {"type": "EPCISQueryDocument", "schemaVersion": "2.0", "creationDate": _stamp(creation_date)}
    results = {"queryName": query_name} | ({"subscriptionID": subscription_id} if subscription_id else {})
    opening = b'"epcisBody":{"queryResults":' + encode_as_is(results)[:-1] + b',"resultsBody":{"eventList":'
    yield from _frame(events, head, opening, b"}}}}")


def lone_event(event: Written) -> bytes:
    """One event as a document of its own (GET /events/{id}): its context stands in it, the standard one first."""
    body, context = _body_and_context(event)
    return encode_as_is({"@context": [STANDARD_CONTEXT, *context], **body})


def _frame(events: Iterable[Written], head: Mapping[str, str], opening: bytes, closing: bytes) -> Iterator[bytes]:
    known = events if isinstance(events, Sequence) else ()
    shared = Shared(_body_and_context(event)[1] for event in known)
    yield encode_as_is({"@context": shared.entries(), **head})[:-1] + b"," + opening
    yield from _rows(events, shared)
    yield closing


def _rows(events: Iterable[Written], shared: Shared) -> Iterator[bytes]:
    separator = b"["
    for event in events:
        body, context = _body_and_context(event)
        row = encode_as_is(body)
        left = shared.left_for(context, row)
        if left:
            row = b'{"@context":' + encode_as_is(context_json(left)) + b"," + row[1:]
        yield separator + row
        separator = b","
    yield b"]" if separator == b"," else b"[]"


def _body_and_context(event: Written) -> tuple[Mapping[str, object], Sequence[ContextEntry]]:
    return (event.body, event.context) if isinstance(event, Event) else event


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
