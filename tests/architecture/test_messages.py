"""Every problem has a sentence: what the code can refuse, the edges can explain."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from suyuan.cli.main import commands
from suyuan.gs1.problems import Problem
from suyuan.ui.problems import known, sentence

for command in commands().values():
    command.load()  # each registers what it says
SOURCE = Path(__file__).resolve().parents[2] / "src" / "suyuan"


def codes() -> Iterator[tuple[str, str]]:
    """The codes that stand in the source as the first argument of Problem."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "Problem"
                and node.args
            ):
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield first.value, path.relative_to(SOURCE).as_posix()


def test_every_code_has_a_sentence() -> None:
    known_codes = known()
    found = list(codes())
    assert len(found) > 20, "the walk found no problems: it looks in the wrong place"
    assert [(code, where) for code, where in found if code not in known_codes] == []


def test_a_code_names_its_package() -> None:
    packages = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    assert [code for code in known() if code.split(".")[0] not in packages] == []


def test_a_sentence_is_one_line() -> None:
    assert [
        code for code, text in known().items() if "\n" in text or not text.rstrip().endswith((".", "?", "…", "}"))
    ] == []


NUMBERED = re.compile(r"\{(count|days|records|logs|rows|findings|missing|lots|bins|lines)\} (more )?(?!is\b)[a-z]+s\b")
NEVER_ONE = re.compile(r"\{(most|low|high)\}|too many")  # said of more than there may be, or of a bound of ours
MANY = {
    "{days} days",  # said of other numbers than one beside its own sentence for that
    "{count} days left", "{count} days",  # from three on; what is nearer is told in hours
    "{days} days are not possible. Give a whole number from 0 to 36500.",
    "{days} days are not possible: choose 3 to 3650.",
    "A token has to end, within {days} days from now. Choose a day in that time.",
    "Days of stock: what lies there at the end, divided by what left a day in the last {days} days.",
    "Figures are of at least one day and at most {days}, the first day before the last.",
    "The first day must not be after the last, and at most {days} days can be asked for.",
    "The demo company is loaded: {events} events in {days} days.",
    "{count} lots are kept for this line. Say which one is given up.",
    "{event} (log {log}) has {count} leaves; it must have one.",
    "{rows} rows: {shipped} lines shipped in {shipments} invoices, {returned} came back with {returns} credit notes.",
    "A proof of {count} hashes is longer than any tree needs.",
}  # fmt: skip


def marked() -> Iterator[str]:
    """What is said without a plural form."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("N_", "_", "say"):
                said = (one.value for one in node.args if isinstance(one, ast.Constant))
                yield from (text for text in said if isinstance(text, str))


def test_one_is_not_called_many() -> None:
    """“1 lines” is no English: `ngettext`, or words that take any number (“lines: {count}”)."""
    found = {text for text in marked() if NUMBERED.search(text) and not NEVER_ONE.search(text)}
    assert found - MANY == set()


def test_a_missing_value_does_not_hide_the_problem() -> None:
    assert "SUYUAN_X" in sentence(Problem("config.setting_empty", "SUYUAN_X", {"name": "SUYUAN_X"}), "en")
    assert "{name}" in sentence(Problem("config.setting_empty", "SUYUAN_X"), "en")
    assert "no.such_code" in sentence(Problem("no.such_code", "field"), "en")


@pytest.mark.parametrize("word", ["货品", "批次号", "货位", "复核人", "另一个人", "往来单位"])
def test_one_word_for_one_thing(word: str) -> None:
    """The glossary of CONTRIBUTING says which word stands for it."""
    assert word in (SOURCE.parents[1] / "CONTRIBUTING.md").read_text("utf-8")
    catalogue = SOURCE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    assert [line for line in catalogue.read_text("utf-8").splitlines() if word in line] == []
