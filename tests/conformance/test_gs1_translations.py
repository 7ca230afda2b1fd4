"""OpenEPCIS's translator: EPC URN to Digital Link and back, and what neither may be."""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest

from suyuan.gs1.digital_link import link_to_urn, urn_to_link
from suyuan.gs1.prefixes import company_prefix_length
from suyuan.gs1.problems import Refused

pytestmark = pytest.mark.shared


@pytest.fixture
def cases(shared_json: Callable[[str], Any]) -> Callable[[str], list[dict[str, Any]]]:
    return lambda side: [
        case
        for case in shared_json("gs1/public/openepcis-dl-translator.json")[side]
        if case["method"] not in ("toBareStringVocabulary", "shortNameReplacer")
    ]


def translated(case: dict[str, Any]) -> str:
    if case["input"].startswith("urn:") or case["method"] in ("toURI", "toURIForClassLevelIdentifier", "toDigitalLink"):
        return urn_to_link(case["input"])
    length = case["gcp_length"]
    if length is None:
        length = company_prefix_length(case["input"])
    return link_to_urn(case["input"], length or 7)


# Translated upstream, refused here, each for what GS1 says. A wrong check digit is the translator's to ignore, since it
# drops the digit, but an identity must not rest on a mistyped key.
WRONG_CHECK_DIGIT = {
    "https://google.com/8017/123456789012345678",
    "https://google.com/8017/643963764374736343",
    "https://google.com/8017/645933932413121231",
    "https://id.gs1.org/8006/123456789012345678",
    "https://id.gs1.org/8006/495892314098876544",
    "https://id.gs1.org/01/59850359038590/10/2z32746",
    "https://id.gs1.org/01/59046477538590/10/2z32746",
    "https://id.gs1.org/01/59046537003451/10/998877",
    "https://samsung.com/de/01/12345678901234/10/9999",
    "https://id.gs1.org/01/93511525326356/235/0230293",
}
# Raw characters that no URI holds, or slashes and ? of a value that a path would cut (RFC 3986; URI Syntax 4.11).
UNESCAPED = {
    "https://id.gs1.org/8010/4748374/23748#94//8011/94304",
    "https://id.gs1.org/8010/9520885039434/38",
    "https://id.gs1.org/8003/01234567890128!\"%&'()*+,-.",
    "https://id.gs1.org/8006/646734858938493844/21/!\"%&'()*+,-./1:;<=>=",
    "https://id.gs1.org/01/49557283728732/10//8484892%",
    "https://id.gs1.org/01/12345678901231/10/!\"%&'()*+,-./19:;<=>",
    "https://id.gs1.org/01/12345678901231/21/!\"%&'()*+,-./",
    "https://id.gs1.org/01/12345678901231/21//19:;<=>?AZ_az",
    "https://id.gs1.org/01/78574584574857/235/!\"%&'()*+,-./",
}
OTHERWISE_REFUSED = {
    "https://id.gs1.org/8010/123457-57578": "a company prefix of twelve characters, one of them a hyphen",
    "https://id.gs1.org/8004/42512183.SENSOR.TR-07-AVE-583:1": "31 characters where AI 8004 has at most 30",
    "urn:epc:idpat:itip:493494.3399430.40.39.*": "piece 40 of 39",
}
# The prefix length is looked up, and its list of prefix ranges is not ours.
OTHER_PREFIX_LIST = {"https://hp.com/laptop/8018/302241753828392832"}


def test_translate(cases: Callable[[str], list[dict[str, Any]]]) -> None:
    refused, different = set(), set()
    for case in cases("positive"):
        try:
            # Upstream leaves characters raw that URI syntax wants escaped, so both are compared unescaped.
            if unquote(translated(case)) != unquote(case["expect"]):
                different.add(case["input"])
        except Refused:
            refused.add(case["input"])
    assert refused == WRONG_CHECK_DIGIT | UNESCAPED | OTHERWISE_REFUSED.keys()
    assert different == OTHER_PREFIX_LIST


def test_refuse(cases: Callable[[str], list[dict[str, Any]]]) -> None:
    for case in cases("negative"):
        with pytest.raises(Refused):
            translated(case)
