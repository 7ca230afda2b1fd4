"""Is it still the person who logged in? Asked again before a signature, and counted like a login."""

from allauth.mfa.models import Authenticator
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest

from suyuan.accounts.models import User

CODES = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)


def proves_identity(request: HttpRequest, *, password: str = "", code: str = "") -> bool:
    """Does the password, or else the code of an authenticator app, prove that the account's owner sits here?

    Failures count as failed logins do; after too many the account rests, and nothing is right until that is over. A
    code counts once.
    """
    user = request.user
    if not isinstance(user, User) or resting(request, user):
        return False
    if password:
        return authenticate(request, username=user.username, password=password) == user
    return bool(code) and proves_by_code(request, user, code)


def proves_by_code(request: HttpRequest, user: User, code: str) -> bool:
    """Is it a code of his, not used before? A wrong one is counted."""
    text = "".join(code.split())
    if any(found.wrap().validate_code(text) for found in Authenticator.objects.filter(user=user, type__in=CODES)):
        return True
    count_failure(request, user)
    return False


def count_failure(request: HttpRequest, user: User) -> None:
    """A code that was wrong counts as a password that was."""
    user_login_failed.send(__name__, credentials={"username": user.username}, request=request)


def lift_lock(user: User) -> None:
    """Failures of the account no longer count: an administrator has seen who it is."""
    AccessAttempt.objects.filter(username=user.username).delete()


def resting(request: HttpRequest, user: User) -> bool:
    """Is the account locked after too many failures?"""
    return not AxesProxyHandler.is_allowed(request, {"username": user.username})
