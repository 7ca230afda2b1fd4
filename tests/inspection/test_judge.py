"""Results against limits and plan."""

from decimal import Decimal

import pytest

from suyuan.inspection.judging import Asked, Check, answer_problems, cells_of, conforms, judged, measured, tidy
from suyuan.inspection.kinds import CheckKind, Scope, Weight

TEMPERATURE = Check(
    1, "温度", "Temperature", CheckKind.MEASURED, Weight.CRITICAL, Scope.LOT, "°C", Decimal(-2), Decimal("4.5")
)
WEIGHT = Check(2, "净含量", "Net weight", CheckKind.MEASURED, Weight.MAJOR, unit="g", lower=Decimal(148))
SEAL = Check(3, "封口", "Seal", CheckKind.YES_NO, Weight.MAJOR)
SHADE = Check(4, "色泽", "Shade", CheckKind.CHOICE, Weight.MINOR, choices=("白", "微黄", "黄"), good=("白", "微黄"))
CHECKS = (TEMPERATURE, WEIGHT, SEAL, SHADE)
ASKED = Asked(3, 1)


def filled(**wrong: str) -> dict[tuple[int, int], str]:
    """All good, but for ``s2c3="no"``."""
    good = {1: "3", 2: "150", 3: "yes", 4: "白"}
    found = {cell: good[cell[1]] for cell in cells_of(CHECKS, ASKED)}
    for name, value in wrong.items():
        sample, check = name[1:].split("c")
        found[int(sample), int(check)] = value
    return found


def test_it_works() -> None:
    finding = judged(CHECKS, ASKED, filled())
    assert finding.complete
    assert finding.good
    assert finding.found == 0


def test_what_is_asked() -> None:
    cells = cells_of(CHECKS, ASKED)
    assert cells[0] == (0, 1)
    assert cells[1:] == [(sample, check) for sample in (1, 2, 3) for check in (2, 3, 4)]


def test_pieces_are_counted_not_their_faults() -> None:
    finding = judged(CHECKS, ASKED, filled(s2c2="147.9", s2c3="no"))
    assert (finding.found, finding.good) == (1, True)
    each = judged(CHECKS, Asked(3, 1, pieces=False), filled(s2c2="147.9", s2c3="no"))
    assert (each.found, each.good) == (2, False)
    assert not judged(CHECKS, ASKED, filled(s1c3="no", s2c2="147.9")).good


def test_a_critical_one_is_never_accepted() -> None:
    finding = judged(CHECKS, Asked(3, 3), filled(s0c1="4.6"))
    assert (finding.critical, finding.good) == (1, False)


def test_one_for_the_lot_is_not_sampled() -> None:
    label = Check(5, "标签", "Label", CheckKind.YES_NO, Weight.MAJOR, Scope.LOT)
    assert not judged((label,), Asked(3, 3), {(0, 5): "no"}).good


def test_minor_ones_have_a_limit_of_their_own_or_none() -> None:
    results = filled(s1c4="黄", s2c4="黄", s3c4="黄")
    assert judged(CHECKS, ASKED, results).good
    own = Asked(3, 1, minor_size=3, minor_accept=1)
    assert not judged(CHECKS, own, results).good
    assert judged(CHECKS, own, filled(s1c4="黄")).good


def test_minor_ones_have_a_sample_of_their_own() -> None:
    cells = cells_of((WEIGHT, SHADE), Asked(2, 0, minor_size=4, minor_accept=1))
    assert cells == [(1, 2), (1, 4), (2, 2), (2, 4), (3, 4), (4, 4)]


def test_what_is_missing() -> None:
    results = filled()
    del results[2, 3]
    finding = judged(CHECKS, ASKED, results)
    assert finding.missing == ((2, 3),)
    assert not finding.complete


@pytest.mark.parametrize(
    ("text", "fits"), [("-2", True), ("-2.000001", False), ("4.5", True), ("4.51", False), ("−1", True), ("x", False)]
)
def test_limits_are_inclusive(text: str, fits: bool) -> None:
    assert conforms(TEMPERATURE, text) == fits


def test_answers_as_people_write_them() -> None:
    assert [tidy(SEAL, text) for text in ("是", "OK", "1", "NG", "×", "maybe")] == [
        "yes",
        "yes",
        "yes",
        "no",
        "no",
        "maybe",
    ]
    assert tidy(WEIGHT, " 1,500 ") == "1500"
    assert measured("-18.5") == Decimal("-18.5")
    assert [problem.code for problem in answer_problems(SEAL, "maybe", "a")] == ["inspection.no_yes_or_no"]
    assert [problem.code for problem in answer_problems(WEIGHT, "a lot", "a")] == ["inspection.no_number"]
    assert [problem.code for problem in answer_problems(SHADE, "红", "a")] == ["inspection.no_choice"]
    assert answer_problems(SHADE, "", "a") == []
