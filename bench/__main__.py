"""`python -m bench`: run, compare, table."""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.comparing import compared
from bench.engines import FOLDER, NAMES, engine_of
from bench.figures import load, markdown
from bench.ledger import folder_of, forget, home_of, is_begun, is_behind, is_built
from bench.server import running

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "build" / "bench.json"
INTERRUPTED = 130


def numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


def words(text: str) -> list[str]:
    return [part for part in text.split(",") if part]


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parts = whole.add_subparsers(dest="part", required=True)
    run = parts.add_parser("run", help="measure, and keep the figures")
    run.add_argument("--engines", type=words, default=list(NAMES), help="sqlite,postgres")
    run.add_argument("--events", type=numbers, default=[10_000, 100_000, 1_000_000], help="sizes of the ledgers")
    run.add_argument("--only", default="", help="cases whose names begin with one of these, parted by commas")
    run.add_argument("--rounds", type=int, default=5)
    run.add_argument("--out", type=Path, default=OUT)
    run.add_argument("--rebuild", action="store_true", help="build the ledgers anew")
    run.add_argument("--in-place", action="store_true", help="no copies: only what reads, on the ledger itself")
    run.add_argument("--keep", action="store_true", help="leave the two copies standing")
    compare = parts.add_parser("compare", help="what moved between two files of figures")
    compare.add_argument("old", type=Path)
    compare.add_argument("new", type=Path)
    table = parts.add_parser("table", help="figures as Markdown")
    table.add_argument("file", type=Path, nargs="?", default=OUT)
    return whole


def main(argv: Sequence[str]) -> int:
    args = parser().parse_args(argv or ["run"])
    if args.part == "compare":
        print(compared(load(args.old), load(args.new)))
    elif args.part == "table":
        print(markdown(load(args.file)))
    else:
        try:
            return run(args)
        except KeyboardInterrupt:  # what was measured is kept
            return INTERRUPTED
    return 0


def run(args: argparse.Namespace) -> int:
    """Each engine and size in a process of its own, since Django knows one database."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    failed = 0
    for engine in args.engines:
        with running(engine) as place:
            for events in args.events:
                prepare(engine, place, events, rebuild=args.rebuild)
                told = ["--only", args.only, "--rounds", str(args.rounds), "--out", str(args.out.resolve())]
                told += [f"--{name}" for name in ("keep", "in-place") if getattr(args, name.replace("-", "_"))]
                folder = folder_of(engine, events)
                home = home_of(folder) if args.in_place else folder / "a"
                failed += child("measure", engine, place, events, home, *told)
    return 1 if failed else 0


def prepare(engine: str, place: str, events: int, *, rebuild: bool) -> None:
    """The ledger, built if it is not there, migrated if it is of an earlier version."""
    folder = folder_of(engine, events)
    if rebuild or not (is_built(folder) or is_begun(folder)):
        maker = engine_of(engine, place)
        forget(maker, folder)
        maker.make(home_of(folder))
        part = "build"
    elif is_begun(folder):
        part = "build"
    elif is_behind(folder):
        part = "migrate"
    else:
        return
    if child(part, engine, place, events, home_of(folder)):
        raise SystemExit(1)


def child(part: str, engine: str, place: str, events: int, home: Path, *more: str) -> int:
    """`python -m bench.child` with the settings of the installation in `home`."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SUYUAN_")}
    environ |= {
        "SUYUAN_HOME": str(home),
        "SUYUAN_DATABASE_URL": engine_of(engine, place).url(home),
        "DJANGO_SETTINGS_MODULE": "suyuan.config.settings",
        "PYTHONHASHSEED": "0",
    }
    command = [sys.executable, "-m", "bench.child", part, engine, place, str(events), *more]
    return subprocess.run(command, cwd=ROOT, env=environ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
