"""Whom a newcomer may be, on PostgreSQL: among a hundred times the people it takes as long, in five questions."""

import statistics
from collections.abc import Iterator
from datetime import date, timedelta
from time import perf_counter

from django.db import connection, transaction

from bench import postgres
from bench.desk_rows import BEGIN, END, FIRST, MIDDLE
from bench.roster import asked
from bench.row import Row, at_most
from core import clock
from participants.findable import make_findable
from participants.models import ContactPoint, Likeness, Participant
from participants.names import folded
from participants.twice import suggest
from vault.models import Key

FEW, MANY = 1_000, 100_000  # people
ROUNDS, WARM_UP = 60, 5
LIMIT, QUESTIONS = 1.5, 5
AT_ONCE = 2_000
# Days on which they were born, over fifty years.
DAYS = 18_250


def rows(few: int = FEW, many: int = MANY, rounds: int = ROUNDS) -> list[Row]:
    with (
        postgres.servers_at() as urls,
        postgres.process(urls, "onus_likeness_few") as little,
        postgres.process(urls, "onus_likeness_many") as much,
    ):
        for filling in (little.submit(fill, few), much.submit(fill, many)):
            filling.result()
        # In turn, so that a busy moment of the machine falls on both.
        taken = [(little.submit(take, n).result(), much.submit(take, n).result()) for n in range(WARM_UP + rounds)]
    ours, reference = (statistics.median(one[side][0] for one in taken[WARM_UP:]) * 1000 for side in (1, 0))
    most = max(asked for _, (_, asked) in taken)
    return [
        at_most(LIMIT, f"a newcomer compared: ms among {many:,}, to {few:,}", ours=ours, reference=reference),
        at_most(1, f"a newcomer compared: queries among {many:,}, to what they may be", ours=most, reference=QUESTIONS),
    ]


def fill(people: int) -> None:
    for start in range(0, people, AT_ONCE):
        _some(range(start, min(start + AT_ONCE, people)))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


@transaction.atomic
def _some(numbers: range) -> None:
    now, key = clock.now(), Key.new(Key.Kind.PERSON, now=clock.now())
    keys = [Key(kind=key.kind, wrapped=key.wrapped, made_at=now) for _ in numbers]
    Key.objects.bulk_create(keys)
    men = Participant.objects.bulk_create(_man(number, its) for number, its in zip(numbers, keys, strict=True))
    make_findable(men)
    said = {"kind": "phone", "source": "a list", "made_at": now}
    ContactPoint.objects.bulk_create(
        ContactPoint(participant=man, value=f"+1206{number:07}", **said)
        for number, man in zip(numbers, men, strict=True)
    )


def _man(number: int, key: Key) -> Participant:
    first = FIRST[number % len(FIRST)]
    last = BEGIN[number * 7 % 16] + MIDDLE[number // 16 % 16] + END[number // 256 % 16]
    return Participant(
        key=key, first_name=first, last_name=last, folded_name=folded(first + last), time_zone="UTC",
        date_of_birth=date(1955, 1, 1) + timedelta(days=number * 7919 % DAYS), made_at=clock.now(), to_compare=False,
    )  # fmt: skip


def take(number: int) -> tuple[float, int]:
    """A newcomer who is somebody known, spelled otherwise: seconds, and questions."""
    with transaction.atomic():
        new = _newcomer(number)
        with asked() as told:
            began = perf_counter()
            suggest(new, now=clock.now())
            took = perf_counter() - began
        assert Likeness.objects.exists(), "he is here already"
        transaction.set_rollback(True)
    return took, len(told)


def _newcomer(number: int) -> Participant:
    known = Participant.objects.order_by("id")[number * 13 % FEW]
    key = Key.new(Key.Kind.PERSON, now=clock.now())
    key.save()
    said = {
        name: getattr(known, name) for name in ("first_name", "folded_name", "date_of_birth", "time_zone", "made_at")
    }
    new = Participant.objects.create(key=key, last_name=f"{known.last_name}h", **said)
    make_findable([new])
    numbers: Iterator[str] = iter(known.contact_points.values_list("value", flat=True))
    ContactPoint.objects.create(participant=new, kind="phone", value=next(numbers), source="x", made_at=known.made_at)
    return new
