"""Sentences of Django and allauth in our words: they are theirs to the letter, and ours are found first."""

import gettext
from pathlib import Path

import allauth
import pytest
from django import conf
from django.contrib import auth
from django.utils.translation import gettext as said
from django.utils.translation import ngettext, override

from suyuan.desk.borrowed import SENTENCES

SHORTEST = "Your password must contain at least %(min_length)d character"
LENDERS = [Path(str(package.__file__)).parent / "locale" for package in (allauth, auth, conf)]


def theirs(text: str) -> list[str]:
    """What the lenders' catalogues say for it."""
    found = [gettext.translation("django", folder, ["zh_Hans"]) for folder in LENDERS]
    return [one.gettext(text) for one in found if one.gettext(text) != text]


@pytest.mark.parametrize("text", SENTENCES)
def test_it_works(text: str) -> None:
    assert theirs(text), "nobody says this any more"
    with override("zh-hans"):
        ours = said(text)
    assert ours not in (text, *theirs(text))
    assert not {"帐", "你", "账户"} & {ours[n : n + size] for n in range(len(ours)) for size in (1, 2)}


def test_one_with_a_number() -> None:
    with override("zh-hans"):
        assert ngettext(f"{SHORTEST}.", f"{SHORTEST}s.", 8) % {"min_length": 8} == "您的密码至少要有 8 个字符。"
