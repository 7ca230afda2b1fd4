"""The tables of people and rights. Sites, teams and roles are known by their codes, which never change."""

from collections.abc import Iterator
from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

from suyuan.accounts.rules import EVERYWHERE, PERSON, login_name


class Site(models.Model):
    """A place of work with one time zone; its warehouses are names further up."""

    code = models.CharField(max_length=12, primary_key=True)
    name_zh = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    time_zone = models.CharField(max_length=64)
    version = models.BigIntegerField(default=0)  # the catalog's, of its last change

    def __str__(self) -> str:
        return self.code


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=login_name(username or ""))


class User(AbstractBaseUser):
    """An account: of a person, a device, a carrier's driver or the system. Never deleted: switched off.

    `name` is the printed name that records carry. `person` is the natural person behind it, two accounts of whom carry
    the same; its own id where nothing else was said. `partner`: the code of the partner a carrier's account works for.
    `era` goes up to end every session at once, `version` with every change of the account.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    username = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=8, default=PERSON)
    person = models.CharField(max_length=64, blank=True, db_index=True)
    partner = models.CharField(max_length=64, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=32, blank=True)
    language = models.CharField(max_length=16, default="zh-hans")
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    era = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = UserManager()

    def get_full_name(self) -> str:
        return self.name

    def get_session_auth_hash(self) -> str:
        """Sessions hold as long as the password and the era do."""
        return self._hash_of_sessions(None)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same under keys that sessions may still be signed with."""
        return (self._hash_of_sessions(secret) for secret in settings.SECRET_KEY_FALLBACKS)

    def _hash_of_sessions(self, secret: str | bytes | None) -> str:
        return salted_hmac(
            "suyuan.accounts.session", f"{self.password}:{self.era}", secret, algorithm="sha256"
        ).hexdigest()

    def __str__(self) -> str:
        return self.username


class Team(models.Model):
    """A shift team (班组): scores, targets and points are a team's as well as a person's."""

    code = models.CharField(max_length=12, primary_key=True)
    name_zh = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="teams", null=True, blank=True)
    members = models.ManyToManyField(User, related_name="teams", blank=True)

    def __str__(self) -> str:
        return self.code


class Role(models.Model):
    """A set of permissions with levels, as `permissions.py` writes them: ``["receive", "lot.release:approve", …]``."""

    code = models.CharField(max_length=12, primary_key=True)
    name_zh = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    permissions = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.code


class Grant(models.Model):
    """A role held by a user: at a warehouse (its code), a site (``site:CODE``) or everywhere (``*``).

    From `since` until before `until`, where they are given.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="grants")
    scope = models.CharField(max_length=20, default=EVERYWHERE)
    since = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "role", "scope"), name="grant_once"),)

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role_id} @ {self.scope}"


class Token(models.Model):
    """A key for machines. Its secret is shown once; `digest` is the SHA-256 of it in hexadecimal digits.

    It may what its account may, and no more than its own lists say; an empty list narrows nothing.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    permissions = models.JSONField(default=list)
    warehouses = models.JSONField(default=list)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user_id}: {self.name}"


class TokenUse(models.Model):
    """When a token was last used; apart from it, since this is written by the way and the token by commands only."""

    token = models.OneToOneField(Token, on_delete=models.CASCADE, primary_key=True, related_name="use")
    last_used = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.token_id}: {self.last_used:%Y-%m-%d %H:%M}"
