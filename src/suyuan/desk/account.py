"""My account: what I may, how I prove that it is I, where I am logged in."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.accounts.models import User
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.people import held_by, role_names, scope_names


@desk_page()
def account(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A POST ends one of the sessions, or all but this one."""
    user = request.user
    assert isinstance(user, User)  # desk_page asked before
    here = request.session.session_key
    sessions = sorted(
        UserSession.objects.purge_and_list(user), key=lambda one: (one.session_key != here, -one.created_at.timestamp())
    )
    if request.method == "POST":
        wanted = request.POST.get("end", "")
        for one in sessions:
            if one.session_key != here and wanted in ("others", str(one.pk)):
                one.end()
        messages.success(request, _("Logged out there."))
        return HttpResponseRedirect(reverse("people:account"))
    factors = {one.type: one for one in Authenticator.objects.filter(user=user)}
    recovery = factors.get(Authenticator.Type.RECOVERY_CODES)
    context = {
        "held": held_by(user, desk, role_names(desk.language), scope_names(desk)), "teams": user.teams.all(),
        "sessions": [(one, browser(one.user_agent), one.session_key == here) for one in sessions],
        "app": Authenticator.Type.TOTP in factors, "recovery": recovery,
        "recovery_left": len(recovery.wrap().get_unused_codes()) if recovery else 0,
        "keys": Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).count(),
    }  # fmt: skip
    return page(request, desk, "desk/people/mine.html", context)


BROWSERS = ("Edg", "OPR", "Firefox", "Chrome", "Safari")
NAMES = {"Edg": "Edge", "OPR": "Opera"}
SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Mac OS X", "Linux")


def browser(agent: str) -> str:
    """``Firefox · Windows`` of what a browser says of itself; its own words where they say neither."""
    program = next((NAMES.get(name, name) for name in BROWSERS if name in agent), "")
    system = next((name for name in SYSTEMS if name in agent), "")
    return " · ".join(part for part in (program, system) if part) or agent[:40]
