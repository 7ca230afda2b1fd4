"""How long the tests took, folder by folder, against what each may take."""

from collections import Counter
from pathlib import Path

import pytest

spent: Counter[str] = Counter()
count: Counter[str] = Counter()


def folder_of(nodeid: str) -> str:
    parts = Path(nodeid.split("::", 1)[0]).parts
    engine = next((f" ({name})" for name in ("postgresql",) if f"[{name}" in nodeid), "")
    return (parts[1] if len(parts) > 2 else parts[0]) + engine


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    name = folder_of(report.nodeid)
    spent[name] += report.duration  # type: ignore[assignment]  # a Counter adds floats as well
    count[name] += report.when == "call"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not spent:
        return
    terminalreporter.section("time by folder")
    for name, seconds in spent.most_common():
        terminalreporter.write_line(f"{seconds:8.1f} s  {count[name]:5d} tests  {name}")
    terminalreporter.write_line(f"{sum(spent.values()):8.1f} s  {sum(count.values()):5d} tests  in all")
