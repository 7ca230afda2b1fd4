"""Notices to consumers: the list and each of them, in Chinese or English, for anybody."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _

from suyuan.ledger.keys import moment
from suyuan.recall.models import Case
from suyuan.recall.queries import published
from suyuan.ui.access import PUBLIC, View, declared
from suyuan.ui.limits import Limit

SHOWN = 100
MOST = 120  # pages a minute for one address
FRESH = 60  # seconds that a notice may be kept on its way; so long it is seen after it was taken down
LIMIT = Limit(MOST)
LANGUAGES = {"zh": "zh-hans", "en": "en"}
P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Said:
    """A notice in one language: that of the reader, or the only one there is (`lang` says which)."""

    number: str
    title: str
    text: str
    lang: str
    at: datetime


def public_page(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page for anybody: read only, not too often, kept for a minute on its way, in the language of `?lang=`."""

    def shown(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(("GET", "HEAD"))
        if refused := too_often(request):
            return refused
        language = language_of(request)
        with translation.override(language):
            return _kept(request, view(request, *args, **kwargs), language)

    return cast(Callable[Concatenate[HttpRequest, P], HttpResponse], declared(cast(View, shown), PUBLIC))


def too_often(request: HttpRequest) -> HttpResponse | None:
    """The refusal of an address that asks too often."""
    if LIMIT.lets((request.META.get("REMOTE_ADDR", ""), ""), timezone.now()):
        return None
    said = _("Too many pages in a minute. Wait a little, then load it again.")
    return HttpResponse(said, status=429, content_type="text/plain; charset=utf-8", headers={"Retry-After": "60"})


def language_of(request: HttpRequest) -> str:
    """That of `?lang=`, else what the browser asks for."""
    return LANGUAGES.get(request.GET.get("lang", ""), translation.get_language() or "zh-hans")


def _kept(request: HttpRequest, response: HttpResponse, language: str) -> HttpResponse:
    response.headers["Content-Language"] = language
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    if response.status_code == 200:
        patch_cache_control(response, public=True, max_age=FRESH)
        response.headers["ETag"] = f'"{sha256(response.content).hexdigest()[:32]}"'
        found = get_conditional_response(request, etag=response.headers["ETag"], response=response)
        return cast(HttpResponse, found)
    return response


@public_page
def recalls(request: HttpRequest) -> HttpResponse:
    """All that is published, the latest first."""
    found = [said(case) for case in published()[:SHOWN]]
    return render(request, "public/recalls.html", {"notices": found, "other": other_language()})


@public_page
def recall(request: HttpRequest, number: str) -> HttpResponse:
    """One of them."""
    case = published().filter(number=number[:40]).first()
    if case is None:
        return render(request, "public/gone.html", {"other": other_language()}, status=404)
    return render(request, "public/recall.html", {"notice": said(case), "other": other_language()})


def said(case: Case) -> Said:
    """The notice in the reader's language, or in the other one."""
    zh = (case.public_title_zh, case.public_text_zh, "zh-hans")
    en = (case.public_title_en, case.public_text_en, "en")
    first, second = (zh, en) if (translation.get_language() or "zh").startswith("zh") else (en, zh)
    title, text, lang = first if first[0] else second
    return Said(case.number, title, text, lang, moment(case.published or 0))


def other_language() -> str:
    """The language one can change to."""
    return "en" if (translation.get_language() or "zh").startswith("zh") else "zh"
