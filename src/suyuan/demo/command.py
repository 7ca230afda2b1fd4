"""`suyuan demo`: load the demo company, or say what there is of it."""

import argparse
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from tqdm import tqdm

from suyuan.capture.guard import governed
from suyuan.demo.company import FRUIT, ZONE
from suyuan.demo.load import tell
from suyuan.demo.messages import MESSAGES
from suyuan.demo.office import Options, told_end, told_options
from suyuan.demo.staff import PASSWORD, STAFF
from suyuan.gs1.problems import N_, Problem, Refused
from suyuan.ledger.models import Record
from suyuan.ledger.sequencer import sequence_all
from suyuan.trace.answer import find, trace
from suyuan.ui.problems import register, say

register(MESSAGES)

HELP = N_("load a dairy that does not exist, with three months of work, to look around in")
DAYS_HELP = N_("days of work (default 90)")
SCALE_HELP = N_("size of the company (default 1: forty customers, some 10,000 events)")
SEED_HELP = N_("the same seed gives the same company (default 1)")
UNTIL_HELP = N_("the day after the last one of its work, as 2026-11-30 (default today)")
EMPTY_HELP = N_("do nothing where the database holds other records")
LOADING = N_("Demo company")
DAY = N_("days")
INTERRUPTED = N_("Interrupted. The same command goes on where it stopped.")
LOADED = N_("The demo company is loaded: {events} events in {days} days.")
THERE = N_("The demo company is there already (suyuan demo {options}).")
ACCOUNTS = N_("Accounts, all with the password {password}:")
WARNING = N_("Warning: everybody knows that password. Never let a machine with these accounts be reached from outside.")
COMPLAINT = N_("A customer complains of an off-flavour. Lot {lot} is held; nobody knows yet what spoiled it.")
CULPRIT = N_("It went to {customers} customers, and was made with the strawberry preparation {culprit}. What else was?")
TRY = N_("Type a lot number into the search box, or: suyuan trace {lot}")
DEFAULTS = Options()


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--days", type=int, metavar="N", help=say(DAYS_HELP))
    parser.add_argument("--scale", type=float, metavar="K", help=say(SCALE_HELP))
    parser.add_argument("--seed", type=int, metavar="NUMBER", help=say(SEED_HELP))
    parser.add_argument("--until", metavar="DATE", help=say(UNTIL_HELP))
    parser.add_argument("--if-empty", action="store_true", help=say(EMPTY_HELP))


def run(args: argparse.Namespace) -> int:
    ready()
    today = datetime.now(UTC).astimezone(ZoneInfo(ZONE)).date()
    wanted = options_from(args, replace(DEFAULTS, until=today), today)
    told = told_options()
    if told is None and Record.objects.exists():
        if args.if_empty:
            return 0
        raise Refused([Problem("demo.not_empty", "")])
    if told is not None and differs(args, told, today):
        raise Refused([Problem("demo.other_options", "", {"options": str(told)})])
    if told is not None and told_end() is not None:
        print(say(THERE).format(options=told))
    else:
        load(told or wanted, resume=told is not None)
    introduce()
    return 0


def ready() -> None:
    """The tables are there; those of a new database are made."""
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending and executor.loader.applied_migrations:
        raise Refused([Problem("demo.migrations_pending", "", {"count": str(len(pending))})])
    if pending:
        call_command("migrate", interactive=False, verbosity=0)


def options_from(args: argparse.Namespace, defaults: Options, today: date) -> Options:
    """The options as given, the others as in `defaults`. Refused with all that is wrong with them."""
    problems = []
    days = defaults.days if args.days is None else args.days
    scale = defaults.scale if args.scale is None else args.scale
    if not 3 <= days <= 3650:
        problems.append(Problem("demo.days", "days", {"days": str(days)}))
    if not 0.1 <= scale <= 200:
        problems.append(Problem("demo.scale", "scale", {"scale": f"{scale:g}"}))
    until = until_from(args.until, today, problems) if args.until else defaults.until
    if problems:
        raise Refused(problems)
    return Options(days=days, scale=scale, seed=defaults.seed if args.seed is None else args.seed, until=until)


def until_from(text: str, today: date, problems: list[Problem]) -> date:
    try:
        until = date.fromisoformat(text)
    except ValueError:
        problems.append(Problem("demo.until", "until", {"until": text}))
        return today
    if until > today:
        problems.append(Problem("demo.until_future", "until", {"until": text}))
    return until


def differs(args: argparse.Namespace, told: Options, today: date) -> bool:
    """Whether another company is asked for than the one that is there; who asks for nothing gets that one."""
    return options_from(args, told, today) != told


def load(options: Options, *, resume: bool) -> None:
    """Tell the story with a bar on the terminal, then sign it."""
    with tqdm(total=options.days, desc=say(LOADING), unit=f" {say(DAY)}", disable=None) as bar:

        def day_done(events: int) -> None:
            bar.set_postfix(events=events, refresh=False)
            bar.update()

        try:
            told = tell(options, resume=resume, day_done=day_done)
        except KeyboardInterrupt:
            bar.close()
            print(say(INTERRUPTED))
            raise
    with governed():
        sequence_all(datetime.now(UTC))
    print(say(LOADED).format(events=told.events, days=options.days))


def introduce() -> None:
    """The accounts, and the lot to begin with."""
    print(say(ACCOUNTS).format(password=PASSWORD))
    for username, (name, at) in STAFF.items():
        print(f"  {username:12} {name}" + (f" ({at.scope})" if at.scope != "*" else ""))
    print(say(WARNING))
    end = told_end()
    if end is not None:
        line = end["params"]["lines"][0]
        introduce_lot(str(line["item"]), str(line["lot"]))


def introduce_lot(item: str, lot: str) -> None:
    """The incident, as the trace knows it."""
    print(say(COMPLAINT).format(lot=lot))
    answer = trace(lot, find(lot), now=datetime.now(UTC))
    culprit = next((found.uri for found in answer.backward if f"/{FRUIT}/" in found.uri), None)
    if culprit is not None:
        customers = {share.party for share, _ in answer.parties if share.role == "customer"}
        print(say(CULPRIT).format(customers=len(customers), culprit=culprit.rsplit("/", 1)[-1]))
    print(say(TRY).format(lot=lot))
