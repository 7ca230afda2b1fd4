"""A command as JSON that can be turned back into it, for one that waits for its second person.

What JSON cannot say is said with a tag: ``{"@": "decimal", "=": "1.5"}``. A secret is not kept.
"""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, cast, get_args, get_type_hints
from uuid import UUID

from suyuan.governance.params import Personal, Secret
from suyuan.gs1.quantities import decimal_text
from suyuan.tlog.jcs import Json

TAG, VALUE = "@", "="
_READ: Mapping[str, Callable[[Any], object]] = {
    "decimal": Decimal,
    "date": date.fromisoformat,
    "time": datetime.fromisoformat,
    "uuid": UUID,
    "personal": Personal,
}


def pack(value: object) -> Json:
    """A command, or a part of one, as JSON. TypeError for what a command cannot hold."""
    if value is None or isinstance(value, Secret):
        return None
    if isinstance(value, Personal):
        return _tagged("personal", str(value))
    if isinstance(value, bool | int | float | str):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, Decimal):
        return _tagged("decimal", decimal_text(value))
    if isinstance(value, datetime):
        return _tagged("time", value.isoformat())
    if isinstance(value, date):
        return _tagged("date", value.isoformat())
    if isinstance(value, UUID):
        return _tagged("uuid", str(value))
    return _pack_many(value)


def _pack_many(value: object) -> Json:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {one.name: pack(getattr(value, one.name)) for one in dataclasses.fields(value) if one.init}
        return _tagged(name_of(type(value)), fields)
    if isinstance(value, Mapping):
        return _tagged("map", {str(name): pack(part) for name, part in value.items()})
    if isinstance(value, frozenset | set):
        return _tagged("set", [pack(part) for part in sorted(value)])
    if isinstance(value, list | tuple):
        return [pack(part) for part in value]
    raise TypeError(f"a command holds no {type(value).__name__}")


def _tagged(tag: str, value: Json) -> dict[str, Json]:
    return {TAG: tag, VALUE: value}


def unpack(kind: type, packed: Json) -> object:
    """The command of this kind that `pack` made this of. ValueError for anything else."""
    known = {name_of(part): part for part in parts(kind)}

    def read(value: Json) -> object:
        if isinstance(value, list | tuple):
            return tuple(read(part) for part in value)
        if not isinstance(value, Mapping):
            return value
        tag, inner = value.get(TAG), value.get(VALUE)
        if isinstance(tag, str) and tag in _READ:
            return _READ[tag](inner)
        if tag == "set":
            return frozenset(read(part) for part in cast(list[Json], inner))
        if not isinstance(inner, Mapping):
            raise ValueError(f"{tag}: no part of a {kind.__name__}")
        fields = {name: read(part) for name, part in inner.items()}
        if tag == "map":
            return fields
        if tag not in known:
            raise ValueError(f"{tag}: no part of a {kind.__name__}")
        return known[str(tag)](**fields)

    try:
        found = read(packed)
    except (TypeError, KeyError, ArithmeticError) as error:
        raise ValueError(str(error)) from error
    if type(found) is not kind:
        raise ValueError(f"{type(found).__name__} instead of {kind.__name__}")
    return found


def name_of(kind: type) -> str:
    """How a dataclass is tagged."""
    return f"{kind.__module__.removeprefix('suyuan.')}.{kind.__qualname__}"


@cache
def parts(kind: type) -> frozenset[type]:
    """The dataclasses that a command of this kind may consist of, itself among them."""
    found: set[type] = set()
    waiting = [kind]
    while waiting:
        one = waiting.pop()
        if one not in found and dataclasses.is_dataclass(one):
            found.add(one)
            waiting += [part for hint in get_type_hints(one).values() for part in _classes(hint)]
    return frozenset(found)


def _classes(hint: object) -> Iterator[type]:
    if isinstance(hint, type):
        yield hint
    for part in get_args(hint):
        yield from _classes(part)
