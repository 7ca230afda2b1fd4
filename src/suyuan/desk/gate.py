"""How allauth's flows are ours: no sign-up, guarded passwords, sealed secrets of factors, failures counted."""

import base64
from hashlib import sha256

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.internal.auth import generate_totp_secret
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.accounts.models import User
from suyuan.accounts.proving import count_failure, resting
from suyuan.accounts.rules import login_name
from suyuan.accounts.writes import do_set_password
from suyuan.capture.guard import governed

QUIET = frozenset({"account/messages/logged_in.txt", "account/messages/logged_out.txt"})
BACKEND = "django.contrib.auth.backends.ModelBackend"


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth's classes are untyped
    """Accounts are made by administrators; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def clean_username(self, username: str, shallow: bool = False) -> str:
        return login_name(username)

    def set_password(self, user: User, password: str) -> None:
        with governed():
            do_set_password(user, password, must_change=False)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """On to work: mostly it was changed because it was the first one."""
        return reverse("desk:home")

    def login(self, request: HttpRequest, user: User) -> None:
        user.backend = BACKEND  # of the two there are, the one that finds users again
        super().login(request, user)

    def add_message(
        self, request: HttpRequest, level: int, message_template: str = "", *args: object, **kw: object
    ) -> None:
        """That somebody logged in he sees without being told."""
        if message_template not in QUIET:
            super().add_message(request, level, message_template, *args, **kw)


def _seal() -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    digests = [sha256(f"suyuan.mfa{key!s}".encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


class Factors(DefaultMFAAdapter):  # type: ignore[misc]  # allauth's classes are untyped
    """What proves a second factor is sealed with the installation's key: a copy of the database alone opens nothing."""

    def encrypt(self, text: str) -> str:
        return _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Under another key no code is right, until an administrator resets the factors."""
        try:
            return _seal().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return str(generate_totp_secret())


class _Counted:
    """Codes that are wrong count as passwords that are, for the same lock-out."""

    user: User

    def clean_code(self) -> str:
        if resting(context.request, self.user):
            raise ValidationError(_("Too many attempts. Wait a quarter of an hour, or ask an administrator."))
        try:
            code: str = super().clean_code()  # type: ignore[misc]  # of the form this is mixed into
        except ValidationError:
            count_failure(context.request, self.user)
            raise
        return code


class CodeForm(_Counted, AuthenticateForm):  # type: ignore[misc]  # allauth's classes are untyped
    """The code asked for at the login."""


class CodeAgainForm(_Counted, ReauthenticateForm):  # type: ignore[misc]  # allauth's classes are untyped
    """The code asked for again."""
