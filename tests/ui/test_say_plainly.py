"""What a person sees where there is no page: words in his language, never an empty window."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils.translation import override
from django.views.defaults import server_error

from suyuan.ui.plain import said_when_not_allowed


def test_no_such_page() -> None:
    client = Client(headers={"accept-language": "zh-hans"})
    client.cookies["theme"] = "dark"
    response = client.get("/not/there")
    assert response.status_code == 404
    assert "没有这个页面" in response.content.decode()
    assert 'data-bs-theme="dark"' in response.content.decode()


def test_a_theme_cookie_is_escaped() -> None:
    client = Client()
    client.cookies["theme"] = "<script>"
    assert b"<script>" not in client.get("/not/there").content.split(b"<head>")[0]


def test_a_form_without_its_cookie() -> None:
    response = Client(enforce_csrf_checks=True).post("/login", {"username": "a"}, headers={"accept-language": "en"})
    assert response.status_code == 403
    assert "This page was open too long" in response.content.decode()


def test_an_error_is_said_without_database_and_request() -> None:
    with override("en"):
        response = server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "Something went wrong here" in response.content.decode()


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "405.html", "500.html"])
def test_every_answer_leads_home(name: str) -> None:
    assert 'href="/"' in render_to_string(name)


def answer(content: bytes = b"", accept: str = "text/html") -> HttpResponse:
    def refuses(request: HttpRequest) -> HttpResponse:
        return HttpResponse(content, status=405, headers={"Allow": "POST"})

    return said_when_not_allowed(refuses)(RequestFactory().get("/labels", headers={"accept": accept}))


def test_only_forms() -> None:
    said = answer()
    assert said.status_code == 405
    assert said.headers["Allow"] == "POST"
    assert b'href="/"' in said.content


def test_machines_get_what_was_answered() -> None:
    assert answer(accept="application/json").content == b""
    assert answer(b"{}").content == b"{}"
