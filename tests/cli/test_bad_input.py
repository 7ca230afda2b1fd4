"""Whatever is fed to the command line: a sentence in the reader's language, exit code 2, and nothing half-stored."""

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from suyuan.ledger.models import Identifier, Record
from tests.cli.conftest import Suyuan, Write
from tests.ledgers.story import Story, document

pytestmark = pytest.mark.usefixtures("ledger")

Event = dict[str, Any]  # JSON, broken on purpose
MIB = 2**20


def event() -> Event:
    return Story().event("09:00 receive L1 100 at dock from farm")


def with_quantity(**fields: object) -> Event:
    body = event()
    body["quantityList"] = [{**body["quantityList"][0], **fields}]
    return body


def with_bad_sscc() -> Event:
    return {**event(), "epcList": ["https://id.gs1.org/00/369012345964759690"]}


# What is wrong → the event that has it, where it is said to be, and words of the sentence in both languages.
EVENTS: dict[str, tuple[Callable[[], Event], str, str, str]] = {
    "unknown unit": (lambda: with_quantity(uom="KGX"), "quantityList[0].uom", "KGX", "KGX"),
    "negative quantity": (lambda: with_quantity(quantity=-3), "quantityList[0].quantity", "-3", "-3"),
    "31 February": (lambda: {**event(), "eventTime": "2026-02-31T08:00:00Z"}, "eventTime", "not a date", "日期"),
    "no time zone": (lambda: {**event(), "eventTime": "2026-02-01T08:00:00"}, "eventTime", "Add the offset", "时区"),
    "check digit of an SSCC": (with_bad_sscc, "epcList[0]", "check digit", "校验"),
    "check digit of a GTIN": (
        lambda: with_quantity(epcClass="https://example.com/01/06901234567890/10/L1"),
        "quantityList[0].epcClass",
        "check digit",
        "校验",
    ),
    "check digit of a GLN": (
        lambda: {**event(), "bizLocation": {"id": "https://id.gs1.org/414/6901234000001"}},
        "bizLocation.id",
        "check digit",
        "校验",
    ),
    "NUL": (lambda: {**event(), "ext:note": "a\0b"}, "", "NUL", "NUL"),
    "misspelt step": (lambda: {**event(), "bizStep": "recieving"}, "bizStep", "receiving", "receiving"),
    "no action": (lambda: {k: v for k, v in event().items() if k != "action"}, "action", "missing", "缺少"),
}


@pytest.mark.parametrize("lang", ["en", "zh-hans"])
@pytest.mark.parametrize("name", EVENTS)
def test_an_event_that_cannot_be(suyuan: Suyuan, write: Write, name: str, lang: str) -> None:
    make, field, english, chinese = EVENTS[name]
    path = write("bad.json", document([event(), make()]))
    done = suyuan("capture", path, lang=lang)
    assert done.code == 2
    line = done.err.splitlines()[0]
    assert f"bad.json: eventList[1]{'.' * bool(field)}{field}: " in line
    assert (chinese if lang == "zh-hans" else english) in line
    assert bool(re.search("[一-鿿]", line)) == (lang == "zh-hans")
    assert nothing_stored()


def nothing_stored() -> bool:
    return not Record.objects.filter(kind="epcis").exists() and not Identifier.objects.filter(log="a").exists()


def test_all_errors_at_once(suyuan: Suyuan, write: Write) -> None:
    events = [make() for make, *_ in EVENTS.values()]
    done = suyuan("capture", write("bad.json", document(events)), "--json")
    assert {re.sub(r"\D*(\d+).*", r"\1", p["field"]) for p in done.json["problems"]} == {
        str(n) for n in range(len(EVENTS))
    }
    assert all(p["file"].endswith("bad.json") and p["message"] for p in done.json["problems"])
    assert (done.json["recorded"], done.json["repeated"]) == ([], [])
    assert nothing_stored()


# What is wrong → the file's bytes, and words of the sentence in both languages.
FILES: dict[str, tuple[bytes, str, str]] = {
    "nothing": (b"", "is empty", "空"),
    "blanks": (b" \n ", "is empty", "空"),
    "no JSON": (b'{"type": "EPCISDocument",', "not JSON", "JSON"),
    "cut off": (document([event()])[:-20], "not JSON", "JSON"),
    "NUL bytes": (b"\0\0\0\0" * 100, "not JSON", "JSON"),
    "NUL in text": (document([event()]).replace(b"receiving", b"rec\0eiving"), "not JSON", "JSON"),
    "UTF-16": (document([event()]).decode().encode("utf-16"), "UTF-8", "UTF-8"),
    "broken UTF-8": (document([event()]).replace(b"receiving", b"rec\xff"), "UTF-8", "UTF-8"),
    "XML": (b"<?xml version='1.0'?><epcis:EPCISDocument/>", "is XML", "XML"),
    "a number": (b"17", "object", "对象"),
    "another document": (b'{"type": "Invoice"}', "Invoice", "Invoice"),
    "EPCIS 1.2": (
        document([event()]).replace(b'"schemaVersion": "2.0"', b'"schemaVersion": "1.2"'),
        "only version 2.0",
        "2.0",
    ),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "", ""),
    "damaged gzip": (gzip.compress(document([event()]))[:-12], "packed", "压缩"),
    "deep": (b"[" * 100_000, "", ""),
}


@pytest.mark.parametrize("lang", ["en", "zh-hans"])
@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_none(suyuan: Suyuan, write: Write, name: str, lang: str) -> None:
    data, english, chinese = FILES[name]
    done = suyuan("capture", write("bad.json", data), lang=lang)
    assert done.code == 2
    assert "bad.json" in done.err
    assert (chinese if lang == "zh-hans" else english) in done.err
    assert "Traceback" not in done.err
    assert bool(re.search("[一-鿿]", done.err)) == (lang == "zh-hans")
    assert nothing_stored()


@pytest.mark.parametrize("lang", ["en", "zh-hans"])
def test_a_file_of_100_mb(suyuan: Suyuan, tmp_path: Path, lang: str) -> None:
    path = tmp_path / "big.json"
    with path.open("wb") as file:
        file.truncate(100 * MIB)  # a hole: the size alone decides
    done = suyuan("capture", str(path), lang=lang)
    assert done.code == 2
    assert "32 MiB" in done.err
    assert "SUYUAN_CAPTURE_LIMIT_BYTES" in done.err
    assert nothing_stored()


def test_a_bomb_of_gzip(suyuan: Suyuan, write: Write) -> None:
    done = suyuan("capture", write("bomb.json.gz", gzip.compress(b" " * (40 * MIB), 1)))
    assert done.code == 2
    assert "32 MiB" in done.err


@pytest.mark.parametrize("lang", ["en", "zh-hans"])
def test_files_that_cannot_be_read(suyuan: Suyuan, tmp_path: Path, lang: str) -> None:
    done = suyuan("capture", str(tmp_path), str(tmp_path / "none.json"), lang=lang)
    assert done.code == 2
    folder, missing, nothing = done.err.splitlines()
    assert str(tmp_path) in folder
    assert "none.json" in missing
    assert nothing == ("suyuan: Nothing was recorded." if lang == "en" else "suyuan: 没有记录任何内容。")


@pytest.mark.parametrize(("lang", "said"), [("en", "only 0"), ("zh-hans", "L1")])
def test_a_shipment_of_what_is_not_there(suyuan: Suyuan, write: Write, lang: str, said: str) -> None:
    shipment = Story().event("13:00 ship L1 5 from dock to shop")
    path = write("ship.json", document([shipment]))
    done = suyuan("capture", "--guarded", path, lang=lang)
    assert done.code == 2
    assert "L1" in done.err
    assert said in done.err.lower() or lang == "zh-hans"
    assert bool(re.search("[一-鿿]", done.err)) == (lang == "zh-hans")
    assert nothing_stored()
    assert suyuan("capture", path).code == 0  # as a fact it is recorded, and unexplained


def test_a_document_that_contradicts_itself(suyuan: Suyuan, write: Write) -> None:
    done = suyuan("capture", write("bad.json", document([event(), {**event(), "disposition": "active"}])))
    assert done.code == 2
    assert "told twice" in done.err
    assert nothing_stored()


def test_arguments_that_are_no_text(suyuan: Suyuan) -> None:
    assert suyuan("trace", "\udcff\udcfe").code == 2
    assert suyuan("trace", "").code == 2
    assert suyuan("trace", "x" * 5000).code == 2


def test_json_stays_json(suyuan: Suyuan, write: Write) -> None:
    done = suyuan("capture", write("bad.json", b"{"), "--json")
    assert json.loads(done.out)["problems"][0]["code"] == "epcis.json"
