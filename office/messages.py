"""What the office is told by e-mail: numbers, ids and a link."""

from datetime import datetime

from django.conf import settings

from courts.actions.telling import office
from courts.models import Delivery
from messaging.models import Message
from messaging.registry import Kind, Rendered, register
from messaging.rendering import rendered
from office import digest
from participants.models import Consent
from programs.models import Program


def register_kinds() -> None:
    register(OfficeDigest())
    register(OfficeUrgent())


class OfficeDigest(Kind):
    name = digest.DIGEST
    # Dates stand in it that nowhere else are mailed.
    required = True

    def render(self, message: Message, now: datetime) -> Rendered:
        program = _program(message)
        said = digest.digest(program, user=message.user_id, now=now)
        data = {"digest": said, "on": now, "link": f"{settings.SITE_URL}/office/"}
        return rendered("office_digest", message, data, zone=program.zone)

    def still_wanted(self, message: Message, now: datetime) -> str | None:
        if message.user_id not in digest.readers():
            return "no longer in the office"
        if digest.newer_stands(message):
            return "a newer one stands"
        nothing = digest.digest(_program(message), user=message.user_id, now=now).says_nothing
        return "nothing waits" if nothing else None


class OfficeUrgent(Kind):
    """A copy that didn't get there; somebody who can't be written to any more and is expected."""

    name = digest.URGENT
    required = True

    def render(self, message: Message, now: datetime) -> Rendered:
        about = _about(message)
        if isinstance(about, Delivery):
            what = {"report": about.document.report_id, "delivery": about.pk}
            link = f"{settings.SITE_URL}/office/courts/report/{about.document.report_id}/"
        else:
            what = {"person": about.contact_point.participant_id}
            link = f"{settings.SITE_URL}/office/people/{about.contact_point.participant_id}/"
        return rendered("office_urgent", message, what | {"link": link}, zone=Program.objects.office_zone())

    def still_wanted(self, message: Message, now: datetime) -> str | None:
        about = _about(message)
        if (gone := _not_told(message.user_id, _man(about))) is not None:
            return gone
        if isinstance(about, Delivery):
            return None if digest.lost_deliveries().filter(pk=about.pk).exists() else "it went on"
        return None if digest.still_stopped(about) else "he can be written to"


def _about(message: Message) -> Delivery | Consent:
    label, _, pk = message.about.rpartition(":")
    if label == Delivery._meta.label:
        found = Delivery.objects.select_related("document__report__referral")
        return found.defer("document__content", "document__snapshot").get(pk=pk)
    return Consent.objects.select_related("contact_point").get(pk=pk)


def _man(about: Delivery | Consent) -> int:
    if isinstance(about, Delivery):
        return about.document.report.referral.participant_id
    return about.contact_point.participant_id


def _not_told(user: int | None, man: int) -> str | None:
    there = office({man})
    if there.is_shut(man, user):
        return "the file is shut to them"
    return None if user in there.told(man) else "no longer in the office"


def _program(message: Message) -> Program:
    return Program.objects.get(pk=int(message.about.rpartition(":")[2]))
