"""django-import-export over the same rows: its own Resources, in bulk, of what such a list is about.

It reads the same CSV and writes the man, his contact points and the referral by `bulk_create`. It looks for nothing:
the same list sent twice would come in twice. It writes no event, no deadline, no recipient, no flag, no charge and no
search token, and trusts each cell's form: what ours does beside is its load.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

import tablib  # type: ignore[import-untyped]
from import_export import fields, resources, widgets  # type: ignore[import-untyped]

from core import clock
from courts.models import Court, Referral
from courts.numbers import normalized_number
from participants.models import ContactPoint, Participant
from participants.names import folded
from programs.models import Program
from vault.models import Key

BATCH = 1000
DAY = widgets.DateWidget(format="%m/%d/%Y")
DATES = ("ordered_on", "received_on", "enroll_by", "start_by", "complete_by", "proof_due_by")


class InBulk:
    use_bulk = True
    batch_size = BATCH
    use_transactions = True
    skip_unchanged = False
    skip_diff = True
    report_skipped = False
    force_init_instance = True


class PersonResource(resources.ModelResource):
    date_of_birth = fields.Field(attribute="date_of_birth", column_name="date_of_birth", widget=DAY)

    class Meta(InBulk):
        model = Participant
        fields = ("first_name", "last_name", "date_of_birth")
        import_id_fields = ()

    def __init__(self, program: Program, now: datetime) -> None:
        super().__init__()
        self.program, self.now, self.keys = program, now, list[Key]()

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        instance.key = Key.new(Key.Kind.PERSON, now=self.now)
        instance.folded_name = folded(f"{instance.first_name} {instance.last_name}")
        instance.language, instance.time_zone, instance.made_at = "en", self.program.time_zone, self.now
        self.keys.append(instance.key)

    def bulk_create(self, *args: Any, **kwargs: Any) -> Any:
        Key.objects.bulk_create(self.keys)
        self.keys = []
        return super().bulk_create(*args, **kwargs)


class PointResource(resources.ModelResource):
    class Meta(InBulk):
        model = ContactPoint
        fields = ("value",)
        import_id_fields = ()

    def __init__(self, kind: str, men: dict[str, int], now: datetime) -> None:
        super().__init__()
        self.kind, self.men, self.now = kind, men, now

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        instance.participant_id = self.men[folded(f"{row['first_name']} {row['last_name']}") + row["date_of_birth"]]
        instance.kind, instance.source, instance.made_at = self.kind, "list", self.now


class ReferralResource(resources.ModelResource):
    ordered_on = fields.Field(attribute="ordered_on", column_name="ordered_on", widget=DAY)
    received_on = fields.Field(attribute="received_on", column_name="received_on", widget=DAY)
    enroll_by = fields.Field(attribute="enroll_by", column_name="enroll_by", widget=DAY)
    start_by = fields.Field(attribute="start_by", column_name="start_by", widget=DAY)
    complete_by = fields.Field(attribute="complete_by", column_name="complete_by", widget=DAY)
    proof_due_by = fields.Field(attribute="proof_due_by", column_name="proof_due_by", widget=DAY)

    class Meta(InBulk):
        model = Referral
        fields = ("case_number", "plaintiff", "judge", *DATES)
        import_id_fields = ()

    def __init__(self, program: Program, court: Court, men: dict[str, int], now: datetime) -> None:
        super().__init__()
        self.program, self.court, self.men, self.now, self.keys = program, court, men, now, list[Key]()

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        instance.key = Key.new(Key.Kind.REFERRAL, now=self.now)
        instance.program, instance.court = self.program, self.court
        instance.participant_id = self.men[folded(f"{row['first_name']} {row['last_name']}") + row["date_of_birth"]]
        instance.kind, instance.referrer = "pretrial_diversion", "prosecutor"
        instance.name_as_charged = f"{row['first_name']} {row['last_name']}"
        instance.normalized_case_number = normalized_number(instance.case_number)
        self.keys.append(instance.key)

    def bulk_create(self, *args: Any, **kwargs: Any) -> Any:
        Key.objects.bulk_create(self.keys)
        self.keys = []
        return super().bulk_create(*args, **kwargs)


def imported(path: Path) -> None:
    """All of the file, a table after the other, since each needs the ids of the one before."""
    now, program, court = clock.now(), Program.objects.get(), Court.objects.get()
    rows = tablib.Dataset().load(path.read_text(encoding="utf-8"), format="csv")
    _whole(PersonResource(program, now), rows)
    found = Participant.objects.values_list("folded_name", "date_of_birth", "pk")
    men = {f"{name}{born:%m/%d/%Y}": pk for name, born, pk in found}
    for kind, column in (("phone", "phone"), ("email", "email"), ("postal", "address")):
        of_kind = tablib.Dataset(headers=["value", "first_name", "last_name", "date_of_birth"])
        for row in rows.dict:
            of_kind.append((row[column], row["first_name"], row["last_name"], row["date_of_birth"]))
        _whole(PointResource(kind, men, now), of_kind)
    _whole(ReferralResource(program, court, men, now), rows)
    assert Referral.objects.count() == len(rows), "the rival took in all of them"


def _whole(resource: Any, rows: Any) -> None:
    result = resource.import_data(rows, raise_errors=True)
    assert not result.has_errors()
