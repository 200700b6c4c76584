"""Files that come in: bounded by what they say of their length, and counted all the same while they are read.

They are held in memory, where ten megabytes fit: a temporary file would be an order in clear text on a disk.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from courts.papers import MB, MOST_BYTES

View = Callable[..., HttpResponse]

# Beside the file: the other fields, and what stands between them.
MOST_BESIDE = MB // 2
# So much of what is refused is read and thrown away: a browser that may not finish shows no sentence of ours.
MOST_DRAINED = 40 * MB
_PIECE = 64 * 1024


def bounded_upload(view: View) -> View:
    """Outermost. The view reads nothing of a form that is `too_big`, and checks the form's token by itself else."""

    @csrf_exempt
    @wraps(view)
    def bounded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.upload_handlers = [_InMemory(request)]
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        if length > MOST_BYTES + MOST_BESIDE:
            _mark(request)
            _drain(request, length)
        return view(request, *args, **kwargs)

    return bounded


def too_big(request: HttpRequest) -> bool:
    return bool(getattr(request, "upload_is_too_big", False))


def _mark(request: HttpRequest) -> None:
    request.upload_is_too_big = True  # type: ignore[attr-defined]


def _drain(request: HttpRequest, length: int) -> None:
    left = length if length <= MOST_DRAINED else 0
    while left > 0 and (piece := request.META["wsgi.input"].read(min(_PIECE, left))):
        left -= len(piece)


class _InMemory(FileUploadHandler):
    """All files of one form together are held to the bound of one."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.count = 0
        self.pieces: list[bytes] = []

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.pieces = []

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.count += len(raw_data)
        if self.count > MOST_BYTES:
            self.pieces = []
            _mark(self.request)  # type: ignore[arg-type]  # the handler of a request
            raise SkipFile
        self.pieces.append(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile:
        content_type = self.content_type or "application/octet-stream"
        return SimpleUploadedFile(str(self.file_name), b"".join(self.pieces), content_type)
