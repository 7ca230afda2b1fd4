"""The event hash of CBV 2.0 against published values and against documents that say the same in different ways."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from suyuan.epcis.document import read_document
from suyuan.epcis.hash import event_hash, prehash
from tests.conformance.report import record

pytestmark = pytest.mark.shared

PLACES = {
    "ralphtro-hash-mdaf/tests/examples/": "hash-docs/",
    "openepcis-test-resources/core/src/main/resources/": "openepcis/",
    "gs1-EPCIS/JSON/": "gs1-json/",
}
EVIDENCE = {"upstream-2026", "upstream-2025-unchanged"}
Load = Callable[[str], Any]


def path_of(name: str) -> str:
    for start, folder in PLACES.items():
        if name.startswith(start):
            return folder + name.removeprefix(start)
    raise AssertionError(name)


def entries(shared_json: Load) -> dict[str, Any]:
    """The JSON documents on whose hash both syntaxes agree; fields to be ignored are no part of CBV 2.0."""
    listed = shared_json("gs1/public/event-hashes.json").items()
    return {
        name: entry
        for name, entry in listed
        if not name.endswith(".xml") and entry["json_xml_agree"] and "IgnoreFields" not in name
    }


def hashes_of(shared: Path, name: str) -> list[str]:
    data = (shared / "data" / "gs1" / "public" / path_of(name)).read_bytes()
    return [event_hash(event) for event in read_document(data).events]


def test_published_hashes_are_met(shared: Path, shared_json: Load) -> None:
    published = {name: entry for name, entry in entries(shared_json).items() if entry["evidence"] in EVIDENCE}
    met = [name for name, entry in published.items() if hashes_of(shared, name) == entry["CBV2.0"]]
    record("EPCIS 2.0, JSON", "event hashes published upstream", len(met), len(published))
    assert len(published) >= 9
    assert sorted(met) == sorted(published)


def test_computed_hashes_are_met_too(shared: Path, shared_json: Load) -> None:
    """Computed by the reference generator, not published; where JSON and XML agree nothing speaks against them."""
    computed = {name: entry for name, entry in entries(shared_json).items() if entry["evidence"] not in EVIDENCE}
    met = [name for name, entry in computed.items() if hashes_of(shared, name) == entry["CBV2.0"]]
    record("EPCIS 2.0, JSON", "event hashes computed by the reference generator", len(met), len(computed))
    assert len(computed) >= 30
    assert sorted(met) == sorted(computed)


def test_prehashes_are_met(shared: Path, shared_json: Load) -> None:
    for name, entry in entries(shared_json).items():
        data = (shared / "data" / "gs1" / "public" / path_of(name)).read_bytes()
        assert [prehash(event) for event in read_document(data).events] == entry["prehash_CBV2.0"], name


def test_two_ways_to_say_it_have_one_hash(shared: Path) -> None:
    folder = shared / "data" / "gs1" / "public" / "hash-equal"
    for path in folder.glob("*.json"):
        events = read_document(path.read_bytes()).events
        assert len(events) > 1
        assert len({event_hash(event) for event in events}) == 1, path.name
