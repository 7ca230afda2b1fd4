"""Salted commitments: a personal value enters a record only as a hash; erase value and salt and it is gone for good."""

import hashlib

from suyuan.tlog.errors import TlogError
from suyuan.tlog.jcs import Json, canonical

SALT_BYTES = 16
_DOMAIN = b"wtms/c1\x00"


def commitment(salt: bytes, field: str, value: Json) -> str:
    """Lower-case hex of SHA-256("wtms/c1" ‖ 00 ‖ salt ‖ field ‖ 00 ‖ canonical JSON of the value).

    The salt is 16 random bytes, used for one value only: without it a phone number could be found by trying them all.
    """
    if len(salt) != SALT_BYTES:
        raise TlogError("tlog.salt_length", length=len(salt))
    return hashlib.sha256(_DOMAIN + salt + _field_bytes(field) + b"\x00" + canonical(value)).hexdigest()


def check_commitment(committed: str, salt: bytes, field: str, value: Json) -> bool:
    """Whether `committed` is the commitment to this value with this salt."""
    return committed == commitment(salt, field, value)


def _field_bytes(field: str) -> bytes:
    try:
        encoded = field.encode()
    except UnicodeEncodeError:
        encoded = b""
    if not encoded or b"\x00" in encoded:
        raise TlogError("tlog.commitment_field", field=ascii(field)[1:80])
    return encoded
