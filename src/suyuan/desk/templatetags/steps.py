"""Whose step a page is, said in its head from the data that a planner keeps."""

from collections.abc import Mapping

from django import template
from django.http import HttpRequest
from django.template import Context
from django.urls import reverse

from suyuan.desk.steps_views import steps_at, views_of

register = template.Library()
MOST = 2


@register.inclusion_tag("desk/steps/line.html", takes_context=True)
def step(context: Context) -> Mapping[str, object]:
    """The steps that are done at the page of this request: who is responsible, and what starts them. First those of the
    process that the page calls its own (`own_process`), where several are done there."""
    request = context.get("request")
    if not isinstance(request, HttpRequest) or context.get("status", 200) != 200:
        return {}
    found = sorted(steps_at(request.path), key=lambda step: step.process != context.get("own_process", step.process))
    return {"steps": views_of(found[:MOST]), "more": len(found) > MOST, "url": reverse("desk:steps")}
