"""GS1's own syntax engine: what it reads, builds and refuses, we read, build and refuse (its `engine_*` fields)."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from suyuan.gs1.digital_link import build_link, parse_link
from suyuan.gs1.elements import Element, format_elements, parse_elements, scan, validate_elements
from suyuan.gs1.problems import Refused

pytestmark = pytest.mark.shared
Cases = list[dict[str, Any]]

# Coupons are paper of another trade: their AIs are read, what is inside them is not looked at.
COUPONS = ("(8110)", "(8112)")


@pytest.fixture
def cases(shared_json: Callable[[str], Any]) -> Callable[[str], Cases]:
    return lambda family: shared_json("gs1/public/gs1-syntax-engine.json")[family]


def bracketed(read: Callable[[str], tuple[Element, ...]], text: str) -> str | None:
    try:
        return format_elements(read(text))
    except Refused:
        return None


def test_parse_link(cases: Callable[[str], Cases]) -> None:
    wrong = [
        case
        for case in cases("parse_dl_uri")
        if bracketed(parse_link, case["uri"]) != (case.get("engine_ai") if case["engine_ok"] else None)
    ]
    assert wrong == []


def split(text: str) -> list[Element]:
    """Elements of a bracketed text without any check, as the engine's unit tests hand them over."""
    pairs = [part.split(")", 1) for part in text.split("(")[1:]]
    return [Element(ai, value) for ai, value in pairs]


def test_build_link(cases: Callable[[str], Cases]) -> None:
    wrong = []
    for case in cases("generate_dl_uri"):
        try:
            built = build_link(split(case["ai_data"]), case["stem"] or "https://id.gs1.org")
        except Refused:
            built = None
        if built != (case["engine_uri"] if case["engine_ok"] else None):
            wrong.append((case, built))
    assert wrong == []


def test_parse_bracketed(cases: Callable[[str], Cases]) -> None:
    """These unit tests stop at syntax: values and associations are not judged, so neither are they here."""
    wrong = []
    for case in cases("parse_bracketed_ai"):
        if not isinstance(case["ai_data"], str):
            continue
        try:
            parse_elements(case["ai_data"], associations=False)
            syntax = True
        except Refused as refusal:
            content = {"gs1.check_digit", "gs1.date"}
            syntax = {problem.code for problem in refusal.problems} <= content
        if syntax != case["ok"]:
            wrong.append(case)
    assert wrong == []


def test_parse_scanned(cases: Callable[[str], Cases]) -> None:
    """The engine writes FNC1 as ^, the first one meaning GS1 data at all; a text without it is none to judge."""
    wrong = []
    for case in cases("process_ai_data"):
        if not case["data"].startswith("^"):
            continue
        data = case["data"][1:].replace("^", "\x1d")
        read = bracketed(parse_elements, data)
        if read != (case["engine_ai"] if case["engine_ok"] else None):
            wrong.append((case, read))
    assert wrong == []


# Which of our codes each of the engine's checks stands for: its tests call one check at a time.
CHECKED_BY = {
    "validateAIrepeats": {"gs1.ai_repeated"},
    "validateAImutex": {"gs1.ai_excludes"},
    "validateAIrequisites": {"gs1.ai_needs"},
    "validateDigSigRequiresSerialisedKey": {"gs1.signature_serial"},
}


def test_validate(cases: Callable[[str], Cases]) -> None:
    wrong = []
    for case in cases("validate_ais"):
        found = {problem.code for problem in validate_elements(split(case["ai_data"]))}
        if (not found & CHECKED_BY[case["check"]["sym"]]) != case["ok"]:
            wrong.append((case, found))
    assert wrong == []


def test_scan(cases: Callable[[str], Cases]) -> None:
    """Plain symbols with text in them hold no GS1 data: the engine passes them on, a warehouse has nothing to read."""
    wrong = []
    for case in cases("process_scan_data"):
        try:
            read = format_elements(scan(case["scan"]).elements)
        except Refused:
            read = None
        expected = case["engine_ai"] if case["engine_ok"] else None
        if case["scan"] == "]E02112345678900":
            expected = "(01)02112345678900"  # the engine hands on the digits of an EAN-13, we name the GTIN
        if read != expected:
            wrong.append((case, read))
    assert wrong == []


def test_read_back_generated_scans(cases: Callable[[str], Cases]) -> None:
    """Scan data of GS1 symbols that the engine generates; composites of an EAN come in two parts and are skipped."""
    symbols = ("]d2", "]Q3", "]e0", "]C1")
    texts = [case["expect"] for case in cases("generate_scan_data") if (case["expect"] or "").startswith(symbols)]
    assert len(texts) == 9
    for text in texts:
        assert scan(text).gtin is not None


def test_lint_in_context(cases: Callable[[str], Cases]) -> None:
    wrong = []
    for case in cases("linters_on_ai"):
        if case["ai_data"].startswith(COUPONS):
            continue
        content = [p.code for p in validate_elements(split(case["ai_data"]), associations=False)]
        if (not content) != case["engine_ok"]:
            wrong.append((case, content))
    assert wrong == []


def test_escape(shared_json: Callable[[str], Any]) -> None:
    """In a path; the engine's third column is for queries, where it writes a blank as plus: no value has blanks."""
    for plain, path, _ in shared_json("gs1/public/gs1-syntax-engine.json")["test_URIescape"]:
        assert quote(plain, safe="") == path
