"""The steps of a recall that an installation began with, renewed where nobody changed them."""

from importlib import import_module

import pytest
from django.apps import apps

from suyuan.capture.guard import governed
from suyuan.insight.default_steps import DEFAULTS
from suyuan.insight.models import ProcessStep

pytestmark = pytest.mark.django_db
renew = import_module("suyuan.insight.migrations.0008_recall_steps").renew
WANTED = [one.name_en for one in DEFAULTS if one.process == "recall"]


def names(process: str = "recall") -> list[str]:
    return list(ProcessStep.objects.filter(process=process).order_by("number").values_list("name_en", flat=True))


def begun_with(**changed: object) -> None:
    """One step as it was, and what somebody changed of it."""
    ProcessStep.objects.filter(process="recall").delete()
    ProcessStep.objects.create(key="RECALL|20", process="recall", number=20, name_en="Trace both ways", **changed)


def test_it_works() -> None:
    others = names("inbound")
    with governed():
        begun_with()
        renew(apps, None)
    assert names() == WANTED
    assert names("inbound") == others


def test_what_people_changed_stays() -> None:
    with governed():
        begun_with(version=5)
        renew(apps, None)
    assert names() == ["Trace both ways"]
