"""`python -m bench compare OLD NEW`."""

from pathlib import Path

import pytest

from bench.__main__ import main
from bench.comparing import compared
from bench.figures import Figure, of_rounds, save

OLD = Figure("capture.batch1000", "sqlite", 10_000, 2000.0, "events/CPU-s", 4000.0, 0.5, 0.01)
SAME = Figure("tree.proof", "sqlite", 10_000, 1.0, "ms", noise=0.05)


def faster(ratio: float, noise: float = 0.01) -> Figure:
    return Figure(OLD.name, OLD.engine, OLD.events, 4000.0 * ratio, OLD.unit, 4000.0, ratio, noise)


def test_it_says_how_far_a_ratio_moved() -> None:
    line = compared([OLD], [faster(0.6)]).splitlines()[1]
    assert line.split() == ["capture.batch1000", "sqlite", "10,000", "0.5", "0.6", "+20%", "*"]


@pytest.mark.parametrize("new", [faster(0.505), faster(0.55, noise=0.2)], ids=["little", "noisy"])
def test_what_noise_explains_is_not_marked(new: Figure) -> None:
    assert "*" not in compared([OLD], [new])


def test_only_what_both_have_is_compared() -> None:
    bigger = Figure(OLD.name, OLD.engine, 100_000, 1.0, OLD.unit)
    assert compared([OLD], [bigger]).splitlines()[1:] == []


def test_without_bare_the_value_is_compared() -> None:
    assert compared([SAME], [Figure("tree.proof", "sqlite", 10_000, 2.0, "ms")]).split()[-2:] == ["+100%", "*"]


def test_it_reads_two_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save(tmp_path / "old.json", [OLD, SAME])
    save(tmp_path / "new.json", [faster(0.4)])
    assert main(["compare", str(tmp_path / "old.json"), str(tmp_path / "new.json")]) == 0
    assert capsys.readouterr().out.split()[-2:] == ["-20%", "*"]


def test_saving_replaces_the_same_figure_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save(tmp_path / "f.json", [OLD, SAME])
    save(tmp_path / "f.json", [faster(0.6)])
    assert main(["table", str(tmp_path / "f.json")]) == 0
    shown = capsys.readouterr().out
    assert "| 0.60 |" in shown
    assert "tree.proof" in shown
    assert "| 0.50 |" not in shown


def test_a_figure_is_the_median_of_its_rounds() -> None:
    figure = of_rounds("x", "sqlite", 1, "ms", [1.0, 2.0, 9.0], [1.0, 1.0, 3.0])
    assert (figure.value, figure.bare, figure.ratio) == (2.0, 1.0, 2.0)
    assert figure.noise == pytest.approx(0.5)
