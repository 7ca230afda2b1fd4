"""The handbook inside the product, in the reader's language."""

from django.http import Http404, HttpRequest, HttpResponse

from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.handbook_pages import INDEX, NAMES, read


@desk_page()
def handbook(request: HttpRequest, desk: Desk, name: str = INDEX) -> HttpResponse:
    """A page of the handbook beside the list of all; 404 for one there is not."""
    if name not in NAMES:
        raise Http404
    context = {"shown": read(name, desk.language), "pages": [read(one, desk.language) for one in NAMES]}
    return page(request, desk, "desk/handbook.html", context)
