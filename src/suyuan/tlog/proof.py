"""Proofs to take away (C2SP tlog-proof): that an entry stands in a log, to be checked offline with the log's key."""

from collections.abc import Sequence
from dataclasses import dataclass

from suyuan.tlog.checkpoint import Checkpoint, open_checkpoint
from suyuan.tlog.encoding import check_hash, check_number, decode64, decode_hash, encode64, parse_decimal
from suyuan.tlog.errors import TlogError
from suyuan.tlog.note import Verifier, split_note
from suyuan.tlog.tree import check_inclusion, leaf_hash

HEADER = "c2sp.org/tlog-proof@v1"
MAX_HASHES = 63


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof as it was read. `extra` is not covered by anything: never trust it without another check."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str
    extra: bytes | None = None


def format_proof(index: int, proof: Sequence[bytes], checkpoint_note: str, extra: bytes | None = None) -> str:
    """The text of a `.tlog-proof` file for the entry at `index`, with its audit path and the signed checkpoint."""
    split_note(checkpoint_note)
    lines = [HEADER]
    if extra is not None:
        lines.append(f"extra {encode64(extra)}")
    lines.append(f"index {check_number(index)}")
    lines += [encode64(check_hash(node)) for node in proof]
    return "\n".join(lines) + f"\n\n{checkpoint_note}"


def parse_proof(text: str) -> Proof:
    """The parts of a `.tlog-proof`; nothing is verified."""
    head, separator, checkpoint = text.partition("\n\n")
    header, *lines = head.split("\n")
    if header != HEADER or not separator:
        raise TlogError("tlog.proof", line=1)
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = decode64(lines.pop(0).removeprefix("extra "))
    if not lines or not lines[0].startswith("index "):
        raise TlogError("tlog.proof", line=2 if extra is None else 3)
    if len(lines) - 1 > MAX_HASHES:
        raise TlogError("tlog.proof_long", count=len(lines) - 1)
    split_note(checkpoint)
    index = parse_decimal(lines[0].removeprefix("index "))
    return Proof(index, tuple(map(decode_hash, lines[1:])), checkpoint, extra)


def check_proof(
    data: bytes, text: str, verifiers: Sequence[Verifier], *, witnesses: Sequence[Verifier] = (), quorum: int = 0
) -> tuple[int, Checkpoint]:
    """Where the entry `data` stands, and in which checkpoint, if the proof holds for a log with one of the keys.

    Anything else raises: a malformed proof, a checkpoint not signed by the log or by too few witnesses, other data.
    """
    proof = parse_proof(text)
    checkpoint = open_checkpoint(proof.checkpoint, verifiers, witnesses=witnesses, quorum=quorum)
    if not check_inclusion(leaf_hash(data), proof.index, checkpoint.size, proof.hashes, checkpoint.root):
        raise TlogError("tlog.proof_false", index=proof.index, size=checkpoint.size)
    return proof.index, checkpoint
