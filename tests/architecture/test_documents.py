"""What a newcomer reads stays short, and what it points to is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST = {"README.md": 80, "README.zh-CN.md": 80, "ARCHITECTURE.md": 150, "CONTRIBUTING.md": 120, "Makefile": 60}
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
PAGES = [ROOT / name for name in LONGEST if name.endswith(".md")] + sorted((ROOT / "docs").rglob("*.md"))


@pytest.mark.parametrize(("name", "most"), LONGEST.items())
def test_it_can_be_read_in_one_sitting(name: str, most: int) -> None:
    assert len((ROOT / name).read_text().splitlines()) <= most


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_says_why_and_what_was_rejected(path: Path) -> None:
    text = path.read_text()
    assert 25 <= len(text.splitlines()) <= 60
    assert all(f"## {part}" in text for part in ("Context", "Decision", "Rejected"))


@pytest.mark.parametrize(
    "path", sorted((ROOT / "src" / "suyuan").glob("*/__init__.py")), ids=lambda path: path.parent.name
)
def test_a_package_says_what_it_promises(path: Path) -> None:
    lines = path.read_text().splitlines()
    assert lines, "an empty __init__"
    assert lines[0].startswith('"""')
    assert len(lines) <= 10


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text())
    assert [target for target in targets if not (path.parent / target).exists()] == []
