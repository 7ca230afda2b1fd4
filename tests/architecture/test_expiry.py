"""One rule says when goods have expired: nothing else compares an expiry with a day, in Python or in SQL."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[2] / "src" / "suyuan"
RULE = "stock/states.py"
# Comparisons that say nothing of what is good today.
OTHERS = {
    ("desk/stock_asked.py", "row.expiry <= wanted.last"),  # the filter “expires until”
    ("operations/mending.py", "right.expiry.isoformat() > last"),  # with the expiry it had
    ("demo/shelves.py", "self.expiry >= until"),  # what a customer still takes
}
SQL = re.compile(r"\bexpiry\s*(<(?!=)|>=?|BETWEEN)", re.IGNORECASE)  # `<=` only narrows to an index


def is_expiry(part: ast.expr) -> bool:
    match part:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in ("expiry", "expires_on", "best_before")
        case ast.Call(func=ast.Attribute(value=inner)):
            return is_expiry(inner)  # as toordinal() or isoformat() of it
    return False


def judged(tree: ast.AST) -> Iterator[str]:
    """What compares an expiry with something else than an expiry."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            parts = [node.left, *node.comparators]
            ordered = any(isinstance(one, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for one in node.ops)
            if ordered and any(map(is_expiry, parts)) and not all(map(is_expiry, parts)):
                yield ast.unparse(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.search(node.value):
            yield node.value


def test_nothing_else_judges_expiry() -> None:
    found = {
        (path.relative_to(SRC).as_posix(), text)
        for path in SRC.rglob("*.py")
        if "migrations" not in path.parts
        for text in judged(ast.parse(path.read_text()))
    }
    assert {one for one in found if one[0] != RULE} == OTHERS, "ask stock.states.is_expired, or use its SQL"
    assert any(path == RULE for path, _text in found), "the search finds the rule itself"


@pytest.mark.parametrize(
    "code",
    ["row.expiry < today", "today > expiry", "expiry.toordinal() >= day", "a and row.expiry <= 5", "'s.expiry < %s'"],
)
def test_the_search_finds(code: str) -> None:
    assert list(judged(ast.parse(code)))


@pytest.mark.parametrize("code", ["one.expiry < other.expiry", "expiry != old", "'s.expiry <= %s'", "expiry is None"])
def test_the_search_passes_over(code: str) -> None:
    assert not list(judged(ast.parse(code)))
