"""Checkpoints (C2SP tlog-checkpoint): the size and root of a log, as the text of a signed note."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from suyuan.tlog.encoding import check_hash, check_number, decode_hash, encode64, parse_decimal
from suyuan.tlog.errors import TlogError
from suyuan.tlog.note import COSIGNATURE, Signer, Verifier, sign_note, verified_signatures


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself: `size` leaves with Merkle root `root` (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not self.origin or re.search(r"[\x00-\x1f\ud800-\udfff]", self.origin):
            raise TlogError("tlog.origin", origin=ascii(self.origin)[1:200])
        check_number(self.size)
        check_hash(self.root)

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{encode64(self.root)}\n"

    def digest(self) -> bytes:
        """SHA-256 of the note text alone: what timestamps and other anchors are given."""
        return hashlib.sha256(self.text().encode()).digest()


def parse_checkpoint(text: str) -> Checkpoint:
    """The checkpoint a note text states; extension lines are allowed and left out (ours has none)."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
        raise TlogError("tlog.checkpoint")
    return Checkpoint(lines[0], parse_decimal(lines[1]), decode_hash(lines[2]))


def sign_checkpoint(checkpoint: Checkpoint, signers: Iterable[Signer]) -> str:
    """The signed note of a checkpoint. The caller must know that it extends every checkpoint signed before."""
    return sign_note(checkpoint.text(), signers)


def open_checkpoint(
    note: str, verifiers: Sequence[Verifier], *, witnesses: Sequence[Verifier] = (), quorum: int = 0
) -> Checkpoint:
    """The checkpoint of a note that one of the log's own keys signed and at least `quorum` of the witnesses cosigned.

    The key's name must be the origin. One public key counts as one witness whatever its names, since a cosignature does
    not say under which name it was made; the log's own key is no witness.
    """
    text, found = verified_signatures(note, [*verifiers, *witnesses])
    checkpoint = parse_checkpoint(text)
    if not any(verifier in found and verifier.name == checkpoint.origin for verifier in verifiers):
        raise TlogError("tlog.checkpoint_key", origin=checkpoint.origin)
    own = {verifier.public for verifier in verifiers}
    count = len({witness.public for witness in witnesses if witness in found and witness.kind == COSIGNATURE} - own)
    if count < quorum:
        raise TlogError("tlog.quorum", count=count, quorum=quorum)
    return checkpoint
