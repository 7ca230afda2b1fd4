"""Proofs for outsiders, each with its check: that a record stands in a log, and that a log only grew."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from suyuan.gs1.problems import Problem, Refused
from suyuan.ledger.entries import envelope
from suyuan.ledger.keeping import Keeping, keeping
from suyuan.ledger.models import Body, Record
from suyuan.ledger.queries import Place, head, places, verifier_of
from suyuan.tlog.checkpoint import Checkpoint, open_checkpoint
from suyuan.tlog.encoding import HASH_BYTES
from suyuan.tlog.errors import TlogError
from suyuan.tlog.note import Verifier
from suyuan.tlog.proof import check_proof, format_proof, parse_proof
from suyuan.tlog.tiles import TILE_WIDTH, Tile
from suyuan.tlog.tree import check_consistency, check_inclusion, leaf_hash, prove_consistency, prove_inclusion


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a check: what it shows, as a code with values, and whether it holds."""

    code: str
    holds: bool
    params: dict[str, str]


@dataclass(frozen=True, slots=True)
class Taken:
    """A record as its proof speaks of it: the envelope's bytes are the leaf, the body's hash stands in them."""

    place: Place
    envelope: bytes
    body_hash: bytes
    body: bytes | None


def take_record(log: str, record: bytes) -> Taken:
    """A record with its envelope and body. Refused where there is none."""
    row = Record.objects.filter(log=log, id=record).first()
    place = next((place for place in places([record]) if place.log == log), None)
    if row is None or place is None:
        raise Refused([Problem("ledger.record_unknown", "", {"record": record.hex()})])
    body = Body.objects.filter(log=log, id=record).values_list("body", flat=True).first()
    said = envelope(log, record, row.kind, row.record_time, bytes(row.nonce), bytes(row.body_hash))
    return Taken(place, said, bytes(row.body_hash), None if body is None else bytes(body))


def proof_text(log: str, record: bytes, kept: Keeping | None = None) -> str:
    """A ``.tlog-proof`` of the record against the published checkpoint, its envelope as extra data.

    Refused where no checkpoint covers it yet.
    """
    taken, kept = take_record(log, record), kept or keeping()
    index, published = _index(taken.place), head(log)
    _, path = _path(kept, log, index, published.size)
    return format_proof(index, path, published.note, taken.envelope)


def check_proof_text(text: str, verifiers: Sequence[Verifier], body: bytes | None = None) -> list[Step]:
    """Check a ``.tlog-proof`` that carries its envelope: signature, path, and with a body its hash. No database."""
    proof = parse_proof(text)
    said = proof.extra or b""
    try:
        index, checkpoint = check_proof(said, text, verifiers)
    except TlogError as error:
        return [Step(error.problem.code, False, dict(error.problem.params))]
    steps = [
        Step("ledger.step_leaf", True, {"index": str(index)}),
        Step("ledger.step_path", True, {"count": str(len(proof.hashes)), "size": str(checkpoint.size)}),
        Step("ledger.step_note", True, {"origin": checkpoint.origin}),
    ]
    if body is not None:
        holds = f'"body":"{sha256(body).hexdigest()}"'.encode() in said
        steps.insert(0, Step("ledger.step_body", holds, {}))
    return steps


def check_record(log: str, record: bytes, kept: Keeping | None = None) -> list[Step]:
    """A record from its body to the signature, each step from what is stored: body, envelope, leaf, path, note."""
    taken, kept = take_record(log, record), kept or keeping()
    index, published = _index(taken.place), head(log)
    signed = _opened(published.note, verifier_of(log, kept))
    stored, path = _path(kept, log, index, published.size)
    steps = [
        Step("ledger.step_leaf", leaf_hash(taken.envelope) == stored, {"index": str(index)}),
        Step(
            "ledger.step_path",
            signed is not None and check_inclusion(stored, index, published.size, path, signed.root),
            {"count": str(len(path)), "size": str(published.size)},
        ),
        Step("ledger.step_note", signed is not None, {"origin": signed.origin if signed else kept.origin(log)}),
    ]
    if taken.body is None:
        return [Step("ledger.body_gone", True, {"record": record.hex()}), *steps]
    return [Step("ledger.step_body", sha256(taken.body).digest() == taken.body_hash, {}), *steps]


def prove_growth(log: str, old: int, new: int, kept: Keeping | None = None) -> list[bytes]:
    """That the log of `new` entries begins with the log of `old` (RFC 6962 section 2.1.2)."""
    return _tree_of(lambda: prove_consistency((kept or keeping()).store(log), old, new))


def check_growth(older: str, newer: str, proof: Sequence[bytes], verifier: Verifier) -> bool:
    """Whether the proof shows that the newer of two signed notes of a log only adds to the older one."""
    old, new = _opened(older, verifier), _opened(newer, verifier)
    return old is not None and new is not None and check_consistency(old.size, new.size, old.root, new.root, proof)


def _path(kept: Keeping, log: str, index: int, size: int) -> tuple[bytes, list[bytes]]:
    """The leaf's hash as the tiles have it, and its path to the root."""
    store = kept.store(log)
    number, offset = divmod(index, TILE_WIDTH)
    tile = store.read(Tile(0, number, offset + 1).path) or b""
    return tile[-HASH_BYTES:], _tree_of(lambda: prove_inclusion(store, index, size))


def _tree_of(prove: Callable[[], list[bytes]]) -> list[bytes]:
    """Tiles may be missing or too short: say which."""
    try:
        return prove()
    except TlogError as error:
        raise Refused([error.problem]) from error


def _index(place: Place) -> int:
    if place.index is None or not place.proven:
        raise Refused([Problem("ledger.leaf_missing", "", {"record": place.record.hex()})])
    return place.index


def _opened(note: str, verifier: Verifier) -> Checkpoint | None:
    try:
        return open_checkpoint(note, [verifier])
    except TlogError:
        return None
