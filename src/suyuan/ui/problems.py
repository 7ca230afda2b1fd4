"""A problem becomes a sentence in the reader's language, here and nowhere else."""

import gettext
from collections import ChainMap
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from django.apps import apps
from django.utils.translation import get_language, to_locale

from suyuan.accounts.permissions import PERMISSIONS, split
from suyuan.gs1.problems import N_, Problem

LOCALE = Path(__file__).resolve().parents[1] / "locale"
# Packages at and below this floor whose sentences are known from the start. Apps above are asked when Django stands;
# what is no app registers its own.
PACKAGES = (
    "gs1",
    "epcis",
    "tlog",
    "accounts",
    "ledger",
    "catalog",
    "stock",
    "genealogy",
    "capture",
    "trace",
    "governance",
    "orders",
    "inspection",
    "stocktake",
    "picking",
    "delivery",
    "returns",
    "operations",
    "recall",
    "coldchain",
    "insight",
    "ui",
)
registered: dict[str, str] = {}


def register(messages: Mapping[str, str]) -> None:
    """Add the sentences of a package above this floor that is no Django app."""
    registered.update(messages)


def messages_of(package: str) -> dict[str, str]:
    """Code → English sentence, of a package's messages module if it has one."""
    if find_spec(package) is None or find_spec(f"{package}.messages") is None:
        return {}
    found: dict[str, str] = import_module(f"{package}.messages").MESSAGES
    return found


@cache
def sentences() -> dict[str, str]:
    """Code → English sentence, of every package up to this floor."""
    return {code: text for package in PACKAGES for code, text in messages_of(f"suyuan.{package}").items()}


@cache
def sentences_of_edges() -> dict[str, str]:
    """The same, of the Django apps above this floor, whose names this floor does not know."""
    ours = [app.name for app in apps.get_app_configs() if app.name.startswith("suyuan.")]
    return {code: text for package in ours for code, text in messages_of(package).items()}


def known() -> Mapping[str, str]:
    """Every sentence that can be said; before Django stands, those of the edges are missing."""
    return ChainMap(registered, sentences(), sentences_of_edges() if apps.ready else {})


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The message catalogue read by Python's own gettext, so that a broken setting can be explained before Django
    stands."""
    return gettext.translation("django", LOCALE, [to_locale(language)], fallback=True)


def say(text: str, language: str | None = None) -> str:
    """`text` in `language`, or in the language of the request at hand."""
    return catalogue(language or get_language() or "en").gettext(text) if text else ""


def sentence(problem: Problem, language: str | None = None) -> str:
    """What is wrong and what to do; the bare code where a package forgot its sentence, rather than nothing."""
    text = known().get(problem.code)
    if text is None:
        return f"{problem.field}: {problem.code} {dict(problem.params)}"
    return say(text, language).format_map(Params(in_words(problem.params, language)))


def in_words(params: Mapping[str, str], language: str | None = None) -> dict[str, str]:
    """Values as people read them: rights by what they allow instead of by their codes, fields by the words beside them,
    “*” as everywhere."""
    found = dict(params)
    if codes := found.get("permission"):
        words = (_right(code, language) for code in codes.split(", "))
        found["permission"] = " / ".join(dict.fromkeys(words))  # whoever does it or approves it has one word for both
    if word := found.get("field"):
        found["field"] = say(word, language)
    if found.get("scope") == "*":
        found["scope"] = say(N_("Everywhere"), language)
    return found


def _right(code: str, language: str | None) -> str:
    held = split(code)
    return say(PERMISSIONS[held[0]], language) if held else code


class Params(dict[str, str]):
    """Values for a sentence; one that is missing shows as its name instead of failing the explanation of a failure."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"
