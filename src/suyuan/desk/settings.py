"""The settings of the firm: what each does, what it may be, who changed it last; changed by two administrators."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.approvals import ask
from suyuan.desk.forms import by_field, clean
from suyuan.desk.office_history import commitment_of, printed_names
from suyuan.desk.people import may_manage
from suyuan.desk.sheets import record, request_id
from suyuan.governance.queries import Change, changes_about
from suyuan.governance.settings import SETTINGS, PutSetting, Value, by_two, setting_uri, text_of, versions
from suyuan.gs1.problems import Problem


@dataclass(frozen=True, slots=True)
class Last:
    """The last change of a setting; `who` is empty once the name was erased."""

    who: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A setting as the page draws it. `choices`: (value as text, what it means, whether it is chosen); a percentage has
    none, but the `most` it may be, and what is `typed`.
    """

    key: str
    word: str
    says: str
    version: int
    stands: str
    choices: tuple[tuple[str, str, bool], ...]
    most: int
    typed: str
    reason: str
    last: Last | None
    problems: Sequence[Problem]
    errors: Mapping[str, list[Problem]]


@desk_page("user.manage:read", anywhere=True)
def settings(request: HttpRequest, desk: Desk) -> HttpResponse:
    """All settings. POST changes the one that its `key` names, or asks the second administrator."""
    key = clean(request.POST.get("key", ""))
    problems: list[Problem] = []
    if request.method == "POST":
        problems = put(request, desk, key)
        if not problems:
            return HttpResponseRedirect(reverse("desk:approvals" if by_two(desk.now) else "people:settings"))
    context = {
        "settings": [shown(request, one, problems if one == key else ()) for one in SETTINGS],
        "may_change": may_manage(desk),
        "by_two": by_two(desk.now),
        "request_id": request_id(request),
        "elsewhere": problems if key not in SETTINGS else (),
    }
    return page(request, desk, "desk/people/settings.html", context)


def put(request: HttpRequest, desk: Desk, key: str) -> list[Problem]:
    """Change a setting, or leave it for the second person to sign; the problems, none when that is done."""
    declared = SETTINGS.get(key)
    wanted = clean(request.POST.get("value", ""))
    value: Value = next((one for one in declared.choices if text_of(one) == wanted), wanted) if declared else wanted
    typed = request.POST.get("version", "")
    version = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else -1
    reason = clean(request.POST.get("reason", ""))
    command = PutSetting(key=key, value=value, version=version, reason=reason)
    if by_two(desk.now):
        return ask(desk, request, command, reason)
    problems = record(desk, request, command)
    if not problems:
        messages.success(request, _("Changed."))
    return problems


def shown(request: HttpRequest, key: str, problems: Sequence[Problem]) -> Shown:
    """A setting as it stands; where it was refused, as it was typed."""
    declared = SETTINGS[key]
    value, version = versions()[key]
    chosen = clean(request.POST.get("value", "")) if problems else text_of(value)
    return Shown(
        key,
        _(declared.word),
        _(declared.says),
        version,
        f"{text_of(value)} %" if declared.most else _(declared.choices.get(value, "")),
        tuple((text_of(one), _(says), text_of(one) == chosen) for one, says in declared.choices.items()),
        declared.most,
        chosen,
        clean(request.POST.get("reason", "")) if problems else "",
        last_change(key),
        problems,
        by_field(problems),
    )


def last_change(key: str) -> Last | None:
    """Who changed it last; None where nobody has."""
    done = next((one for one in changes_about(setting_uri(key)) if one.body.get("changes")), None)
    return _last(done) if done is not None else None


def _last(change: Change) -> Last:
    who = printed_names([change]).get(commitment_of(change), "")
    return Last(who, change.at, str(change.body.get("params", {}).get("reason", "")))
