"""Capture over HTTP: documents of a hundred events to `suyuan serve`, one web process with one thread, kept alive.

The product's CPU is that of the server's processes, all their threads, and of the database processes behind them; the
client's is not. Bare are the rows of each request, written to the other copy like those of `capture.batch1000`.
"""

import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection
from itertools import chain, islice
from pathlib import Path
from signal import SIGTERM
from uuid import UUID, uuid4

from django.utils import timezone

from bench.bare_capture import batch_of
from bench.building import LIMIT, document
from bench.capture import Cost, rate, together, what_it_wrote
from bench.figures import Figure
from bench.ground import Ground
from bench.meter import server_ns
from bench.raw import PostgresRaw, Raw
from bench.written import longer, touched, unequal
from suyuan.accounts.writes import At, do_add_token, do_add_user
from suyuan.capture.door import Captured, capture
from suyuan.capture.guard import governed
from suyuan.epcis.document import read_document
from suyuan.epcis.events import JsonObject
from tests.plugins.postgres import free_port

HOST = "127.0.0.1"
EVENTS = 100  # of a request
REQUESTS = 10  # a round
CYCLES = 5  # of the works, from which a request's events come
PATIENCE = 120  # seconds until the server answers
STATUS = "suyuan:status"  # says what quality goods have: no machine may send that
BACKENDS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
# Beside what capture writes: the account of the machine, its token and when that was used.
WHO = ("accounts_",)


@dataclass(frozen=True, slots=True)
class Machine:
    """A client with a token on one connection, and the processes that work for it."""

    line: HTTPConnection
    token: str
    server: int
    reader: Raw

    def send(self, data: bytes) -> UUID:
        """The change record of the document."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/ld+json"}
        self.line.request("POST", "/epcis/capture", data, headers)
        answer = self.line.getresponse()
        told = answer.read()
        if answer.status != 202:
            raise AssertionError(f"{answer.status}: {told[:2000].decode()}")
        return UUID(answer.headers["Location"].rpartition("/")[2])

    def spent(self, background: Sequence[int], work: Callable[[], UUID]) -> tuple[float, UUID]:
        """CPU seconds of the server and of the database for it."""
        pids = [pid for (pid,) in self.reader.select(BACKENDS)] if isinstance(self.reader, PostgresRaw) else []
        pids += background
        before = tree_ns(self.server) + sum(map(server_ns, pids))
        done = work()
        return (tree_ns(self.server) + sum(map(server_ns, pids)) - before) / 1e9, done


def over_http(ground: Ground, rounds: int) -> Iterator[Figure]:
    """Documents of a hundred events by a machine with a token."""
    with machine(ground) as client:
        parts = requests(ground)
        costs = [together([sent(ground, client, part) for part in islice(parts, REQUESTS)]) for _ in range(rounds + 1)]
    yield rate("capture.http", ground, costs[1:])
    wrong = [table for table in longer(ground.reader, ground.raw) if not table.startswith(WHO)]
    if wrong:
        raise AssertionError(f"the copies are not equally long: {', '.join(wrong)}")


def requests(ground: Ground) -> Iterator[list[JsonObject]]:
    """The events of the works that a machine may send, a hundred at a time.

    Receipts and batches say that goods are released, which people answer for: they stand in both copies before.
    """
    waiting: list[JsonObject] = []
    while True:
        while len(waiting) < EVENTS:
            cycles = [list(ground.works.cycle(ground.next_cycle())) for _ in range(CYCLES)]
            events = list(chain.from_iterable(cycles))
            by_people(ground, [event for event in events if STATUS in event])
            waiting += [event for event in events if STATUS not in event]
        yield waiting[:EVENTS]
        waiting = waiting[EVENTS:]


def by_people(ground: Ground, bodies: Sequence[JsonObject]) -> None:
    """In both copies, uncounted."""
    done = capture(read_document(document(bodies), limit=LIMIT).events, now=timezone.now())
    batch_of(ground.raw, what_it_wrote(ground, done)).run()


def sent(ground: Ground, client: Machine, bodies: Sequence[JsonObject]) -> Cost:
    """One request on A, its rows by hand on B. Both are equal afterwards."""
    data = document(bodies)
    spent, job = client.spent(ground.whole.servers, lambda: client.send(data))
    done = recorded(ground, job, bodies)
    batch = batch_of(ground.raw, what_it_wrote(ground, done))
    bare, _ = ground.whole.spent(batch.run)
    told = touched(ground.reader, [key for _, key in done.recorded])
    if wrong := unequal(ground.reader, ground.raw, told):
        raise AssertionError(f"the copies differ in {', '.join(wrong)}")
    return Cost(len(bodies), spent, bare)


def recorded(ground: Ground, job: UUID, bodies: Sequence[JsonObject]) -> Captured:
    """What stands of a request: each of its events, and who sent them."""
    keys = [job.bytes, *(UUID(str(body["eventID"])).bytes for body in bodies)]
    rows = ground.reader.select_in("SELECT log, id FROM ledger_record WHERE id {keys}", keys)
    if len(rows) != len(keys):
        raise AssertionError(f"{len(rows)} records of {len(keys)}")
    return Captured([(str(log), bytes(key)) for log, key in rows])


# -- the server --------------------------------------------------------------------------------------------------------


@contextmanager
def machine(ground: Ground) -> Iterator[Machine]:
    """The real server on copy A, for as long as the block lasts."""
    token, port = given_token(), free_port()
    command = [str(Path(sys.executable).with_name("suyuan")), "serve", "--role", "web", "--port", str(port)]
    server = subprocess.Popen([*command, "--workers", "1", "--threads", "1"], stdout=subprocess.DEVNULL)
    try:
        wait_for(port)
        with closing(HTTPConnection(HOST, port, timeout=PATIENCE)) as line:
            yield Machine(line, token, server.pid, ground.reader)
    finally:
        server.send_signal(SIGTERM)
        server.wait(PATIENCE)


def given_token() -> str:
    """A token of a machine that may capture everywhere."""
    now, secret = timezone.now(), secrets.token_urlsafe(32)
    with governed():
        user = do_add_user(username=f"bench-{secrets.token_hex(4)}", name="Bench", kind="device", grants=[At("device")])
        do_add_token(
            id=uuid4(), user=user, name="bench", secret=secret, permissions=["capture"], warehouses=[], made_at=now,
            expires_at=now + timedelta(days=1),
        )  # fmt: skip
    return secret


def wait_for(port: int) -> None:
    latest = time.monotonic() + PATIENCE
    while True:
        try:
            with closing(HTTPConnection(HOST, port, timeout=PATIENCE)) as line:
                line.request("GET", "/health")
                line.getresponse().read()
                return
        except OSError:
            if time.monotonic() > latest:
                raise
            time.sleep(0.1)


def tree_ns(pid: int) -> int:
    """Nanoseconds that a process, all its threads and its children have run."""
    found = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):  # it ended meanwhile
            found += int((task / "schedstat").read_text().split()[0])
            found += sum(tree_ns(int(child)) for child in (task / "children").read_text().split())
    return found
