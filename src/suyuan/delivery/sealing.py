"""Keys and passwords of accounts: kept sealed, opened for a call alone. Whoever has the tables alone has none of them.

AES-256-GCM under a key made of the installation's; the account and the name are bound in, so that a sealed value means
nothing in another row.
"""

import hmac
import os
from collections.abc import Mapping
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from suyuan.delivery.models import CarrierAccount, CarrierSecret
from suyuan.gs1.problems import Problem, Refused

_NONCE = 12


def seal(key: str, account: str, name: str, value: str) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + _cipher(key).encrypt(nonce, value.encode(), _bound(account, name))


def unseal(key: str, account: str, name: str, sealed: bytes) -> str:
    """Refused where the installation's key is another one than it was, or somebody changed the row."""
    try:
        return _cipher(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], _bound(account, name)).decode()
    except (InvalidTag, ValueError):
        raise Refused([Problem("delivery.secret_lost", "secrets", {"name": name, "account": account})]) from None


def secrets_of(key: str, account: CarrierAccount) -> Mapping[str, str]:
    """Name → value, in plain, for a call. One statement."""
    rows = CarrierSecret.objects.filter(account=account).values_list("name", "sealed")
    return {name: unseal(key, account.key, name, bytes(sealed)) for name, sealed in rows}


def tail_of(key: str, account: str) -> str:
    """The secret part of an account's webhook address, for carriers that sign nothing: it stands in no table."""
    return hmac.new(key.encode(), f"suyuan.delivery.webhook:{account}".encode(), sha256).hexdigest()[:32]


def _cipher(key: str) -> AESGCM:
    return AESGCM(hmac.new(key.encode(), b"suyuan.delivery.secrets", sha256).digest())


def _bound(account: str, name: str) -> bytes:
    return f"{account}\n{name}".encode()
