"""django-import-export over the same rows, doing the same job: one Resource with the library's own hooks.

It writes the very rows that ours writes, table by table (`bench.imports` counts them): man, keys, contact points, what
he is found by, referral, charge, hearing, recipients, deadlines, first move, event; and knows a man and a referral
that are here. As fast as the library does that:
- all men and referrals of the file are asked for at once (`before_import`, CachedInstanceLoader), none a row;
- a referral that stands is skipped by `skip_row`, without the library's diff, which would copy each instance;
- each table gets one statement a row. By the library's documentation its bulk mode gives an instance no id before its
  batch is written, so no hook could write what hangs on it.
Its load is lighter than ours: it takes the file into memory as a whole, trusts the form of a phone and a name, joins no
rows, tells nothing unreadable, knows again by name and birth date or by the whole fingerprint alone, and is one
transaction.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import tablib  # type: ignore[import-untyped]
from django.db import models
from import_export import fields, instance_loaders, resources, widgets  # type: ignore[import-untyped]

from accounts.actors import Task
from audit.actions import record
from core import clock
from courts import lists
from courts.actions import deadlines, finding
from courts.actions.likeness import fingerprint
from courts.kinds import ReferralKind, Referrer
from courts.models import Charge, Court, Hearing, ListImport, Recipient, Referral, ReferralMove
from courts.moves import State
from courts.numbers import normalized_number
from participants.findable import make_findable
from participants.kinds import ContactKind
from participants.models import ContactPoint, Participant
from participants.names import folded
from programs.models import Program
from programs.schedule import instant
from vault.models import Key

BY = Task("bench")
DATES = ("ordered_on", "received_on", "enroll_by", "start_by", "complete_by", "proof_due_by")
REACHED = {"phone": ContactKind.PHONE, "email": ContactKind.EMAIL, "address": ContactKind.POSTAL}
Said = dict[str, str]


def day(name: str, **more: Any) -> fields.Field:
    return fields.Field(attribute=name, column_name=name, widget=widgets.DateWidget(format="%m/%d/%Y"), **more)


class ReferralResource(resources.ModelResource):
    ordered_on, received_on, enroll_by = day("ordered_on"), day("received_on"), day("enroll_by")
    start_by, complete_by, proof_due_by = day("start_by"), day("complete_by"), day("proof_due_by")

    class Meta:
        model = Referral
        fields = ("fingerprint", "case_number", "plaintiff", "judge", *DATES)
        import_id_fields = ("fingerprint",)
        instance_loader_class = instance_loaders.CachedInstanceLoader
        use_transactions = True
        skip_diff = True
        report_skipped = False

    def __init__(self, program: Program, court: Court, now: datetime) -> None:
        super().__init__()
        self.program, self.court, self.now = program, court, now
        self.born = widgets.DateWidget(format="%m/%d/%Y")
        self.men: dict[tuple[str, Any], Participant] = {}

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        self.made = ListImport.objects.create(court=self.court, sha256="", at=self.now)
        told = [self._who(row) for row in dataset.dict]
        known = Participant.objects.filter(
            folded_name__in={name for name, _ in told}, date_of_birth__in={born for _, born in told}
        )
        self.men = {(one.folded_name, one.date_of_birth): one for one in known.order_by("-id")}
        dataset.append_col([self._fingerprint(row) for row in dataset.dict], header="fingerprint")

    def skip_row(self, instance: Any, original: Any, row: Said, import_validation_errors: Any = None) -> bool:
        return instance.pk is not None

    def before_save_instance(self, instance: Any, row: Said, **kwargs: Any) -> None:
        key = Key.new(Key.Kind.REFERRAL, now=self.now)
        key.save(force_insert=True)
        instance.key, instance.list_import = key, self.made
        instance.program, instance.court, instance.participant = self.program, self.court, self._man(row)
        instance.kind, instance.referrer = ReferralKind(row["referral_kind"]), Referrer(row["referrer"])
        instance.name_as_charged = f"{row['first_name']} {row['last_name']}"
        instance.normalized_case_number = normalized_number(instance.case_number)

    def after_save_instance(self, instance: Any, row: Said, **kwargs: Any) -> None:
        at = datetime.strptime(row["hearing_at"], "%m/%d/%Y %I:%M %p")  # noqa: DTZ007  at the court
        hearing = Hearing(referral=instance, at=instant(at.date(), at.time(), instance.zone), time_known=True)
        hearing.save(force_insert=True)
        Charge.objects.create(referral=instance, statute=row["statute"], text=row["charge"])
        _create(self._recipients(instance, row))
        _create(deadlines.drafted(instance, [hearing], self.now))
        ReferralMove.objects.create(referral=instance, number=1, new=State.RECEIVED, at=self.now)
        finding.lay([instance])
        said = {"name": instance.name_as_charged, "number": instance.number}
        facts = {"participant": instance.participant_id, "list": self.made.pk}
        record(by=BY, now=self.now, verb="referral.received", on=instance, key=instance.key, personal=said, facts=facts)

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
        self.made.added = result.totals["new"]
        self.made.save(update_fields=["added"])
        record(by=BY, now=self.now, verb="list.imported", on=self.made, facts={"added": self.made.added})

    def _man(self, row: Said) -> Participant:
        who = self._who(row)
        if who not in self.men:
            self.men[who] = self._new_man(row, *who)
        return self.men[who]

    def _new_man(self, row: Said, name: str, born: Any) -> Participant:
        key = Key.new(Key.Kind.PERSON, now=self.now)
        key.save(force_insert=True)
        said = {"first_name": row["first_name"], "last_name": row["last_name"], "language": "en"}
        zone = {"time_zone": self.program.time_zone, "made_at": self.now}
        man = Participant(key=key, folded_name=name, date_of_birth=born, **said, **zone)
        man.save(force_insert=True)
        source = f"list of {self.court.name}"
        _create(
            ContactPoint(participant=man, kind=kind, value=row[column], source=source, made_at=self.now)
            for column, kind in REACHED.items()
        )
        make_findable([man])
        return man

    def _recipients(self, referral: Referral, row: Said) -> Iterator[Recipient]:
        role, channel = Recipient.Role, Recipient.Channel
        yield Recipient(referral=referral, role=role.CLERK, channel=channel.PORTAL)
        named = ((role.PROSECUTOR, "", "prosecutor_email"), (role.DEFENSE, row["attorney"], "attorney_email"))
        for its, name, column in named:
            yield Recipient(referral=referral, role=its, name=name, channel=channel.EMAIL, address=row[column])

    def _who(self, row: Said) -> tuple[str, Any]:
        return folded(f"{row['first_name']} {row['last_name']}"), self.born.clean(row["date_of_birth"])

    def _fingerprint(self, row: Said) -> str:
        said: dict[str, Any] = {name: row[name] for name in ("case_number", "first_name", "last_name")}
        said |= {"date_of_birth": self._who(row)[1], "ordered_on": self.born.clean(row["ordered_on"])}
        return fingerprint(lists.Row(line=0, raw={}, **said), self.court.pk)


def _create(rows: Any) -> None:
    """All of one table in a statement."""
    made = list(rows)
    cast(type[models.Model], type(made[0]))._default_manager.bulk_create(made)


def imported(path: Path) -> None:
    rows = tablib.Dataset().load(path.read_text(encoding="utf-8"), format="csv")
    # The library's own way of naming values: the codes that the columns hold.
    coded = {"Pretrial Diversion": "pretrial_diversion", "Prosecutor": "prosecutor"}
    for column in ("referral_kind", "referrer"):
        at = rows.headers.index(column)
        told = [coded[value] for value in rows[column]]
        del rows[column]
        rows.insert_col(at, told, header=column)
    resource = ReferralResource(Program.objects.get(), Court.objects.get(), clock.now())
    result = resource.import_data(rows, raise_errors=True)
    assert not result.has_errors()
