"""Decisions about people, without a database: names, scopes, and what an actor may do."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from suyuan.accounts.permissions import PERMISSIONS, Level, implied

EVERYWHERE = "*"
SITE_PREFIX = "site:"
PERSON, DEVICE, CARRIER, MACHINE = "person", "device", "carrier", "system"
KINDS = (PERSON, DEVICE, CARRIER, MACHINE)  # of accounts
CODE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,10}[a-z0-9])?")
USERNAME = re.compile(r"[\w.@+-]{1,64}")


def is_code(text: str) -> bool:
    """Is `text` a code of a site, team, role or warehouse: 1–12 of a-z, 0-9 and -, no hyphen at either end?"""
    return CODE.fullmatch(text) is not None


def is_scope(text: str) -> bool:
    """Is `text` ``*``, ``site:CODE`` or a warehouse code? Whether that warehouse exists is known further up."""
    return text == EVERYWHERE or is_code(text.removeprefix(SITE_PREFIX))


def is_time_zone(text: str) -> bool:
    """Is `text` the name of a zone in the time zone database?"""
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):  # unknown; a path that leaves the database; a folder of it
        return False
    return True


def login_name(text: str) -> str:
    """The one spelling of a user name: accounts that differ in case or width would be one person to everybody else."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def in_language(language: str, zh: str, en: str, otherwise: str = "") -> str:
    """The name in the reader's language, else in the other one, else `otherwise` (usually the code)."""
    first, second = (zh, en) if language.lower().startswith("zh") else (en, zh)
    return first or second or otherwise


@dataclass(frozen=True, slots=True)
class Granted:
    """One role held somewhere; `scope` as `is_scope` describes it."""

    role: str
    permissions: tuple[str, ...]
    scope: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something.

    `permissions`: permission with level → warehouse codes (``*`` = everywhere), sites resolved. `person`: the natural
    person behind the account; `partner`: the partner a carrier works for, to whose affairs he is confined.
    """

    id: str
    name: str
    roles: tuple[str, ...]
    permissions: Mapping[str, frozenset[str]]
    person: str = ""
    partner: str = ""
    kind: str = PERSON

    @property
    def human(self) -> str:
        """The natural person: what two people are told apart by."""
        return self.person or self.id

    def narrowed(self, permissions: Collection[str], warehouses: Collection[str]) -> "Actor":
        """The same, with no more than `permissions` (with levels, and what they imply) in `warehouses`.

        An empty list narrows nothing.
        """
        kept = {held for text in permissions for held in implied(text)}
        within = frozenset(warehouses)
        left = {
            permission: _within(where, within)
            for permission, where in self.permissions.items()
            if not permissions or permission in kept
        }
        return replace(self, permissions={permission: where for permission, where in left.items() if where})

    def may(self, permission: str, scope: str = EVERYWHERE) -> bool:
        """May he do this in the warehouse `scope`? Without a scope: everywhere, as company-wide data need it."""
        scopes = self.permissions.get(permission)
        return scopes is not None and (EVERYWHERE in scopes or scope in scopes)

    def scopes(self, permission: str) -> frozenset[str]:
        """The warehouses where he may do this: to narrow a list. ``*`` in it means all."""
        return self.permissions.get(permission, frozenset())


def _within(held: frozenset[str], within: frozenset[str]) -> frozenset[str]:
    if not within:
        return held
    return within if EVERYWHERE in held else held & within


def warehouses_of(scope: str, sites: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """The warehouse codes a scope stands for.

    `sites`: site code → its warehouse codes. A site without any covers nothing.
    """
    if scope.startswith(SITE_PREFIX):
        return frozenset(sites.get(scope.removeprefix(SITE_PREFIX), ()))
    return frozenset((scope,))


def actor_from(
    id: str,
    name: str,
    grants: Iterable[Granted],
    sites: Mapping[str, Iterable[str]],
    *,
    person: str = "",
    partner: str = "",
    kind: str = PERSON,
) -> Actor:
    """Add up what a person's grants allow."""
    held: dict[str, frozenset[str]] = {}
    roles: dict[str, None] = {}
    for grant in grants:
        roles[grant.role] = None
        where = warehouses_of(grant.scope, sites)
        for permission in (p for text in grant.permissions for p in implied(text)):
            held[permission] = held.get(permission, frozenset()) | where
    permissions = {permission: where for permission, where in held.items() if where}
    return Actor(id, name, tuple(roles), permissions, person or id, partner, kind)


def _system() -> Actor:
    everything = tuple(code + level for code in PERMISSIONS for level in Level if level != Level.APPROVE)
    return actor_from("system", "system", [Granted("system", everything, EVERYWHERE)], {}, kind=MACHINE)


# Automatic work, and the administrator at the machine: does everything everywhere, but is nobody's second person.
SYSTEM = _system()
