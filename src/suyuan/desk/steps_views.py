"""The steps of processes as pages show them: who is responsible, what starts a step, where it is done."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import Resolver404, resolve, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from suyuan.accounts.models import Role, Team
from suyuan.accounts.rules import in_language
from suyuan.catalog.directory import directory
from suyuan.desk.deeds import word_of
from suyuan.insight.kinds import KINDS
from suyuan.insight.models import ProcessStep
from suyuan.insight.steps import PLANS

_known: tuple[str, tuple[ProcessStep, ...]] = ("", ())


def steps_now() -> tuple[ProcessStep, ...]:
    """The steps in use, by process and number. They are a register, so the catalog's version says whether they have
    changed."""
    global _known
    token = directory().token
    if _known[0] != token:
        _known = token, tuple(ProcessStep.objects.filter(is_active=True).order_by("process", "number"))
    return _known[1]


@dataclass(frozen=True, slots=True)
class StepView:
    """A step in the reader's language. `who` is responsible; `lane` tells who is who; `url` of the page where it is
    done, empty where this installation has none."""

    step: ProcessStep
    name: str
    who: str
    lane: str
    trigger: str
    starts: Sequence[str]
    takes: str
    url: str

    @property
    def edit_url(self) -> str:
        return f"{reverse('desk:row', args=['process_steps'])}?{urlencode({'key': self.step.key})}"

    @property
    def alerts(self) -> list[str]:
        """The kinds of alerts that start it."""
        return [name for kind, name in starters(self.step) if kind == "alert"]


def starters(step: ProcessStep) -> list[tuple[str, str]]:
    """What starts it, as the program calls it: (command, alert or plan; its name)."""
    return [(kind, name) for word in step.started_by.split() for kind, _colon, name in [word.partition(":")]]


def views_of(steps: Iterable[ProcessStep]) -> list[StepView]:
    """Two statements, whatever their number."""
    listed = list(steps)
    language = get_language() or "zh-hans"
    roles = _named(Role, {step.role for step in listed}, language)
    teams = _named(Team, {step.team for step in listed}, language)
    return [_view(step, language, roles, teams) for step in listed]


def _named(model: type[Role] | type[Team], codes: set[str], language: str) -> dict[str, str]:
    wanted = codes - {""}
    if not wanted:
        return {}
    rows = model.objects.filter(pk__in=wanted).values_list("code", "name_zh", "name_en")
    return {code: in_language(language, zh, en, code) for code, zh, en in rows}


def _view(step: ProcessStep, language: str, roles: Mapping[str, str], teams: Mapping[str, str]) -> StepView:
    return StepView(
        step=step,
        name=in_language(language, step.name_zh, step.name_en, step.key),
        who=teams.get(step.team, "") or roles.get(step.role, step.role) or "–",
        lane=f"team:{step.team}" if step.team else f"role:{step.role}",
        trigger=in_language(language, step.trigger_zh, step.trigger_en),
        starts=[starter_word(kind, name) for kind, name in starters(step)],
        takes=duration(step.minutes) if step.minutes else "",
        url=step.page if leads_somewhere(step.page) else "",
    )


def starter_word(kind: str, name: str) -> str:
    """What starts a step, in words."""
    if kind == "command":
        return word_of(name)
    if kind == "alert" and name in KINDS:
        return _("Alert: {kind}").format(kind=_(KINDS[name].word))
    return _(PLANS[name]) if kind == "plan" and name in PLANS else name


def duration(minutes: int) -> str:
    """As people say it: minutes, hours, days."""
    for size, word in ((1440, _("{n} d")), (60, _("{n} h"))):
        if minutes % size == 0:
            return word.format(n=minutes // size)
    return _("{n} min").format(n=minutes)


def leads_somewhere(page: str) -> bool:
    """Is there such a page here?"""
    if not page:
        return False
    try:
        resolve(page)
    except Resolver404:
        return False
    return True


def steps_at(path: str) -> list[ProcessStep]:
    """The steps that are done at an address or above it; of several pages that fit the one that fits best."""
    fitting = [step for step in steps_now() if step.page and (path == step.page or path.startswith(f"{step.page}/"))]
    best = max((len(step.page) for step in fitting), default=0)
    return [step for step in fitting if len(step.page) == best]
