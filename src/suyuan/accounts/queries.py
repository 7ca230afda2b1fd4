"""What is asked about people."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from django.db.models import Q
from django.utils import timezone

from suyuan.accounts.models import Grant, Token, TokenUse, User
from suyuan.accounts.permissions import implied
from suyuan.accounts.rules import EVERYWHERE, MACHINE, Actor, Granted, actor_from

MANAGES = "user.manage"
USE_EVERY = timedelta(minutes=1)  # a machine that asks a hundred times a second is not written down as often


def holding(at: datetime) -> Q:
    """Grants that hold at this moment."""
    return (Q(since=None) | Q(since__lte=at)) & (Q(until=None) | Q(until__gt=at))


def actor_of(user: User, sites: Mapping[str, Iterable[str]], at: datetime | None = None) -> Actor:
    """The user as an actor at a moment (now), in one statement; one who is switched off may nothing.

    `sites`: site code → its warehouse codes, as the catalog's `directory().sites` has them.
    """
    granted: list[Granted] = []
    if user.is_active:
        rows = Grant.objects.filter(holding(at or timezone.now()), user_id=user.pk).order_by("role_id", "scope")
        granted = [Granted(*row) for row in rows.values_list("role_id", "role__permissions", "scope")]
    return actor_from(str(user.pk), user.name, granted, sites, person=user.person, partner=user.partner, kind=user.kind)


def rights_of_person(person: str, sites: Mapping[str, Iterable[str]]) -> Mapping[str, frozenset[str]]:
    """All that the accounts of a natural person are given, whenever it begins and whether they are switched on."""
    rows = Grant.objects.filter(user__person=person).values_list("role_id", "role__permissions", "scope")
    return actor_from("", "", [Granted(*row) for row in rows], sites).permissions


def administrators(at: datetime) -> dict[str, str]:
    """Account → person of all who may manage accounts everywhere at this moment and can log in for it."""
    rows = Grant.objects.filter(holding(at), scope=EVERYWHERE, user__is_active=True).exclude(user__kind=MACHINE)
    held = rows.values_list("user_id", "user__person", "role__permissions", "user__password")
    return {
        str(user): person or str(user)
        for user, person, permissions, password in held
        if not password.startswith("!") and any(MANAGES in implied(text) for text in permissions)
    }


def digest_of(secret: str) -> str:
    """What is kept of a token's secret. It has 256 random bits, so that a plain hash is as good as a slow one."""
    return sha256(secret.encode()).hexdigest()


def token_of(secret: str, at: datetime) -> Token | None:
    """The token with this secret, if it holds and its account does; that it was used is noted once a minute."""
    found = Token.objects.select_related("user", "use").filter(digest=digest_of(secret)).first()
    if found is None or found.revoked_at is not None or found.expires_at <= at or not found.user.is_active:
        return None
    used: TokenUse | None = getattr(found, "use", None)
    if used is None or at - used.last_used >= USE_EVERY:
        TokenUse.objects.update_or_create(token_id=found.pk, defaults={"last_used": at})
    return found


def bearer(token: Token, sites: Mapping[str, Iterable[str]], at: datetime) -> Actor:
    """Who acts with a token: its account, narrowed to what the token allows."""
    return actor_of(token.user, sites, at).narrowed(token.permissions, token.warehouses)
