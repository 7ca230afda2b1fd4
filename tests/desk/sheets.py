"""Spreadsheets at the desk's tests: send one, let the worker work, look at what came of it."""

from collections.abc import Sequence
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from suyuan.governance.jobs import run_next
from suyuan.governance.models import Job


def csv(*lines: Sequence[str]) -> bytes:
    return "\n".join(",".join(line) for line in lines).encode()


def work() -> None:
    """What the worker of `suyuan serve` does beside signing."""
    while run_next("test", timezone.now):
        pass


def send(client: Client, register: str, content: bytes, name: str = "sheet.csv", **more: str) -> Job:
    """Upload a file and check it: the job as it ended."""
    file = SimpleUploadedFile(name, content)
    answer = client.post("/import", {"register": register, "file": file, **more})
    assert answer.status_code == 302, answer.content.decode()
    return _ended(answer.headers["Location"])


def again(client: Client, job: Job, **posted: str) -> Job:
    """Check again with other columns, or `do="write"`."""
    answer = client.post(f"/import/{job.pk}/again", posted)
    assert answer.status_code == 302, answer.content.decode()
    return _ended(answer.headers["Location"])


def _ended(location: str) -> Job:
    work()
    return Job.objects.get(pk=UUID(location.rsplit("/", 1)[1]))
