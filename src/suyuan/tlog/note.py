"""Signed notes (C2SP signed-note) with Ed25519, and the timestamped cosignatures of witnesses (C2SP tlog-cosignature).

A note is a text ending in a line break, a blank line, then lines `— name base64(key id ‖ signature)`.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from suyuan.tlog.encoding import LARGEST, decode64, encode64
from suyuan.tlog.errors import TlogError

ED25519 = 1
COSIGNATURE = 4
MAX_NOTE_CHARACTERS = 1_000_000
MAX_SIGNATURES = 100

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_KEY_BYTES = 32
_TIME_BYTES = 8
_BLOB_BYTES = {ED25519: 64, COSIGNATURE: _TIME_BYTES + 64}


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key under a name, for one type of signature: `ED25519` of a log or `COSIGNATURE` of a witness."""

    name: str
    public: bytes
    kind: int = ED25519
    key_id: bytes = field(init=False)

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.public) != _KEY_BYTES:
            raise TlogError("tlog.key_length", length=len(self.public))
        if self.kind not in _BLOB_BYTES:
            raise TlogError("tlog.key_kind", kind=self.kind)
        key_id = hashlib.sha256(self.name.encode() + b"\n" + self._key_bytes).digest()[:4]
        object.__setattr__(self, "key_id", key_id)

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{encode64(self._key_bytes)}"

    @property
    def _key_bytes(self) -> bytes:
        return bytes([self.kind]) + self.public

    def verify(self, text: str, blob: bytes) -> bool:
        """Whether `blob` (a signature line's bytes after the key id) is this key's signature of the note text."""
        if len(blob) != _BLOB_BYTES[self.kind]:
            return False
        message = text if self.kind == ED25519 else _cosigned(text, _time_of(blob))
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(blob[-64:], message.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """An Ed25519 private key (32 bytes of seed, RFC 8032) under a name."""

    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.seed) != _KEY_BYTES:
            raise TlogError("tlog.key_length", length=len(self.seed))

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.name, self._private.public_key().public_bytes_raw())

    @property
    def cosigner(self) -> Verifier:
        """The same key as a witness's: other type byte, other key id."""
        return Verifier(self.name, self.verifier.public, COSIGNATURE)

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    def sign(self, message: str) -> bytes:
        return self._private.sign(message.encode())


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line, not yet verified."""

    name: str
    key_id: bytes
    blob: bytes

    @property
    def line(self) -> str:
        return f"— {self.name} {encode64(self.key_id + self.blob)}\n"


def parse_vkey(vkey: str) -> Verifier:
    """A verifier from `name+hex key id+base64(type ‖ key)`; the key id must be the one the key has."""
    name, _, rest = vkey.partition("+")
    stated, _, encoded = rest.partition("+")
    if not re.fullmatch(r"[0-9a-f]{8}", stated):
        raise TlogError("tlog.vkey", text=vkey[:200])
    key = decode64(encoded)
    if not key:
        raise TlogError("tlog.vkey", text=vkey[:200])
    verifier = Verifier(name, key[1:], key[0])
    if verifier.key_id.hex() != stated:
        raise TlogError("tlog.vkey_id", name=name, stated=stated, actual=verifier.key_id.hex())
    return verifier


def sign_note(text: str, signers: Iterable[Signer]) -> str:
    """The note of `text` (ending in a line break) with a type 1 signature of each signer."""
    _check_text(text)
    signatures = [Signature(signer.name, signer.verifier.key_id, signer.sign(text)) for signer in signers]
    note = f"{text}\n" + "".join(signature.line for signature in signatures)
    split_note(note)
    return note


def cosign(text: str, signer: Signer, time: int) -> str:
    """A witness's signature line over a note text, at `time` in POSIX seconds (cosignature/v1)."""
    _check_text(text)
    if not 0 <= time <= LARGEST:
        raise TlogError("tlog.time", time=time)
    blob = time.to_bytes(_TIME_BYTES, "big") + signer.sign(_cosigned(text, time))
    return Signature(signer.name, signer.cosigner.key_id, blob).line


def open_note(note: str, verifiers: Sequence[Verifier]) -> tuple[str, list[str]]:
    """The text of a note and the names of the given keys that signed it, each once, in the order of the lines.

    Lines of other keys are ignored, as signed-note demands. A false signature of a given key raises, and so does none.
    """
    text, found = verified_signatures(note, verifiers)
    if not found:
        raise TlogError("tlog.note_unsigned")
    return text, list(dict.fromkeys(verifier.name for verifier in found))


def cosignature_times(note: str, witnesses: Sequence[Verifier]) -> dict[str, int]:
    """The POSIX seconds at which each of the witnesses cosigned the note; those that did not are absent."""
    _, found = verified_signatures(note, witnesses)
    return {
        verifier.name: _time_of(signature.blob) for verifier, signature in found.items() if verifier.kind == COSIGNATURE
    }


def verified_signatures(note: str, verifiers: Sequence[Verifier]) -> tuple[str, dict[Verifier, Signature]]:
    """The text and the true signature of each given key that has a line. Possibly none: the text is not yet trusted."""
    known = _by_name_and_id(verifiers)
    text, signatures = split_note(note)
    found: dict[Verifier, Signature] = {}
    for signature in signatures:
        verifier = known.get((signature.name, signature.key_id))
        if verifier is None or verifier in found:
            continue
        if not verifier.verify(text, signature.blob):
            raise TlogError("tlog.signature", name=verifier.name)
        found[verifier] = signature
    return text, found


def add_signatures(note: str, lines: str) -> str:
    """The note with signature lines (a witness's answer) appended; those it already has are not repeated."""
    _, present = split_note(note)
    new = [signature for signature in _parse_signatures(lines) if signature not in present]
    extended = note + "".join(signature.line for signature in dict.fromkeys(new))
    split_note(extended)
    return extended


def split_note(note: str) -> tuple[str, list[Signature]]:
    """Text and signature lines of a well-formed note; nothing is verified."""
    _check_characters(note)
    if len(note) > MAX_NOTE_CHARACTERS:
        raise TlogError("tlog.note_size", limit=MAX_NOTE_CHARACTERS, signatures=MAX_SIGNATURES)
    text, separator, lines = note.rpartition("\n\n")
    if not separator or not text or not lines:
        raise TlogError("tlog.note_form")
    return f"{text}\n", list(_parse_signatures(lines))


def _parse_signatures(lines: str) -> Iterator[Signature]:
    *rows, end = lines.split("\n")
    if end:
        raise TlogError("tlog.note_form")
    if len(rows) > MAX_SIGNATURES:
        raise TlogError("tlog.note_size", limit=MAX_NOTE_CHARACTERS, signatures=MAX_SIGNATURES)
    for row in rows:
        yield _parse_signature(row)


def _parse_signature(row: str) -> Signature:
    dash, _, rest = row.partition(" ")
    name, _, encoded = rest.partition(" ")
    if dash != "—":
        raise TlogError("tlog.note_form")
    _check_name(name)
    data = decode64(encoded)
    if len(data) < 5:
        raise TlogError("tlog.note_form")
    return Signature(name, data[:4], data[4:])


def _by_name_and_id(verifiers: Sequence[Verifier]) -> dict[tuple[str, bytes], Verifier]:
    known: dict[tuple[str, bytes], Verifier] = {}
    for verifier in verifiers:
        if known.setdefault((verifier.name, verifier.key_id), verifier) != verifier:
            raise TlogError("tlog.keys_ambiguous", name=verifier.name, id=verifier.key_id.hex())
    return known


def _cosigned(text: str, time: int) -> str:
    return f"cosignature/v1\ntime {time}\n{text}"


def _time_of(blob: bytes) -> int:
    return int.from_bytes(blob[:_TIME_BYTES], "big")


def _check_name(name: str) -> None:
    _check_characters(name)
    if not name or "+" in name or any(character.isspace() for character in name):
        raise TlogError("tlog.key_name", name=name[:200])


def _check_text(text: str) -> None:
    _check_characters(text)
    if not text.endswith("\n"):
        raise TlogError("tlog.note_text")


def _check_characters(text: str) -> None:
    if _CONTROL.search(text):
        raise TlogError("tlog.note_characters")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise TlogError("tlog.note_characters") from None
