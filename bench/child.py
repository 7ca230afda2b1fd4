"""One engine and one size in one process: `build` or `migrate` the ledger, or `measure` on it. `python -m bench` starts
it.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import django

django.setup()

from bench.building import build, migrate  # noqa: E402  # models can only be imported when Django is set up
from bench.cases import CASES  # noqa: E402  # likewise
from bench.engines import engine_of  # noqa: E402  # likewise
from bench.figures import Figure, cells, save  # noqa: E402  # likewise
from bench.ground import A, B, Ground  # noqa: E402  # likewise
from bench.ledger import code_version, folder_of  # noqa: E402  # likewise
from bench.marks import load  # noqa: E402  # likewise


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(prog="python -m bench.child")
    whole.add_argument("part", choices=("build", "migrate", "measure"))
    whole.add_argument("engine")
    whole.add_argument("place")
    whole.add_argument("events", type=int)
    whole.add_argument("--only", default="")
    whole.add_argument("--rounds", type=int, default=5)
    whole.add_argument("--out", type=Path)
    whole.add_argument("--keep", action="store_true")
    whole.add_argument("--in-place", action="store_true")
    return whole


def main(argv: Sequence[str]) -> int:
    args = parser().parse_args(argv)
    folder = folder_of(args.engine, args.events)
    engine = engine_of(args.engine, args.place)
    if args.part == "build":
        build(engine, folder, args.events)
    elif args.part == "migrate":
        migrate(engine, folder)
    else:
        return measure(Ground(engine, folder, load(folder), args.in_place), args)
    return 0


def measure(ground: Ground, args: argparse.Namespace) -> int:
    """Every wanted case; one that fails is told and does not stop the others."""
    if ground.marks.code != code_version():
        print("  the ledger was built by other code than today's; --rebuild builds it anew")
    failed, spoilt = 0, True
    wanted = tuple(filter(None, args.only.split(",")))
    for name, case in CASES.items():
        if (wanted and not name.startswith(wanted)) or (args.in_place and not case.reads):
            continue
        if spoilt or case.fresh:
            ground.renew()
        begun = time.monotonic()
        try:
            for figure in case.measure(ground, args.rounds):
                show(figure, time.monotonic() - begun)
                save(args.out, [figure])
            spoilt = case.spoils
        except Exception as error:  # a bench that is left overnight goes on with the next case
            failed += 1
            spoilt = True
            print(f"{name} failed: {type(error).__name__}: {error}", file=sys.stderr)
            if args.rounds == 1:
                raise
    ground.close()
    if not args.keep and not args.in_place:
        for copy in (A, B):
            ground.maker.drop(folder_of(args.engine, args.events) / copy)
    return 1 if failed else 0


def show(figure: Figure, seconds: float) -> None:
    """One line, in columns that stay where they are."""
    widths = (24, 8, 9, 9, 9, 12, 6, 4, 9)
    line = "  ".join(cell.ljust(width) for cell, width in zip(cells(figure), widths, strict=True))
    print(f"{line} {seconds:.0f} s", flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
