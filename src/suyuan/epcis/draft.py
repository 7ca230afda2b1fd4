"""An event being read, and the readers of plain values: each gives the value, or refuses and gives None."""

import re
from collections.abc import Callable, Mapping, Set
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from suyuan.epcis.context import expand
from suyuan.epcis.events import ErrorDeclaration, Item, JsonObject
from suyuan.epcis.values import Collector, is_shallow, is_uri, lacks_offset, read_time
from suyuan.epcis.vocabulary import Vocabulary

_HEX = re.compile(r"[A-Fa-f0-9]+")


class Draft(Collector):
    """An event being read: the fields of `Event`, each as far as it could be made out."""

    __slots__ = (
        "action",
        "biz_location",
        "biz_step",
        "body",
        "destinations",
        "disposition",
        "error",
        "event_id",
        "event_time",
        "extensions",
        "ilmd",
        "items",
        "offset_minutes",
        "persistent_set",
        "persistent_unset",
        "prefixes",
        "read_point",
        "record_time",
        "sources",
        "transactions",
        "transformation_id",
    )

    def __init__(self, body: JsonObject, prefixes: Mapping[str, str], path: str) -> None:
        self.path = path
        self.problems = []
        self.body = body
        self.prefixes = prefixes
        self.items: list[Item] = []
        self.transactions: list[tuple[str, str]] = []
        self.sources: list[tuple[str, str]] = []
        self.destinations: list[tuple[str, str]] = []
        self.ilmd: JsonObject = {}
        self.extensions: JsonObject = {}
        self.persistent_set: tuple[str, ...] = ()
        self.persistent_unset: tuple[str, ...] = ()
        self.event_time: datetime | None = None
        self.record_time: datetime | None = None
        self.offset_minutes: int | None = None
        self.error: ErrorDeclaration | None = None
        self.event_id: str | None = None
        self.action: str | None = None
        self.biz_step: str | None = None
        self.disposition: str | None = None
        self.read_point: str | None = None
        self.biz_location: str | None = None
        self.transformation_id: str | None = None


Reader = Callable[[Draft, str, object], None]
T = TypeVar("T")


# --- plain values ---------------------------------------------------------------------------------------------------


def an_object(draft: Draft, field: str, value: object) -> JsonObject | None:
    if isinstance(value, dict):
        return value
    draft.refuse("epcis.object", field)
    return None


def a_list(draft: Draft, field: str, value: object) -> list[object]:
    if isinstance(value, list):
        return value
    draft.refuse("epcis.list", field)
    return []


def a_text(draft: Draft, field: str, value: object) -> str | None:
    if isinstance(value, str) and value:
        return value
    draft.refuse("epcis.text", field)
    return None


def any_text(draft: Draft, field: str, value: object) -> None:
    if not isinstance(value, str):
        draft.refuse("epcis.text", field)


def a_uri(draft: Draft, field: str, value: object) -> str | None:
    text = a_text(draft, field, value)
    if text is None or is_uri(text):
        return text
    draft.refuse("epcis.uri", field, value=text[:200])
    return None


def a_time(draft: Draft, field: str, value: object) -> datetime | None:
    text = a_text(draft, field, value)
    if text is None:
        return None
    if (time := read_time(text)) is None:
        draft.refuse("epcis.time_without_offset" if lacks_offset(text) else "epcis.time", field, value=text[:80])
    return time


def a_number(draft: Draft, field: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        draft.refuse("epcis.number", field)


def a_boolean(draft: Draft, field: str, value: object) -> None:
    if not isinstance(value, bool):
        draft.refuse("epcis.boolean", field)


def hex_digits(draft: Draft, field: str, value: object) -> None:
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        draft.refuse("epcis.hex", field)


def no_repeats(draft: Draft, field: str, texts: list[object]) -> None:
    """`uniqueItems` of the schema; one thing in two spellings is no repeat."""
    seen: set[str] = set()
    for n, text in enumerate(texts):
        if isinstance(text, str) and text in seen:
            draft.refuse("epcis.repeated", f"{field}[{n}]", value=text[:200])
        elif isinstance(text, str):
            seen.add(text)


# --- names of the vocabulary ----------------------------------------------------------------------------------------


def a_name(draft: Draft, field: str, value: object, names: Vocabulary) -> str | None:
    """A CBV name bare, any other as its full URI."""
    text = a_text(draft, field, value)
    if text is None:
        return None
    if short := names.forms.get(text):
        return short
    if is_uri(text) and not text.startswith((*names.own, *names.banned)):
        return expand(text, draft.prefixes)
    return _odd_name(draft, field, text, names)


def _odd_name(draft: Draft, field: str, text: str, names: Vocabulary) -> str | None:
    meant = names.suggest(text)
    if text.startswith(names.banned):
        draft.refuse("epcis.name_form", field, value=text[:200], meant=meant or "…")
    elif meant:
        draft.refuse("epcis.name_meant", field, value=text[:200], meant=meant)
    elif names.open and is_uri(text):
        return expand(text, draft.prefixes)
    else:
        draft.refuse("epcis.name", field, value=text[:200])
    return None


def name_of(names: Vocabulary) -> Reader:
    def read(draft: Draft, field: str, value: object) -> None:
        a_name(draft, field, value, names)

    return read


# --- the fields of an object ----------------------------------------------------------------------------------------


def required(draft: Draft, place: str, parts: JsonObject, name: str, read: Callable[..., T | None]) -> T | None:
    if name in parts:
        return read(draft, f"{place}.{name}", parts[name])
    draft.refuse("epcis.field_missing", f"{place}.{name}", name=name)
    return None


def nothing_else(draft: Draft, place: str, parts: JsonObject, known: Set[str]) -> None:
    for name in sorted(parts.keys() - known):
        draft.refuse("epcis.field_unknown", f"{place}.{name}", name=name[:200])


def only(draft: Draft, field: str, parts: JsonObject, known: frozenset[str]) -> None:
    """Whatever else stands in a part of the event must be an extension with a namespace."""
    for name in sorted(parts.keys() - known):
        extension(draft, f"{field}.{name}", name, parts[name])


def extension(draft: Draft, field: str, name: str, value: object) -> bool:
    if not is_uri(name):
        code = "epcis.extension_name" if ":" in name else "epcis.field_unknown"
        draft.refuse(code, field, name=name[:200])
        return False
    if isinstance(value, dict | list) and not is_shallow(value):
        draft.refuse("epcis.too_deep", field)
    return True
