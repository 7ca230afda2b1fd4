"""`python -m bench.peak capture FILE` or `trace URI --json`: a `suyuan` command, and how much memory it took at most.

Prints megabytes above the process that is set up, connected and idle.
"""

import os
import re
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path

import django

from suyuan.cli.main import commands
from suyuan.cli.main import main as suyuan

STATUS = Path("/proc/self/status")


def main(argv: Sequence[str]) -> int:
    idle = set_up(argv[0])
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere):
        code = suyuan(argv)
    print(f"{(kilobytes('VmHWM') - idle) / 1024:.1f}")
    return code


def set_up(command: str) -> int:
    """Everything that the command needs in memory, and the kilobytes there are then."""
    django.setup()
    commands()[command].load()
    suyuan(["trace", "nothing of that name"])
    Path("/proc/self/clear_refs").write_text("5")  # the peak so far is forgotten
    return kilobytes("VmRSS")


def kilobytes(name: str) -> int:
    found = re.search(rf"{name}:\s+(\d+) kB", STATUS.read_text())
    return int(found[1]) if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
