"""GS1's linters: every rule on the content of a value says yes and no where theirs does."""

from collections.abc import Callable
from typing import Any

import pytest

from suyuan.gs1.application_identifiers import TABLE
from suyuan.gs1.value_checks import CHECKS, check_base64, check_key

pytestmark = pytest.mark.shared


def in_class(ai: str) -> Callable[[str], bool]:
    """Characters allowed behind an AI whose value is all of one class."""
    row = TABLE[ai]
    return lambda text: all(row.pattern.fullmatch(c * row.shortest) for c in text)


def by(name: str) -> Callable[[str], bool]:
    return lambda text: CHECKS[name](text) is None


# The linter's name → our check. Not here: couponcode, couponposoffer (coupons are not read) and gcppos1, gcppos2 (their
# cases ask a company prefix list that is offline by design; the shape of a prefix is judged in the engine cases).
RULES: dict[str, Callable[[str], bool]] = {
    "cset39": in_class("8010"),
    "cset64": lambda text: check_base64(text) is None,
    "cset82": in_class("10"),
    "csetnumeric": in_class("30"),
    "csum": lambda text: check_key(text) is None,
    "csumalpha": by("pair"),
    "hasnondigit": by("letter"),
    "hh": by("hour"),
    "hhmi": by("time"),
    "hyphen": by("minus"),
    "iban": by("iban"),
    "importeridx": by("importer"),
    "iso3166": by("country"),
    "iso3166999": by("country999"),
    "iso3166alpha2": by("country2"),
    "iso4217": by("currency"),
    "iso5218": by("sex"),
    "latitude": by("latitude"),
    "longitude": by("longitude"),
    "mediatype": by("media"),
    "mi": by("minute"),
    "nonzero": by("nonzero"),
    "nozeroprefix": by("nozeroprefix"),
    "packagetype": by("package"),
    "pcenc": by("percent"),
    "pieceoftotal": by("piece"),
    "posinseqslash": by("sequence"),
    "ss": by("second"),
    "winding": by("winding"),
    "yesno": by("yesno"),
    "yymmd0": by("date0"),
    "yymmdd": by("date"),
    "yyyymmd0": by("longdate0"),
    "yyyymmdd": by("longdate"),
    "zero": by("zero"),
}
LEFT_OUT = {"_stubs", "couponcode", "couponposoffer", "gcppos1", "gcppos2"}


def test_every_linter_is_answered(shared_json: Callable[[str], Any]) -> None:
    assert set(shared_json("gs1/public/gs1-syntax-linters.json")) == RULES.keys() | LEFT_OUT


@pytest.mark.parametrize("linter", sorted(RULES))
def test_lint(linter: str, shared_json: Callable[[str], Any]) -> None:
    cases = shared_json("gs1/public/gs1-syntax-linters.json")[linter]
    assert [case for case in cases if RULES[linter](case["data"]) != case["ok"]] == []


def test_table(shared: Any) -> None:
    """Every AI of GS1's syntax dictionary, with its length, its FNC1 and its place in a link, and no other."""
    lines = (shared / "data/gs1/reference/gs1-syntax-dictionary.txt").read_text("utf-8").splitlines()
    found = {}
    for line in lines:
        if line[:1].isdigit():
            names, *words = line.split("#")[0].split()
            flags = words[0] if set(words[0]) <= {"*", "?"} else ""
            first, _, last = names.partition("-")
            for number in range(int(first), int(last or first) + 1):
                found[str(number).zfill(len(first))] = ("*" in flags, "?" in flags)
    assert found == {ai: (row.fixed, row.attribute) for ai, row in TABLE.items()}
