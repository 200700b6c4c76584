"""A paper as a download: whatever a reader makes of it, it runs nothing and belongs to no page of ours."""

from django.http import HttpResponse

from courts.models import CourtPaper

ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


def sandboxed(paper: CourtPaper) -> HttpResponse:
    """Under a name of ours: the sender's may say anything."""
    response = HttpResponse(paper.content, content_type=paper.media_type)
    response["Content-Disposition"] = f'attachment; filename="paper-{paper.pk}.{ENDINGS[paper.media_type]}"'
    return response
