"""The benchmarks still run, and what they compare is equal: they say so themselves. No time is judged here."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.figures import Figure, load, markdown

ROOT = Path(__file__).resolve().parents[2]
EVENTS = 1500


def bench(*arguments: str, ledgers: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "ignore", "-m", "bench", *arguments]
    environ = os.environ | {"BENCH_LEDGERS": str(ledgers)}
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True)


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> list[Figure]:
    folder = tmp_path_factory.mktemp("bench")
    out = folder / "bench.json"
    only = "capture.batch1000,capture.serials1000,capture.http,tree.batch1000"
    told = bench(
        "run", "--engines", "sqlite", "--events", str(EVENTS), "--only", only, "--rounds", "1", "--out", str(out),
        ledgers=folder,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    return load(out)


def test_every_case_gives_its_figures(figures: list[Figure]) -> None:
    assert {figure.name for figure in figures} == {
        "capture.batch1000", "capture.serials1000", "capture.http", "tree.batch1000", "tree.hash1000", "tree.bytes",
        "tree.proof", "tree.proof.text",
    }  # fmt: skip
    assert {(figure.engine, figure.events) for figure in figures} == {("sqlite", EVENTS)}


def test_a_ratio_is_value_to_bare(figures: list[Figure]) -> None:
    beside = [figure for figure in figures if figure.bare is not None]
    assert beside
    assert all(figure.value > 0 and figure.ratio == figure.value / figure.bare for figure in beside if figure.bare)


def test_they_are_shown_with_their_goals(figures: list[Figure]) -> None:
    shown = markdown(figures).splitlines()
    assert len(shown) == len(figures) + 2
    assert "≥ 0.6" in next(line for line in shown if "capture.batch1000" in line)
