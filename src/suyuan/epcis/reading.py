"""From the bytes of one event to an `Event` and back: exact numbers, canonical bytes, every problem at once."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from json import JSONDecodeError, loads
from operator import eq

import msgspec

from suyuan.epcis.context import EMPTY, Context, encode, read_context
from suyuan.epcis.draft import Draft
from suyuan.epcis.events import ContextEntry, Event, EventType, JsonObject
from suyuan.epcis.rules import read_fields, type_of
from suyuan.epcis.usual import read_usual
from suyuan.epcis.values import Collector, NumberSize, exact
from suyuan.gs1.problems import Problem, Refused

_decode = msgspec.json.Decoder(float_hook=exact).decode
encode_as_is = msgspec.json.Encoder(decimal_format="number").encode

Bytes = bytes | msgspec.Raw
_SLICE = 2**20
_TAIL = 100
_LARGE = 2**14


def decode(data: Bytes, problems: Collector, field: str = "") -> object:
    """JSON with exact numbers. A problem for what is no JSON, holds NUL or lone surrogates, or names a field twice."""
    return _decode_twice(bytes(data), problems, field)[0]


def _decode_twice(raw: bytes, problems: Collector, field: str) -> tuple[object, bytes]:
    """What `decode` gives, and its canonical bytes."""
    try:
        value: object = _decode(raw)
        encoded = encode(value)
        # The decoder keeps the last of two equal names. Each pair has its colon, so a dropped pair leaves fewer of them
        # when the value is written again; only an escaped colon could hide that.
        escapes = b"\\" in raw and b"\\u00" in raw
        if escapes or (raw != encoded and raw.count(b":") != encoded.count(b":")):
            _look_closer(raw, value, escapes, problems, field)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, NumberSize) as error:
        _say_why(raw, error, problems, field)
        return None, b""
    return value, encoded


def _look_closer(raw: bytes, value: object, escapes: bool, problems: Collector, field: str) -> None:
    if escapes and any("\0" in text for text in _texts(value)):
        problems.refuse("epcis.nul", field)
    for name in _repeated_names(raw):
        problems.refuse("epcis.name_twice", f"{field}.{name}" if field else name, name=name[:200])


def names_dropped(raw: Bytes, parts: Mapping[str, Bytes]) -> list[str]:
    """The names that stand more than once in the outermost object, of which `parts` is what the decoder kept.

    Raises ValueError or RecursionError where a part turns out to be no JSON after all.
    """
    whole, values = memoryview(raw), [memoryview(part) for part in parts.values()]
    if len(whole) > _LARGE:
        whole, values = _less_the_last(whole, values)
    kept = sum(name.count(":") + 1 for name in parts) + sum(map(_colons, values))
    hidden = any(":" in name for name in parts) and b"\\u003" in bytes(raw)
    return _repeated_names(bytes(raw)) if hidden or _colons(whole) != kept else []


def _less_the_last(whole: memoryview, values: list[memoryview]) -> tuple[memoryview, list[memoryview]]:
    """Both without the last value, if `whole` ends with it: the events stand there, need no counting on both sides."""
    tail = bytes(whole[-_TAIL:])
    end = len(whole) - len(tail) + len(tail.rstrip().removesuffix(b"}").rstrip())
    start = end - len(values[-1]) if values else -1
    if start >= 0 and all(map(eq, _slices(whole[start:end]), _slices(values[-1]))):
        return whole[:start], values[:-1]
    return whole, values


def _colons(view: memoryview) -> int:
    return bytes(view).count(b":") if len(view) <= _LARGE else sum(part.count(b":") for part in _slices(view))


def _slices(view: memoryview) -> Iterator[bytes]:
    """A large document is not copied for looking through it."""
    return (bytes(view[start : start + _SLICE]) for start in range(0, len(view), _SLICE))


def _repeated_names(raw: bytes) -> list[str]:
    repeated: list[str] = []

    def pairs(found: list[tuple[str, object]]) -> None:
        counts = Counter(name for name, _ in found)
        if len(counts) < len(found):
            repeated.extend(sorted(name for name, count in counts.items() if count > 1))

    loads(raw.decode(), object_pairs_hook=pairs, parse_int=str, parse_float=str)
    return repeated


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            yield name
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def _say_why(raw: bytes, error: Exception, problems: Collector, field: str) -> None:
    if isinstance(error, UnicodeDecodeError):
        problems.refuse("epcis.utf8", field)
    elif isinstance(error, RecursionError):
        problems.refuse("epcis.too_deep", field)
    elif isinstance(error, NumberSize):
        problems.refuse("epcis.number_size", field, value=str(error))
    else:
        _say_where(raw, error, problems, field)


def _say_where(raw: bytes, error: Exception, problems: Collector, field: str) -> None:
    """Python's own reader is asked, since it knows the line; what it accepts all the same is a lone surrogate."""
    try:
        loads(raw.decode(), parse_constant=_no_constant)
    except JSONDecodeError as where:
        problems.refuse("epcis.json", field, line=str(where.lineno), column=str(where.colno))
    except UnicodeDecodeError:
        problems.refuse("epcis.utf8", field)
    except NumberSize as number:
        problems.refuse("epcis.not_finite", field, value=str(number))
    except (ValueError, RecursionError):
        problems.refuse("epcis.number_size", field, value=str(error)[:80])
    else:
        problems.refuse("epcis.surrogate", field)


def _no_constant(name: str) -> None:
    raise NumberSize(name)


# --- one event -------------------------------------------------------------------------------------------------------


def read_event(data: Bytes, base: Context, path: str) -> Event | list[Problem]:
    """One event of a document whose own context is `base`, or all its problems; `path` goes before each field."""
    found = Collector(path.rstrip("."))
    value, encoded = _decode_twice(bytes(data), found, "")
    if found.problems:
        return found.problems
    if not isinstance(value, dict):
        found.refuse("epcis.object", "")
        return found.problems
    event, problems = _read_body(value, encoded, base, path)
    return event if event and not problems else problems


def _read_body(body: JsonObject, encoded: bytes, base: Context, path: str) -> tuple[Event | None, list[Problem]]:
    problems: list[Problem] = []
    context, start = base, 1
    if "@context" in body:
        said = body.pop("@context")
        own = b'{"@context":' + encode(said) + b","
        start, encoded = (len(own), encoded) if encoded.startswith(own) else (1, encode(body))
        context, problems = _own_context(said, own, base, path)
    needed, stored = context.told_with(encoded, start)
    event = None if problems else read_usual(body, context, needed, stored)
    if event is not None:
        return event, problems
    draft = Draft(body, context.prefixes, path)
    draft.problems = problems
    kind = type_of(body, draft)
    if kind is None:
        return None, draft.problems
    read_fields(draft, kind)
    return _finish(draft, kind, needed, stored), draft.problems


_OWN: dict[bytes, Context] = {}
_OWN_KEPT, _OWN_LONGEST = 256, 1000


def _own_context(said: object, written: bytes, base: Context, path: str) -> tuple[Context, list[Problem]]:
    """An event's own context laid over `base`; most events of a company have the same."""
    known = _OWN.get(written) if base is EMPTY else None
    if known is not None:
        return known, []
    found = Collector(path)
    context = read_context(said, found, "@context", base)
    if base is EMPTY and not found.problems and len(written) <= _OWN_LONGEST:
        if len(_OWN) >= _OWN_KEPT:
            _OWN.clear()
        _OWN[written] = context
    return context, found.problems


def _finish(draft: Draft, kind: EventType, needed: tuple[ContextEntry, ...], stored: bytes) -> Event | None:
    if draft.event_time is None or draft.offset_minutes is None:
        return None
    return Event(
        context=needed,
        stored=stored,
        type=kind,
        event_id=draft.event_id,
        event_time=draft.event_time,
        offset_minutes=draft.offset_minutes,
        record_time=draft.record_time,
        action=draft.action,
        biz_step=draft.biz_step,
        disposition=draft.disposition,
        read_point=draft.read_point,
        biz_location=draft.biz_location,
        items=draft.items,
        transactions=draft.transactions,
        sources=draft.sources,
        destinations=draft.destinations,
        transformation_id=draft.transformation_id,
        persistent_set=draft.persistent_set,
        persistent_unset=draft.persistent_unset,
        ilmd=draft.ilmd,
        error=draft.error,
        extensions=draft.extensions,
    )


def body_bytes(event: Event) -> bytes:
    """The canonical bytes of an event: what is stored, hashed into the log and compared when it comes again.

    JSON in UTF-8 without blanks; names sorted by code point; strings with no escapes but the necessary; numbers with
    the digits they came with (``0.10`` stays ``0.10``, only ``1e2`` becomes ``1E+2``). What the event needs beside the
    standard context stands under "@context", wherever the document had declared it: one dict of the prefixes used, or a
    list with the addresses of other contexts before it.
    """
    return event.stored


def read_stored(data: bytes) -> Event:
    """The event that `body_bytes` came from. Rules made since do not apply: what is stored stays readable.

    Refused only for bytes that no event can be made of (no type, no time).
    """
    problems = Collector()
    value, encoded = _decode_twice(data, problems, "")
    if isinstance(value, dict) and not problems.problems:
        event, found = _read_body(value, encoded, EMPTY, "")
        if event:
            return event
        raise Refused(found)
    raise Refused(problems.problems or [Problem("epcis.object", "")])


def event_of(body: JsonObject, context: Sequence[ContextEntry] = ()) -> Event:
    """An event made here rather than read: the same rules, the same canonical bytes. Numbers are int or Decimal."""
    said = {**body, "@context": list(context)} if context else body
    event = read_event(encode(said), EMPTY, "")
    if isinstance(event, Event):
        return event
    raise Refused(event)
