"""The first page: the search box, what needs me now, today's flow."""

from django.http import HttpRequest, HttpResponse

from suyuan.desk.access import Desk, desk_page, page


@desk_page()
def home(request: HttpRequest, desk: Desk) -> HttpResponse:
    return page(request, desk, "desk/home.html", {})
