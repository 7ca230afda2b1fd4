"""Where a request came from."""

from dataclasses import replace
from ipaddress import ip_network
from unittest.mock import patch

import pytest
from django.test import Client
from pytest_django import Settings

from suyuan.public import recalls
from suyuan.ui.addresses import client_of
from suyuan.ui.limits import Limit

PROXIES = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "1.2.3.4, 203.0.113.7, 10.0.0.2", "203.0.113.7"),  # the first was only claimed
        ("198.51.100.1", "203.0.113.7", "198.51.100.1"),  # nobody we trust
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.7, nonsense, 10.0.0.2", "10.0.0.2"),
        ("::ffff:10.0.0.1", "2001:db8::1", "2001:db8::1"),
        ("fd00::1", "10.0.0.3", "10.0.0.3"),
        ("", "203.0.113.7", ""),
    ],
)
def test_it_works(peer: str, forwarded: str, client: str) -> None:
    assert client_of(peer, forwarded, PROXIES) == client


@pytest.mark.django_db
def test_visitors_behind_a_proxy_are_told_apart(settings: Settings) -> None:
    settings.SUYUAN = replace(settings.SUYUAN, proxies=PROXIES)
    with patch.object(recalls, "LIMIT", Limit(1)):
        assert [asked("10.0.0.1", one) for one in ("203.0.113.7", "203.0.113.8", "203.0.113.7")] == [200, 200, 429]
        assert [asked("198.51.100.1", one) for one in ("203.0.113.1", "203.0.113.2")] == [200, 429]


@pytest.mark.django_db
def test_without_proxies_nobody_is_believed() -> None:
    with patch.object(recalls, "LIMIT", Limit(1)):
        assert [asked("10.0.0.1", one) for one in ("203.0.113.7", "203.0.113.8")] == [200, 429]


def asked(peer: str, forwarded: str) -> int:
    return Client().get("/recalls", REMOTE_ADDR=peer, headers={"X-Forwarded-For": forwarded}).status_code
