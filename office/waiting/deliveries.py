"""Copies of reports that wait for a hand: on paper, by fax, by hand, and those that came back."""

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse, reverse_lazy

from courts.actions.deliveries import ON_PAPER
from courts.models import Delivery, Recipient
from courts.steps import CALLED_BACK
from office import words
from office.subjects import case, home, rows, subject
from office.today import Line
from office.waiting.making import AT_MOST, about, how_many, more

TO_PRINT = {"button": "Print", "url": reverse_lazy("office:to_print")}


def lines() -> list[Line]:
    """The courts' pages are served by a task, unless it failed there too.

    Of a court without a clerk nobody would ever see it there.
    """
    standing = rows(Delivery).exclude(state=Delivery.State.SENT)
    on_the_pages = Q(state=Delivery.State.QUEUED, channel=Recipient.Channel.PORTAL)
    read = Exists(Delivery.objects.with_a_reader().filter(pk=OuterRef("pk")))
    by_hand = standing.exclude(on_the_pages & Q(read))
    # An e-mail goes by itself.
    by_itself = Q(state=Delivery.State.QUEUED, channel=Recipient.Channel.EMAIL)
    waiting = by_hand.exclude(by_itself).exclude(document__report__last_step__in=CALLED_BACK)
    found = list(waiting.annotate(of_copy=how_many(waiting)).order_by("id")[:AT_MOST])
    url = reverse("office:courts_delivery_changelist")
    return [*map(_line, found), *more(found, "copy", "Copies to deliver", f"{url}?state__exact=queued")]


def _line(one: Delivery) -> Line:
    broken = one.state != Delivery.State.QUEUED
    if not broken and one.channel == Recipient.Channel.PORTAL:
        return _without_a_clerk(one)
    return about(
        "copy",
        one,
        what=f"Delivery {one.get_state_display().lower()}" if broken else "Deliver a copy",
        why=f"{subject(one).what} · {case(one.document.report.referral)}",
        since=words.local_day(one.document.issued_at),
        broken=broken,
        **(TO_PRINT if one.channel in ON_PAPER else {}),
    )


def _without_a_clerk(one: Delivery) -> Line:
    return about(
        "copy",
        one,
        what="Waits for a clerk",
        why=f"Nobody at this court can sign in yet: invite its clerk. {case(one.document.report.referral)}",
        since=words.local_day(one.document.issued_at),
        button="Open the case",
        url=home(one),
    )
