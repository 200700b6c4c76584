"""Who locks what, in one order: his enrollment, the tickets that are out, the askings, then what is to be noted.

Whoever writes a state reads it after that. Who only answers takes his own ticket and its asking (`tickets.sitting`).
"""

from django.db.models import QuerySet

from outcomes.models import Asking, Ticket
from programs.models import Enrollment


def hold(enrollment: Enrollment) -> Enrollment:
    """As it stands now: until the caller is done, nobody else asks him, and he himself neither answers nor says no."""
    # `no_key`: rows that merely name it may still be written. By itself: while one waits a merge may give it another
    # man, and with his row along PostgreSQL would then find none.
    Enrollment.objects.select_for_update(no_key=True).get(pk=enrollment.pk)
    found = Enrollment.objects.select_related("participant__key", "program").get(pk=enrollment.pk)
    hold_askings(Asking.objects.filter(enrollment=found))
    return found


def hold_askings(askings: QuerySet[Asking]) -> list[Asking]:
    """Those that still are among them once nobody else is at them."""
    list(Ticket.objects.select_for_update().filter(asking__in=askings).order_by("pk").values_list("pk"))
    return list(askings.select_for_update(of=("self",), no_key=True).order_by("pk"))
