"""Logins, failures, lock-outs and new passwords as access records; of nobody known in the ordinary log."""

import logging
from ipaddress import ip_address, ip_network

from allauth.account.signals import password_changed
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import DatabaseError, transaction
from django.http import HttpRequest
from django.utils import timezone

from suyuan.accounts.models import User
from suyuan.accounts.queries import actor_of
from suyuan.accounts.rules import login_name
from suyuan.capture.door import capture
from suyuan.capture.guard import governed
from suyuan.catalog.directory import directory
from suyuan.governance import records
from suyuan.ledger.models import Record

LOGIN, LOGOUT, FAILED, LOCKED, PASSWORD = "login", "logout", "login_failed", "lockout", "password"
_LOG = logging.getLogger(__name__)


def connect() -> None:
    """Listen from now on."""
    user_logged_in.connect(_logged_in, dispatch_uid="suyuan.login")
    user_logged_out.connect(_logged_out, dispatch_uid="suyuan.logout")
    user_login_failed.connect(_failed, dispatch_uid="suyuan.login_failed")
    user_locked_out.connect(_locked, dispatch_uid="suyuan.lockout")
    password_changed.connect(_new_password, dispatch_uid="suyuan.password")


def _new_password(sender: object, request: HttpRequest, user: object, **_: object) -> None:
    note(PASSWORD, user, request)


def _logged_in(sender: object, request: HttpRequest | None, user: object, **_: object) -> None:
    note(LOGIN, user, request)


def _logged_out(sender: object, request: HttpRequest | None, user: object, **_: object) -> None:
    note(LOGOUT, user, request)


def _failed(sender: object, credentials: dict[str, object], request: HttpRequest | None = None, **_: object) -> None:
    note(FAILED, account(str(credentials.get("username", ""))), request)


def _locked(sender: object, username: object = "", request: HttpRequest | None = None, **_: object) -> None:
    note(LOCKED, account(str(username or "")), request)


def account(username: str) -> User | None:
    return User.objects.filter(username=login_name(username)).first()


def note(what: str, user: object, request: HttpRequest | None) -> None:
    """Write it down, once a minute; that this fails must not keep anybody from working."""
    if not isinstance(user, User):
        _LOG.info("%s of nobody known, from %s", what, _address(request))
        return
    now = timezone.now()
    terminal = request.META.get("HTTP_USER_AGENT", "")[:200] if request else ""
    plain = records.access(actor_of(user, directory().sites, now), what, now, terminal, _address(request))
    try:
        with transaction.atomic(), governed():
            if not Record.objects.filter(id=plain.entry.id).exists():
                capture([], now=now, fresh=True, plain=[plain])
    except DatabaseError:
        _LOG.warning("%s of %s not recorded", what, user.pk, exc_info=True)


def _address(request: HttpRequest | None) -> str:
    """The network somebody came from: enough to see that it was another one, too little to find him."""
    text = request.META.get("REMOTE_ADDR", "") if request else ""
    try:
        bits = 24 if ip_address(text).version == 4 else 48
        return str(ip_network(f"{text}/{bits}", strict=False))
    except ValueError:
        return ""
