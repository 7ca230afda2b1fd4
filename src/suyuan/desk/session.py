"""Logging in and out, and what a person chooses for the session: language and warehouse."""

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login as Entry
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import activate
from django.views.decorators.http import require_POST

from suyuan.accounts.models import User
from suyuan.desk.access import WAREHOUSE, Desk, desk_page, theme
from suyuan.ui.access import PUBLIC, declared
from suyuan.ui.language import remember


class Login(LoginView):
    """Name and password, then the code of who has one; the language is then the one the person keeps."""

    template_name = "desk/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        more = {
            "theme": theme(self.request),
            "single_sign_on": settings.SUYUAN.oidc_issuer and settings.SUYUAN.oidc_name,
        }
        return {**super().get_context_data(**kwargs), **more}

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user = form.get_user()
        entry = Entry(user=user, redirect_url=self.get_success_url())
        response: HttpResponse = perform_password_login(self.request, {"username": user.get_username()}, entry)
        if isinstance(user, User) and settings.LANGUAGE_COOKIE_NAME not in self.request.COOKIES:
            remember(response, user.language)
        return response


login = declared(Login.as_view(), PUBLIC)
logout = declared(LogoutView.as_view(next_page="/login"), PUBLIC)


def locked_out(request: HttpRequest, credentials: object, *args: object, **kwargs: object) -> HttpResponse:
    """After too many wrong passwords (axes calls this): how long to wait, and whom to ask."""
    activate(getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE))
    context = {"theme": theme(request), "minutes": round(settings.AXES_COOLOFF_TIME * 60)}
    return render(request, "desk/locked.html", context, status=429)


@desk_page()
@require_POST
def choose_warehouse(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Work in another warehouse from now on; one where the person has no role is ignored."""
    code = request.POST.get("warehouse", "")
    if code in {choice.code for choice in desk.frame.warehouses}:
        request.session[WAREHOUSE] = code
    return HttpResponseRedirect(back(request))


def back(request: HttpRequest) -> str:
    """Where the form says to go on, if that is here."""
    wanted = request.POST.get("next", "/")
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else "/"
