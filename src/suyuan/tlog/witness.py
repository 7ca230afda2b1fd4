"""The `add-checkpoint` message of C2SP tlog-witness: asking a witness to cosign, and reading what was asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from suyuan.tlog.encoding import check_hash, check_number, decode_hash, encode64, parse_decimal
from suyuan.tlog.errors import TlogError
from suyuan.tlog.note import split_note
from suyuan.tlog.proof import MAX_HASHES


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """That the checkpoint `note` extends the tree of `old` leaves, which the witness saw last (0 = never)."""

    old: int
    hashes: tuple[bytes, ...]
    note: str


def format_add_checkpoint(old: int, proof: Sequence[bytes], note: str) -> str:
    """The body of the POST; `proof` is the consistency proof from `old` to the note's size, empty for old = 0."""
    split_note(note)
    lines = [f"old {check_number(old)}", *(encode64(check_hash(node)) for node in proof)]
    return "\n".join(lines) + f"\n\n{note}"


def parse_add_checkpoint(body: str) -> AddCheckpoint:
    """The parts of such a body; neither proof nor signatures are checked."""
    head, separator, note = body.partition("\n\n")
    first, *lines = head.split("\n")
    if not first.startswith("old ") or not separator:
        raise TlogError("tlog.add_checkpoint", line=1)
    if len(lines) > MAX_HASHES:
        raise TlogError("tlog.proof_long", count=len(lines))
    split_note(note)
    return AddCheckpoint(parse_decimal(first.removeprefix("old ")), tuple(map(decode_hash, lines)), note)
