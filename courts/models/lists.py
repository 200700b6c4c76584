"""A court's list on its way in: how its columns are read, the file, and what came of it."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from courts.models.court import Court
from programs.models import Program
from vault.fields import EncryptedBytesField, EncryptedJSONField, EncryptedTextField
from vault.models import Key


class ListImport(models.Model):
    """A court's list that came in: which file, by whom, and what came of it."""

    court = models.ForeignKey(Court, models.PROTECT, null=True, related_name="+")
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    added = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    # Taken back: what it added was entered by mistake, and what it proposed is withdrawn.
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="courts_listimport_undone_at_and_by",
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"list {self.pk}"


class ListMapping(models.Model):
    """Which column of a court's lists is which of ours, said once and kept until it is said otherwise."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="+")
    # None: of lists that name the court in each row.
    court = models.ForeignKey(Court, models.PROTECT, null=True, related_name="+")
    # Our column by their header, as it is folded for comparing; "" for a header that we leave out.
    columns = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["program", "court"],
                condition=Q(ended_at=None),
                name="courts_listmapping_one_open",
            ),
            models.UniqueConstraint(
                fields=["program"], condition=Q(court=None, ended_at=None), name="courts_listmapping_one_of_all_courts"
            ),
        ]

    def __str__(self) -> str:
        return f"mapping {self.pk}"


class ListUploadQuerySet(models.QuerySet["ListUpload"]):
    def waiting(self) -> "ListUploadQuerySet":
        """Those that the background job has to read or to take in, the oldest first."""
        return self.filter(state__in=(ListUpload.State.READING, ListUpload.State.COMING_IN)).order_by("id")

    def light(self) -> "ListUploadQuerySet":
        """Without the bytes: for looking at where one stands."""
        return self.defer("content", "preview", "refused_rows")


class ListUpload(models.Model):
    """A file while somebody looks at it: uploaded, mapped, read, looked at, taken in; then its bytes are gone."""

    class State(models.TextChoices):
        MAPPING = "mapping"  # its columns are to be named
        READING = "reading"  # a job reads all of it, and nothing comes in
        PREVIEWED = "previewed"  # somebody is to look at what would come in
        COMING_IN = "coming_in"  # a job takes it in
        DONE = "done"
        FAILED = "failed"  # `why` says what to do
        DISCARDED = "discarded"

    key = models.OneToOneField(Key, models.PROTECT, related_name="+")
    program = models.ForeignKey(Program, models.PROTECT, related_name="+")
    court = models.ForeignKey(Court, models.PROTECT, null=True, related_name="+")
    name = EncryptedTextField(key="key")
    content = EncryptedBytesField(key="key", null=True)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    # Of a workbook with several: which one. "" for the only one.
    sheet = EncryptedTextField(key="key", blank=True)
    mapping = models.ForeignKey(ListMapping, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=9, choices=State, default=State.MAPPING)
    why = models.CharField(max_length=300, blank=True)
    # Rows read so far, and how many there are. None: not counted yet.
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    # Counts by new, matched, changed, refused, flagged, and the first rows of each for looking at.
    preview = EncryptedJSONField(key="key", null=True)
    # The rows that were refused, as a CSV to be mended and sent again.
    refused_rows = EncryptedBytesField(key="key", null=True)
    list_import = models.OneToOneField(ListImport, models.PROTECT, null=True, related_name="upload")
    # Held by the worker that is at it, until then; a worker that dies loses it.
    leased_until = models.DateTimeField(null=True)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    # When somebody fetched the rows that were refused: they aren't kept much longer.
    fetched_at = models.DateTimeField(null=True)
    # When its bytes went.
    emptied_at = models.DateTimeField(null=True)

    objects = ListUploadQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["id"], name="courts_listupload_waiting", condition=Q(state__in=("reading", "coming_in"))
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="courts_listupload_emptied_is_empty",
                condition=Q(emptied_at=None, content__isnull=False) | Q(emptied_at__isnull=False, content=None),
            ),
            models.CheckConstraint(
                name="courts_listupload_done_with_what_came_in",
                condition=~Q(state="done") | Q(list_import__isnull=False),
            ),
            models.CheckConstraint(name="courts_listupload_failed_says_why", condition=~Q(state="failed") | ~Q(why="")),
        ]

    def __str__(self) -> str:
        return f"upload {self.pk}"
