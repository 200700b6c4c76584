"""Many documents in one file, made while it is sent: never more of them in memory than one."""

import zipfile
from collections.abc import Iterator, Sequence

from django.http import StreamingHttpResponse

from courts.models import Delivery, IssuedDocument
from vault.fields import Forgotten


class _Pipe:
    """What a ZIP is written to, from which it is taken again at once. It can't be rewound, and says so."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def write(self, part: bytes) -> int:
        self._written.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        pass

    def taken(self) -> bytes:
        whole, self._written = b"".join(self._written), []
        return whole


def packed(laid: Sequence[Delivery], *, name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(_parts(laid), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _parts(laid: Sequence[Delivery]) -> Iterator[bytes]:
    pipe = _Pipe()
    # A PDF is packed already.
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:  # type: ignore[call-overload]
        for one in laid:
            content = _content(one)
            if content is None:
                continue
            archive.writestr(_entry(one), content)
            yield pipe.taken()
    yield pipe.taken()


def _entry(delivery: Delivery) -> zipfile.ZipInfo:
    issued = delivery.document.issued_at.astimezone(delivery.document.report.referral.zone)
    return zipfile.ZipInfo(f"{delivery.document.number.text}.pdf", issued.timetuple()[:6])


def _content(delivery: Delivery) -> bytes | None:
    """None: it was forgotten since."""
    whole = IssuedDocument.objects.select_related("report__referral__key").defer("snapshot")
    content: object = whole.get(pk=delivery.document_id).content
    return None if isinstance(content, Forgotten) else content  # type: ignore[return-value]  # bytes, as its field gives
