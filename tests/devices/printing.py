"""A label printer on a real socket, as well behaved or badly as a test wants it."""

import socket
import struct
import threading
from dataclasses import dataclass, field
from typing import Self

GOOD = b"\x02030,0,0,0000,000,0,0,0,000,0,0,0\x03\r\n\x02000,0,0,0,0,2,4,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n"
NO_PAPER = GOOD.replace(b"030,0,", b"030,1,")
OPEN = GOOD.replace(b"000,0,0,0,0", b"000,0,1,0,0")


@dataclass
class Paper:
    """A printer at 127.0.0.1 that keeps what it was sent. `answer`: what it says to ~HS, None for silence; `stop`:
    after how many bytes of labels it breaks the connection; `deaf`: it takes the connection and never reads.
    """

    answer: bytes | None = GOOD
    stop: int | None = None
    deaf: bool = False
    received: list[bytes] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._kept: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.close()
        for one in self._kept:
            one.close()

    @property
    def labels(self) -> int:
        return b"".join(self.received).count(b"^XZ")

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            self._kept.append(connection)
            if not self.deaf:
                threading.Thread(target=self._read, args=(connection,), daemon=True).start()

    def _read(self, connection: socket.socket) -> None:
        data, asked = b"", 0
        while True:
            try:
                part = connection.recv(4096)
            except OSError:
                return
            if not part:
                connection.close()
                return
            data += part
            self.received.append(part.replace(b"~HS\r\n", b""))
            if self.stop is not None and len(data) > self.stop:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset
                connection.close()
                return
            while self.answer is not None and data.count(b"~HS") > asked:
                asked += 1
                connection.sendall(self.answer)
