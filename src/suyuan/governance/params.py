"""A command as JSON, for the record of it: exact, without secrets, personal values as commitments."""

import dataclasses
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import cast
from uuid import UUID

import msgspec

from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import decimal_text
from suyuan.tlog.jcs import Json

LONGEST_TEXT = 2000
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
COMMITMENT = "commitment"
_PLAIN = frozenset({str, int, bool, type(None)})  # most are, and none of them is personal


class Personal(str):
    """A value of a person (a name, a telephone number): never stands in a record, only a commitment to it does."""

    __slots__ = ()


class Secret(str):
    """A value that is kept nowhere: a password."""

    __slots__ = ()


Commit = Callable[[str, str], str]


def params_of(command: object, commit: Commit) -> dict[str, Json]:
    """The fields of a command dataclass; `commit(field, value)` gives the commitment of a personal value."""
    found = _json(command, "", commit)
    return found if isinstance(found, dict) else {}


def json_of(value: object, field: str, commit: Commit) -> Json:
    """Any value of a command or plan as JSON, personal ones as their commitments, secrets not at all."""
    return _json(value, field, commit)


def without_commitments(value: Json) -> Json:
    """Two commitments to one value differ by their salt: what is to be compared leaves them out."""
    if isinstance(value, Mapping):
        return {name: without_commitments(part) for name, part in value.items() if name != COMMITMENT}
    return [without_commitments(part) for part in value] if isinstance(value, list | tuple) else value


def _json(value: object, field: str, commit: Commit) -> Json:
    kind = type(value)
    if kind in _PLAIN:
        return cast(Json, value)
    if kind is tuple or _fields(kind):
        return _parts(value, field, commit)
    if isinstance(value, Secret):
        return None
    if isinstance(value, Personal):
        return {COMMITMENT: commit(field, str(value))} if value else ""
    if isinstance(value, int):
        return value
    if isinstance(value, Enum):
        return _json(value.value, field, commit)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return _parts(value, field, commit)


def _parts(value: object, field: str, commit: Commit) -> Json:
    if names := _fields(type(value)):
        return {
            name: part if type(part) in _PLAIN else _json(part, _at(field, name), commit)
            for name in names
            for part in (getattr(value, name),)
        }
    if isinstance(value, list | tuple):
        return [part if type(part) in _PLAIN else _json(part, f"{field}[{n}]", commit) for n, part in enumerate(value)]
    if isinstance(value, frozenset | set):
        return [_json(part, field, commit) for part in sorted(value)]
    if isinstance(value, Mapping):
        return {
            str(name): part if type(part) in _PLAIN else _json(part, _at(field, str(name)), commit)
            for name, part in value.items()
        }
    if isinstance(value, float):
        return value
    raise TypeError(f"{field}: a command holds no {type(value).__name__}")


_known: dict[type, tuple[str, ...]] = {}


def _fields(kind: type) -> tuple[str, ...]:
    """The fields of a dataclass, none of anything else."""
    if kind not in _known:
        told = dataclasses.fields(kind) if dataclasses.is_dataclass(kind) else ()
        _known[kind] = tuple(part.name for part in told)
    return _known[kind]


def _at(field: str, name: str) -> str:
    return f"{field}.{name}" if field else name


def text_problems(command: object) -> list[Problem]:
    """Texts that cannot be kept: control characters, half characters, whole books."""
    problems: list[Problem] = []
    if _is_short_and_plain(command):
        return problems

    def look(value: object, field: str) -> None:
        if value is None or value == "":
            return
        if isinstance(value, str):
            if _UNPRINTABLE.search(value):
                problems.append(Problem("governance.text_unprintable", field))
            elif len(value) > LONGEST_TEXT:
                params = {"length": str(len(value)), "longest": str(LONGEST_TEXT)}
                problems.append(Problem("governance.text_long", field, params))
        elif names := _fields(type(value)):
            for name in names:
                part = getattr(value, name)
                if part != "" and part is not None:
                    look(part, _at(field, name))
        elif isinstance(value, Mapping):
            for name, part in value.items():
                look(part, _at(field, str(name)))
        elif isinstance(value, list | tuple | set | frozenset):
            for n, part in enumerate(value):
                look(part, f"{field}[{n}]")

    look(command, "")
    return problems


def _is_short_and_plain(command: object) -> bool:
    """Whether one look at all of it is enough, which takes a sixth of looking at each text: no text can be too long,
    and JSON escapes whatever cannot be printed but one character.
    """
    try:
        told = _told(command)
    except (TypeError, ValueError):  # what JSON does not know, and half characters
        return False
    return len(told) <= LONGEST_TEXT and b"\\" not in told and b"\x7f" not in told


_told = msgspec.json.Encoder().encode
