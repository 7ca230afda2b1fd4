"""Commitments: the published one, and that each part of it counts."""

import pytest

from suyuan.tlog.commitment import check_commitment, commitment
from suyuan.tlog.errors import TlogError

SALT = bytes(range(16))
PUBLISHED = "3fc5d0eee566b4e5a36685a5916910ffe3fdaa34934cb344c85e114504e9d107"


def test_published_vector() -> None:
    assert commitment(SALT, "actor", "张三") == PUBLISHED
    assert check_commitment(PUBLISHED, SALT, "actor", "张三")


def test_every_part_counts() -> None:
    assert not check_commitment(PUBLISHED, bytes(16), "actor", "张三")
    assert not check_commitment(PUBLISHED, SALT, "phone", "张三")
    assert not check_commitment(PUBLISHED, SALT, "actor", "张山")
    assert commitment(SALT, "a", {"x": 1, "y": "2"}) == commitment(SALT, "a", {"y": "2", "x": 1.0})


@pytest.mark.parametrize("salt", [b"", SALT[:15], SALT + b"x"])
def test_refuses_other_salts(salt: bytes) -> None:
    with pytest.raises(TlogError, match="16 bytes"):
        commitment(salt, "actor", "x")


@pytest.mark.parametrize("field", ["", "a\x00b", "\ud800"])
def test_refuses_fields_that_would_be_ambiguous(field: str) -> None:
    with pytest.raises(TlogError, match="committed field"):
        commitment(SALT, field, "x")


def test_refuses_values_without_canonical_form() -> None:
    with pytest.raises(TlogError):
        commitment(SALT, "actor", float("nan"))
