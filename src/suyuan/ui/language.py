"""Choosing the language: a cookie for this browser, and the account's own for the next one."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from suyuan.accounts.models import User
from suyuan.capture.guard import governed

A_YEAR = 365 * 24 * 3600


def remember(response: HttpResponse, language: str) -> None:
    """Let this browser see `language` from now on, if there is such a language."""
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=A_YEAR,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Switch; an unknown language changes nothing."""
    language, wanted = request.POST.get("language", ""), request.POST.get("next", "/")
    here = url_has_allowed_host_and_scheme(wanted, {request.get_host()})
    response = HttpResponseRedirect(wanted if here else "/")
    remember(response, language)
    if isinstance(request.user, User) and language in dict(settings.LANGUAGES):
        with governed():  # his own choice, which is no matter of rights
            User.objects.filter(pk=request.user.pk).update(language=language)
    return response
