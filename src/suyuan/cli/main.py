"""The console script. A subcommand is a module named by the entry point group `suyuan.commands`: HELP,
arguments(parser), run(args) → exit code."""

import argparse
import difflib
import os
import sys
from collections.abc import Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol, cast

import django
from django.db import OperationalError
from django.utils.translation import override

from suyuan.cli.messages import MESSAGES
from suyuan.gs1.problems import N_, Problem, Refused
from suyuan.ui.problems import register, say, sentence

GROUP = "suyuan.commands"
DONE, REFUSED, INTERRUPTED = 0, 2, 130
ABOUT = N_("Suyuan: every movement of goods recorded once, answerable for ever.")
LANG_HELP = N_("language of what is printed: zh-hans or en (default: that of the terminal)")

register(MESSAGES)


class Command(Protocol):
    """What a subcommand's module offers. `HELP` is one sentence marked with N_; `run` may raise Refused."""

    HELP: str

    def arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, args: argparse.Namespace) -> int: ...


def commands() -> dict[str, EntryPoint]:
    return {point.name: point for point in sorted(entry_points(group=GROUP))}


def language_of(environ: dict[str, str]) -> str:
    """The reader's language from the POSIX variables; anything but Chinese is answered in English."""
    name = next((environ[key] for key in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(key)), "")
    return "zh-hans" if name.lower().startswith("zh") else "en"


def split_language(argv: Sequence[str]) -> tuple[str, list[str]]:
    """Take `--lang X` out of the arguments wherever it stands: it must be known before any help is printed."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--lang", choices=("zh-hans", "en"), default=language_of(dict(os.environ)))
    known, rest = parser.parse_known_args(argv)
    return cast(str, known.lang), rest


def parser_for(points: dict[str, EntryPoint], wanted: str | None, language: str) -> argparse.ArgumentParser:
    """The parser with the one subcommand that is wanted, or with all of them when help is asked for."""
    parser = argparse.ArgumentParser(prog="suyuan", description=say(ABOUT, language))
    parser.add_argument("--lang", metavar="LANGUAGE", help=say(LANG_HELP, language))
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, point in points.items():
        if wanted in (None, name):
            module = cast(Command, point.load())
            text = say(module.HELP, language)
            sub = subparsers.add_parser(name, help=text, description=text)
            module.arguments(sub)
            sub.set_defaults(run=module.run)
    return parser


def wanted_command(points: dict[str, EntryPoint], argv: Sequence[str]) -> str | None:
    """The subcommand named first; None for help. Refused when there is none of that name."""
    if not argv or argv[0].startswith("-"):
        return None
    if argv[0] not in points:
        near = (difflib.get_close_matches(argv[0], points, 1, 0) or [""])[0]
        raise Refused([Problem("cli.command_unknown", "", {"name": argv[0], "near": near})])
    return argv[0]


def perform(argv: Sequence[str], language: str) -> int:
    points = commands()
    wanted = wanted_command(points, argv)
    django.setup()
    with override(language):
        args = parser_for(points, wanted, language).parse_args(argv or ["--help"])
        return cast(int, args.run(args))


def explain(refused: Refused, language: str) -> None:
    for problem in refused.problems:
        print(f"suyuan: {sentence(problem, language)}", file=sys.stderr)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand. 0 done; 2 refused, with a sentence for every problem; 130 interrupted."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "suyuan.config.settings")
    language, rest = split_language(sys.argv[1:] if argv is None else argv)
    try:
        return perform(rest, language)
    except Refused as refused:
        explain(refused, language)
        return REFUSED
    except OperationalError as error:
        reason = str(error).strip().replace("\n", " ")
        explain(Refused([Problem("cli.database", "", {"reason": reason})]), language)
        return REFUSED
    except BrokenPipeError:  # `suyuan … | head` closed the pipe: nothing went wrong
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        return INTERRUPTED
