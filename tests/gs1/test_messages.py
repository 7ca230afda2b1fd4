"""Every refusal has a sentence, and no sentence is about nothing."""

import re
from pathlib import Path
from string import Formatter

import pytest

import suyuan.gs1
from suyuan.gs1.digital_link import parse_link
from suyuan.gs1.elements import parse_elements, scan
from suyuan.gs1.identifiers import identify, own_place_uri
from suyuan.gs1.messages import MESSAGES
from suyuan.gs1.problems import Refused
from suyuan.gs1.quantities import Quantity, parse_amount, unit

SOURCE = "".join(p.read_text("utf-8") for p in Path(suyuan.gs1.__file__).parent.glob("*.py") if p.name != "messages.py")


def test_codes_and_sentences_agree() -> None:
    assert set(re.findall(r'"(gs1\.[a-z_0-9]+)"', SOURCE)) == set(MESSAGES)


@pytest.mark.parametrize(
    ("ask", "text"),
    [
        (identify, "https://id.gs1.org/01/09521141123455/10/a%20b"),
        (identify, "https://id.gs1.org/01/09521141123454/21/a/10/b"),
        (identify, "https://id.gs1.org/x"),
        (identify, "urn:epc:id:sgtin:1.2.3"),
        (identify, "no uri"),
        (identify, "urn:" + "x" * 3000),
        (parse_link, "https://a/01/09521141123454?10=a&8200=x&999=1&17=1&17=1"),
        (parse_link, "https://a/b"),
        (parse_elements, "(21)S(02)1(37)x(10)(8003)109521141000012"),
        (
            parse_elements,
            "(01)09521141123454(8006)1(4309)99999999999999999999(7003)9913329961(421)xyzab(8007)X(8013)ab",
        ),
        (parse_elements, "]d1x"),
        (parse_elements, "(1"),
        (scan, "hello"),
        (unit, "kilo"),
        (parse_amount, "-1"),
        (parse_amount, "1e9"),
        (parse_amount, "0.0000001"),
        (parse_amount, "1000000000000"),
        (lambda text: own_place_uri("https://a.example", text), ".."),
        (lambda text: own_place_uri(text, "A"), "a.example"),
        (lambda text: Quantity(parse_amount(1), text).to("LBR"), "GRM"),
        (lambda text: Quantity(parse_amount(1), text).to("LTR"), "GRM"),
    ],
)
def test_a_sentence_can_be_filled(ask, text: str) -> None:  # type: ignore[no-untyped-def]  # functions of many results
    with pytest.raises(Refused) as refusal:
        ask(text)
    for problem in refusal.value.problems:
        sentence = MESSAGES[problem.code]
        wanted = {name for _, name, _, _ in Formatter().parse(sentence) if name}
        assert wanted <= set(problem.params), problem
        assert sentence.format_map(problem.params)
