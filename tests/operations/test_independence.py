"""The subpackages never import each other; what they share stands beside them."""

import ast
from pathlib import Path

from suyuan import operations

HOME = Path(operations.__file__).parent
SUBPACKAGES = sorted(path.parent.name for path in HOME.glob("*/__init__.py"))


def imported(path: Path) -> set[str]:
    """The subpackages of operations that a module imports from."""
    names = [node.module for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)]
    parts = [name.split(".") for name in names if name and name.startswith("suyuan.operations.")]
    return {part[2] for part in parts} & set(SUBPACKAGES)


def test_it_looks_in_the_right_place() -> None:
    assert len(SUBPACKAGES) == 7
    assert imported(HOME / "storage" / "move.py") == {"storage"}


def test_no_subpackage_imports_another() -> None:
    found = [
        (path.name, other)
        for name in SUBPACKAGES
        for path in (HOME / name).glob("*.py")
        for other in imported(path) - {name}
    ]
    assert found == []


def test_what_they_share_imports_none() -> None:
    shared = [path for path in HOME.glob("*.py") if path.name != "commands.py"]
    assert [path.name for path in shared if imported(path)] == []
