from django.http import HttpRequest, HttpResponse

from suyuan.desk.access import Desk, desk_page, page


@desk_page("receive")
def receiving(request: HttpRequest, desk: Desk) -> HttpResponse:
    return page(request, desk, "desk/home.html", {})
