"""Our rules beside the official JSON schema, on published documents with one thing changed at random."""

import copy
import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from suyuan.epcis.document import read_document
from suyuan.gs1.problems import Refused
from tests.conformance.report import record
from tests.conformance.test_epcis_documents import VALID

pytestmark = pytest.mark.shared

Json = Any  # JSON of any shape, changed in place
ROUNDS = 1500
VALUES: list[Json] = [
    *(
        None,
        True,
        0,
        -1,
        1.5,
        "",
        "x",
        "a b",
        "urn:x:y",
        "cbv:foo",
        "recieving",
        "shipping",
        "ADD",
        "DELETE",
        "OBSERVE",
    ),
    *(
        "urn:epcglobal:cbv:bizstep:shipping",
        "https://ns.gs1.org/cbv/BizStep-shipping",
        "https://gs1.org/voc/Temperature",
    ),
    *("2020-02-31T00:00:00Z", "2020-01-01T00:00:00", "+15:00", "KGMX", "kg", "1e5"),
    *([], {}, [1], ["x"], ["urn:a:b", "urn:a:b"], {"id": "urn:a:b"}, {"x": 1}),
]
NAMES = ("foo", "ex:foo", "ilmd", "parentID", "epcList", "action", "comment", "not uri:x")

# What the schema refuses and we read.
LAXER = {
    "Molar_concentration": "published examples use this sensor type, which never came into the vocabulary",
    "EffectiveDoseRate": "published examples use this sensor type, which never came into the vocabulary",
    "persistentDisposition": "the XSD allows it in all five event types, the JSON schema in two",
    '"type" is a required property': "a sensor report may state an exception alone (XSD, published examples)",
    '["urn:a:b","urn:a:b"]': "a context given twice says nothing twice",
    '"@context" is a required property': "an event that comes alone may be bare JSON",
}
# What the schema reads and we refuse.
STRICTER = {
    "epcis.context_namespace": "a prefix must stand for a URI",
    "epcis.contradiction": "two different events under one eventID",
    "epcis.event_type": "event types of others are not supported",
    "epcis.extension_name": "the name of an extension must be a URI, inside places and bodies too",
    "epcis.field_unknown": "a field without namespace, where the schema looks at none",
    "epcis.name": "a name in the namespace of the CBV that is not in the CBV",
    "epcis.name_meant": "a name in the namespace of the CBV that is misspelt",
    "epcis.nothing_named": "an event about nothing",
    "epcis.parent_is_child": "a container inside itself",
    "epcis.parent_missing": "something is packed, but not into what",
    "epcis.persistent_both": "set and unset at once",
    "epcis.text": "an empty text",
    "gs1.amount_negative": "a quantity below zero",
    "gs1.unit_unknown": "a unit that Recommendation 20 does not have",
    "gs1.uri": "no URI",
}


def places(value: Json) -> list[tuple[Json, Any]]:
    """Every (container, key) in it."""
    pairs = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
    return [place for key, part in pairs for place in [(value, key), *places(part)]]


def changed(document: Json, chance: random.Random) -> Json:
    document = copy.deepcopy(document)
    holder, key = chance.choice(places(document))
    match chance.randrange(3):
        case 0:
            del holder[key]
        case 1 if isinstance(holder, dict):
            holder[chance.choice(NAMES)] = copy.deepcopy(chance.choice(VALUES))
        case _:
            holder[key] = copy.deepcopy(chance.choice(VALUES))
    return document


def codes(document: Json) -> set[str]:
    try:
        read_document(json.dumps(document).encode())
    except Refused as refused:
        return {problem.code for problem in refused.problems}
    return set()


def test_we_agree_with_the_schema(shared: Path) -> None:
    schema = json.loads((shared / "data" / "gs1" / "reference" / "EPCIS-JSON-Schema.json").read_text("utf-8"))
    official = jsonschema_rs.validator_for(schema, validate_formats=True)
    chance = random.Random(20)
    documents = [json.loads(path.read_bytes()) for path in VALID]
    reasons: Counter[str] = Counter()
    for _ in range(ROUNDS):
        document = changed(chance.choice(documents), chance)
        faults, ours = [error.message for error in official.iter_errors(document)], codes(document)
        if faults and not ours:
            known = [next((start for start in LAXER if start in fault), None) for fault in faults]
            assert all(known), (faults, document)
            reasons.update(LAXER[start] for start in known if start)
        elif ours and not faults:
            assert ours <= STRICTER.keys(), (ours, document)
            reasons.update(STRICTER[code] for code in ours)
    agreed = ROUNDS - reasons.total()
    exceptions = {reason: f"{count} times" for reason, count in reasons.items()}
    record("EPCIS 2.0, JSON", "verdict of the official schema on changed documents", agreed, ROUNDS, exceptions)
    assert agreed > ROUNDS * 0.8


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.name)
def test_valid_documents_are_valid_by_the_schema(path: Path, shared: Path) -> None:
    """Where the schema refuses a published document, we know why."""
    schema = json.loads((shared / "data" / "gs1" / "reference" / "EPCIS-JSON-Schema.json").read_text("utf-8"))
    official = jsonschema_rs.validator_for(schema, validate_formats=True)
    faults = [error.message for error in official.iter_errors(json.loads(path.read_bytes()))]
    assert all(any(start in fault for start in LAXER) for fault in faults), faults
