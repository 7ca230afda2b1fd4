"""What the record says of a change of people and rights: names as commitments."""

from collections.abc import Mapping
from datetime import datetime

from suyuan.accounts.models import Grant, Role, User
from suyuan.governance.params import Personal
from suyuan.governance.records import people_uri, person_uri
from suyuan.governance.registry import Plan
from suyuan.tlog.jcs import Json

MANAGE = "user.manage"  # the right to change people and rights
PERSONAL = frozenset({"username", "name", "email", "phone", "person"})
Moved = Mapping[str, tuple[object, object]]


def about_user(user: User, moved: Moved, *, new: bool = False) -> Json:
    """A change of an account as its record says it: names as commitments."""
    told = {name: tuple(_personal(name, value) for value in pair) for name, pair in moved.items()}
    return change_of(person_uri(str(user.pk)), str(user.pk), user.version, new, told)


def _personal(name: str, value: object) -> object:
    return Personal(value) if name in PERSONAL and isinstance(value, str) else value


def changed_user(user: User, moved: Moved, noted: Mapping[str, Json]) -> Plan:
    result = {"id": str(user.pk), **noted}
    return Plan(result=result, about=[person_uri(str(user.pk))], changes=[about_user(user, moved)] if moved else [])


def change_of(uri: str, key: str, version: int, new: bool, moved: Mapping[str, object]) -> Json:
    fields = {name: [_plain(value) for value in _pair(pair)] for name, pair in moved.items()}
    return {"uri": uri, "key": key, "version": version, "new": new, "fields": fields}


def _pair(pair: object) -> tuple[object, ...]:
    return tuple(pair) if isinstance(pair, tuple | list) else (pair,)


def _plain(value: object) -> Json:
    if isinstance(value, str):
        return value  # a Personal stays one, until the kernel commits to it
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bool):
        return "1" if value else "0"
    return [str(part) for part in value] if isinstance(value, list) else str(value)


def between(old: Mapping[str, object], new: Mapping[str, object]) -> dict[str, tuple[object, object]]:
    return {name: (old.get(name, ""), value) for name, value in new.items() if old.get(name, "") != value}


def role_change(role: Role, before: Role | None) -> Json:
    names = ("name_zh", "name_en", "permissions")
    old = {name: getattr(before, name) for name in names} if before else {}
    moved = between(old, {name: getattr(role, name) for name in names})
    return change_of(people_uri("role", role.code), role.code, 0, before is None, moved)


def times_of(grant: Grant | None) -> str:
    """When a role is held, as text; empty if it is not."""
    if grant is None:
        return ""
    return "–".join(at.isoformat() if at else "" for at in (grant.since, grant.until))
