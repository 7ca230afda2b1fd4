"""Photos and papers that come with a form."""

from django.http import HttpRequest

from suyuan.catalog.files import LARGEST, keep_bytes, too_large
from suyuan.gs1.problems import Problem, Refused


def kept_files(request: HttpRequest) -> tuple[list[str], list[Problem]]:
    """The hashes of photos and papers that came with the form."""
    kept, problems = [], []
    for upload in request.FILES.getlist("files"):
        try:
            if (upload.size or 0) > LARGEST:
                raise Refused([too_large(upload.size or 0)])
            kept.append(keep_bytes(upload.read())[0])
        except Refused as refused:
            problems += [Problem(one.code, "files", one.params) for one in refused.problems]
    return kept, problems
