"""`suyuan log`: checkpoints, proofs and keys of the signed log, and what to do when something beside it was lost."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from django.utils import timezone

from suyuan.capture.guard import governed
from suyuan.cli.database import ready
from suyuan.gs1.problems import N_, Problem, Refused
from suyuan.ledger import mending
from suyuan.ledger.keeping import keeping
from suyuan.ledger.proofs import Step, check_proof_text, check_record, proof_text, take_record
from suyuan.ledger.queries import find_record, head, heads, verifier_of
from suyuan.ledger.sequencer import sequence_all
from suyuan.tlog.errors import TlogError
from suyuan.tlog.note import Verifier, parse_vkey
from suyuan.ui.problems import say, sentence

HELP = N_("checkpoints, proofs and keys of the signed log")
LOG = N_("name of a log: a warehouse's code, company or partners")
NAMED = N_("eventID, or id of a record in hexadecimal digits, after its log and a slash if need be")
WORDS = {
    "checkpoint": N_("print the last signed checkpoint, of every log or of one"),
    "key": N_("print the verifier key, of every log or of one"),
    "proof": N_("print the proof of an event, to be checked anywhere with the verifier key"),
    "body": N_("print the stored body of an event, whose hash the proof contains"),
    "check": N_("check an event from its body to the signature, step by step"),
    "verify": N_("check a proof file, without the database"),
    "sequence": N_("turn what waits into signed leaves now"),
    "rebuild": N_("make the tiles of a log again from the database"),
    "restart": N_("begin a log under a new name, after all but an old backup was lost"),
}
BODY_FILE = N_("the body that the proof is said to be of")
KEY = N_("verifier key of the log; default the ones kept here")
HOLDS, FAILS = N_("holds"), N_("FAILS")
SEQUENCED = N_("{log}: {added} new, {size} signed")
NOTHING = N_("Nothing waits for a leaf.")
REBUILT = N_("The tiles of {size} entries were made again.")
RESTARTED = N_("The log goes on under the name {name}. Tell everybody who kept the old verifier key.")
FALSE = 1


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="VERB", required=True)

    def add(name: str, do: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        verb = verbs.add_parser(name, help=say(WORDS[name]), description=say(WORDS[name]))
        verb.set_defaults(do=do)
        return verb

    add("checkpoint", show_checkpoints).add_argument("log", nargs="?", metavar="LOG", help=say(LOG))
    add("key", show_keys).add_argument("log", nargs="?", metavar="LOG", help=say(LOG))
    for name, do in (("proof", show_proof), ("body", show_body), ("check", check)):
        add(name, do).add_argument("event", metavar="EVENT", help=say(NAMED))
    verify_ = add("verify", verify)
    verify_.add_argument("file", type=Path, metavar="FILE")
    verify_.add_argument("--key", action="append", metavar="VKEY", help=say(KEY))
    verify_.add_argument("--body", type=Path, metavar="FILE", help=say(BODY_FILE))
    add("sequence", sequence)
    for name, do in (("rebuild", rebuild), ("restart", restart)):
        add(name, do).add_argument("log", metavar="LOG", help=say(LOG))


def run(args: argparse.Namespace) -> int:
    """0 done or true; 1 what was checked is false; 2 refused."""
    ready()
    return int(args.do(args))


def show_checkpoints(args: argparse.Namespace) -> int:
    found = [head(args.log)] if args.log else heads()
    sys.stdout.write("\n".join(one.note for one in found))
    return 0


def show_keys(args: argparse.Namespace) -> int:
    kept = keeping()
    for log in [args.log] if args.log else kept.logs():
        print(verifier_of(log, kept).vkey)
    return 0


def show_proof(args: argparse.Namespace) -> int:
    place = find_record(args.event)
    sys.stdout.write(proof_text(place.log, place.record))
    return 0


def show_body(args: argparse.Namespace) -> int:
    place = find_record(args.event)
    body = take_record(place.log, place.record).body
    if body is None:
        raise Refused([Problem("ledger.body_gone", "", {"record": args.event})])
    sys.stdout.buffer.write(body)
    return 0


def check(args: argparse.Namespace) -> int:
    place = find_record(args.event)
    return _tell(check_record(place.log, place.record))


def verify(args: argparse.Namespace) -> int:
    try:
        keys = [parse_vkey(vkey) for vkey in args.key] if args.key else _own_keys()
        text, body = args.file.read_text(), args.body.read_bytes() if args.body else None
        return _tell(check_proof_text(text, keys, body))
    except TlogError as error:
        raise Refused([error.problem]) from error
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Refused([Problem("cli.file_unreadable", "", {"file": str(args.file), "reason": reason})]) from error


def _own_keys() -> list[Verifier]:
    kept = keeping()
    return [verifier_of(log, kept) for log in kept.logs()]


def _tell(steps: Sequence[Step]) -> int:
    for step in steps:
        print(f"{say(HOLDS if step.holds else FAILS)}: {sentence(Problem(step.code, '', step.params))}")
    return 0 if all(step.holds for step in steps) else FALSE


def sequence(args: argparse.Namespace) -> int:
    with governed():
        done = sequence_all(timezone.now())
    added: dict[str, int] = {}
    for outcome in done:
        added[outcome.log] = added.get(outcome.log, 0) + outcome.added
    sizes = {outcome.log: outcome.size for outcome in done}
    for log, count in added.items():
        print(say(SEQUENCED).format(log=log, added=count, size=sizes[log]))
    if not done:
        print(say(NOTHING))
    return 0


def rebuild(args: argparse.Namespace) -> int:
    with governed():
        print(say(REBUILT).format(size=mending.rebuild(args.log, timezone.now())))
    return 0


def restart(args: argparse.Namespace) -> int:
    with governed():
        print(say(RESTARTED).format(name=mending.restart(args.log, timezone.now())))
    return 0
