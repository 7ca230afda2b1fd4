"""Raw TCP to a printer, port 9100 as a rule.

A printer that answers is asked for its state (``~HS``) before anything is sent, so that one which is off, paused or out
of paper gets nothing; and once more at the end, since its answer says that all before has arrived. One that never
answers is sent to blindly.
"""

import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from suyuan.devices.addresses import Network, reachable
from suyuan.devices.port import Broken, NotSent, Told
from suyuan.gs1.problems import Problem, Refused

CONNECT = 5.0  # seconds
ANSWER = 5.0
TAKE = 20.0  # that a printer may take for one label while its buffer is full
CLOSE = 2.0
ASK = b"~HS\r\n"
LINES = 3  # of the answer, each between STX and ETX (ZPL II Programming Guide, ~HS)
# Line and position of a flag in the answer → what it means where it is 1.
FLAGS = (
    (0, 1, "devices.paper_out"),
    (0, 2, "devices.paused"),
    (1, 2, "devices.head_open"),
    (1, 3, "devices.ribbon_out"),
)


@dataclass(frozen=True, slots=True)
class Tcp:
    """A printer at an address of the house."""

    host: str
    port: int
    networks: Sequence[Network]
    answers: bool = True

    def send(self, formats: Iterable[bytes], told: Told) -> None:
        with self._connected() as connection:
            if self.answers:
                self._ready(connection)
            self._hand_over(connection, formats, told)

    def _connected(self) -> socket.socket:
        try:
            address = reachable(self.host, self.port, self.networks)
            return socket.create_connection((address, self.port), CONNECT)
        except Refused as refused:
            raise NotSent(refused.problems[0]) from None
        except OSError:
            raise NotSent(self._silent()) from None

    def _ready(self, connection: socket.socket) -> None:
        try:
            connection.sendall(ASK)
            problem = trouble(answer(connection))
        except OSError:
            raise NotSent(self._silent()) from None
        if problem is not None:
            raise NotSent(problem)

    def _hand_over(self, connection: socket.socket, formats: Iterable[bytes], told: Told) -> None:
        connection.settimeout(TAKE)
        try:
            for n, one in enumerate(formats, start=1):
                connection.sendall(one)
                told(n)
            if self.answers:
                connection.sendall(ASK)
                answer(connection)
            else:
                _finish(connection)
        except OSError:
            raise Broken(Problem("devices.broken", "printer", {"address": f"{self.host}:{self.port}"})) from None

    def _silent(self) -> Problem:
        return Problem("devices.silent", "printer", {"address": f"{self.host}:{self.port}"})


def _finish(connection: socket.socket) -> None:
    """Say that this was all; one that resets the connection now has not taken it."""
    connection.shutdown(socket.SHUT_WR)
    connection.settimeout(CLOSE)
    try:
        while connection.recv(4096):
            pass
    except TimeoutError:
        return  # it keeps the line open, as some do


def answer(connection: socket.socket) -> list[list[str]]:
    """The lines of a state, each as its fields. OSError where it does not come."""
    connection.settimeout(ANSWER)
    data = b""
    while data.count(b"\x03") < LINES:
        part = connection.recv(4096)
        if not part or len(data) > 10_000:
            raise ConnectionError("no answer")
        data += part
    texts = data.decode("ascii", "replace").split("\x03")[:LINES]
    return [text.rpartition("\x02")[2].split(",") for text in texts]


def trouble(lines: Sequence[Sequence[str]]) -> Problem | None:
    """Why it cannot print now, if it says so. Pure."""
    for line, position, code in FLAGS:
        if len(lines) > line and len(lines[line]) > position and lines[line][position].strip() == "1":
            return Problem(code, "printer")
    return None
