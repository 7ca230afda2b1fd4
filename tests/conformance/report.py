"""Counts for docs/conformance.md: each conformance test says what it compared and what it cannot meet, and why.

The page is written only when SUYUAN_WRITE_CONFORMANCE=1; its rows are sorted, so that equal results give equal pages.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "conformance.md"
INTRODUCTION = """# Conformance

Counts of the conformance tests against public reference data, written by them
(`SUYUAN_WRITE_CONFORMANCE=1 pytest tests/conformance`). An exception is a case we answer differently on purpose.
"""
_ROW = re.compile(r"\| (?P<name>.+?) \| (?P<passed>\d+) \| (?P<total>\d+) \|")
_EXCEPTION = re.compile(r"- \*\*(?P<name>.+?)\*\*, (?P<case>.+?): (?P<reason>.+)")

Rows = dict[str, tuple[int, int]]
Exceptions = dict[tuple[str, str], str]
Section = tuple[Rows, Exceptions]


def record(section: str, name: str, passed: int, total: int, exceptions: Mapping[str, str] | None = None) -> None:
    """Note that `passed` of `total` cases agree; `exceptions` maps each case that does not to the reason."""
    if os.environ.get("SUYUAN_WRITE_CONFORMANCE") != "1":
        return
    sections = parse(PAGE.read_text("utf-8")) if PAGE.exists() else {}
    rows, said = sections.setdefault(section, ({}, {}))
    rows[name] = (passed, total)
    for key in [key for key in said if key[0] == name]:
        del said[key]
    said.update({(name, case): reason for case, reason in (exceptions or {}).items()})
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(render(sections), "utf-8")


def parse(page: str) -> dict[str, Section]:
    """Read back what `render` wrote."""
    sections: dict[str, Section] = {}
    for part in re.split(r"^## ", page, flags=re.MULTILINE)[1:]:
        title, _, text = part.partition("\n")
        rows = {m["name"]: (int(m["passed"]), int(m["total"])) for m in _ROW.finditer(text)}
        sections[title] = (rows, {(m["name"], m["case"]): m["reason"] for m in _EXCEPTION.finditer(text)})
    return sections


def render(sections: Mapping[str, Section]) -> str:
    """The page, sorted."""
    return INTRODUCTION + "".join(_section(title, *sections[title]) for title in sorted(sections))


def _section(title: str, rows: Rows, exceptions: Exceptions) -> str:
    lines = [f"\n## {title}\n", "| Check | Agree | Of |", "|---|---|---|"]
    lines += [f"| {name} | {passed} | {total} |" for name, (passed, total) in sorted(rows.items())]
    if exceptions:
        lines.append("")
        lines += [f"- **{name}**, {case}: {reason}" for (name, case), reason in sorted(exceptions.items())]
    return "\n".join(lines) + "\n"
