"""A list that is sent in the office, and the job that works on it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from accounts.models import User
from courts.actions import uploads
from courts.actions.taking_in import work_on_lists
from courts.models import Court, ListImport, ListUpload
from programs.models import Program
from tests.courts.workbook_files import man, workbook
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import CourtFactory
from tests.factories.programs import ProgramFactory


class Office:
    def __init__(self) -> None:
        self.program: Program = ProgramFactory()
        self.court: Court = CourtFactory()
        self.by: User = UserFactory()

    def send(self, content: bytes, name: str = "week-10.xlsx", *, now: datetime = NOW) -> ListUpload:
        return uploads.upload(
            program=self.program, court=self.court, name=name, content=content, by=self.by, now=now
        )  # fmt: skip

    def send_men(self, *numbers: int, **said: Any) -> ListUpload:
        return self.send(workbook(*map(man, numbers)), **said)

    def send_text(self, *rows: Sequence[str], **said: Any) -> ListUpload:
        return self.send("\r\n".join(",".join(row) for row in rows).encode(), "week-10.csv", **said)

    def preview(self, upload: ListUpload, *, now: datetime = NOW) -> ListUpload:
        work_on_lists(now=now)
        return fresh(upload)

    def take_in(self, upload: ListUpload, *, now: datetime = NOW) -> ListImport:
        """All of the way, as the job does it."""
        work_on_lists(now=now)
        uploads.take_in(upload=upload, by=self.by, now=now)
        work_on_lists(now=now)
        made = fresh(upload).list_import
        assert made is not None, fresh(upload).why
        return made


def fresh(upload: ListUpload) -> ListUpload:
    return ListUpload.objects.select_related("key", "list_import", "mapping").get(pk=upload.pk)
