"""Answers outside every page that a person would otherwise see as an empty window."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

Answer = Callable[[HttpRequest], HttpResponse]


def said_when_not_allowed(get_response: Answer) -> Answer:
    """Middleware: somebody who came by a link, a reload or the language button to what only takes a form reads so."""

    def answered(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != 405 or response.content or not request.accepts("text/html"):
            return response
        said = render(request, "405.html", status=405)
        said.headers["Allow"] = response.headers.get("Allow", "POST")
        return said

    return answered
