"""Notices to clerks and alerts to the office: an id and a link, nobody's name, nobody's case number."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from accounts.actions import invitation_link, mailed_token
from accounts.models import Invitation, hashed
from courts.actions import answers, links
from courts.actions.answers import DESK_ANSWER
from courts.actions.deadlines import today_at
from courts.actions.desks import Desk
from courts.actions.life import last_step
from courts.actions.looks import DESK_LOOKS
from courts.actions.notices import DEADLINE_ALERT, LETTER_CODE, REPORT_LINK, REPORT_WAITING, address_of, readers_of
from courts.actions.people import DESK_INVITATION
from courts.actions.telling import office
from courts.deadlines import DeadlineKind
from courts.models import (
    Clerkship,
    Deadline,
    Delivery,
    DeliveryLink,
    IssuedDocument,
    Membership,
    Proposal,
    Recipient,
    Report,
    Submission,
)
from courts.moves import OVER, State
from courts.steps import CALLED_BACK, Step
from messaging.guarding import discreet
from messaging.models import Message, MessageQuerySet
from messaging.registry import Attachment, Kind, Rendered, register
from messaging.rendering import Facts, rendered, worded
from programs.actions.calling import PLEASE_CALL_CASE, reached_since
from programs.messages import ANOTHERS
from programs.models import Program


def register_kinds() -> None:
    register(ReportWaiting())
    register(DeadlineAlert())
    register(PleaseCallAboutCase())
    register(ReportLink())
    register(LetterCode())
    register(DeskInvited())
    register(DeskLooks())
    register(DeskAnswer())


# What no message shows, and a read would have to decrypt.
_HEAVY = ("document__content", "document__snapshot")


class ReportWaiting(Kind):
    name = REPORT_WAITING
    required = True

    def render(self, message: Message, now: datetime) -> Rendered:
        """The link names the report by its key alone, and opens it for whoever serves where it lies."""
        report = Delivery.objects.values_list("document__report", flat=True).get(pk=_id(message))
        link = settings.SITE_URL + reverse("court:report", args=[report])
        return rendered("report_waiting", message, {"link": link}, zone=ZoneInfo("UTC"))

    def still_wanted(self, message: Message, now: datetime) -> str | None:
        related = ("document__report__referral", "recipient")
        delivery = Delivery.objects.select_related(*related).defer(*_HEAVY).get(pk=_id(message))
        report = delivery.document.report
        if delivery.acknowledged_at is not None:
            return "acknowledged"
        newest = report.steps.order_by("-number").first()
        if newest and newest.step in (Step.SUPERSEDED, Step.WITHDRAWN):
            return newest.step
        return None if message.user_id in readers_of(delivery) else "no longer a clerk there"


class _ToRecipient(Kind):
    """To the address that was confirmed by calling back, as it stands when it is sent."""

    def address(self, message: Message, now: datetime) -> str | None:
        return address_of(_link(message).delivery.recipient, Recipient.Channel.EMAIL) or None


class ReportLink(_ToRecipient):
    """A letter by e-mail: a link to it, or the letter itself where the court asked for that in writing."""

    name = REPORT_LINK
    required = True

    def render(self, message: Message, now: datetime) -> Rendered:
        link = _link(message)
        recipient, document = link.delivery.recipient, link.delivery.document
        program, zone = document.report.referral.program, document.report.referral.zone
        data = {"number": program.callback_number, "until": link.expires_at.astimezone(zone).date()}
        if recipient.attachment_asked_on is not None and recipient.role != Recipient.Role.HIMSELF:
            made = rendered("report_attached", message, data, zone=zone, sender=program.neutral_sender)
            return replace(made, attachments=(_attached(document),))
        token = links.token_of(link)
        data["link"] = f"{settings.SITE_URL}/letter/{token}/"
        made = rendered("report_link", message, data, zone=zone, sender=_sender(message, program))
        return replace(made, keys=(token,))

    def still_wanted(self, message: Message, now: datetime) -> str | None:
        link = _link(message)
        newest = link.delivery.document.report.steps.order_by("-number").first()
        if newest and newest.step in CALLED_BACK:
            return newest.step
        if link.delivery.is_for_nobody:
            return "nothing more goes to this recipient"
        if link.expires_at <= now:
            return "a newer link was made"
        made_here = links.hash_of_token(links.token_of(link)) == link.token_hash
        return None if made_here else "the key of this installation was changed"


class LetterCode(_ToRecipient):
    """The code that opens a link, to whoever just asked for it."""

    name = LETTER_CODE
    asked_for = True

    def render(self, message: Message, now: datetime) -> Rendered:
        link = _link(message)
        referral, code = link.delivery.document.report.referral, links.code_of(link)
        data = {"code": code, "until": link.code_expires_at}
        sender = _sender(message, referral.program)
        return replace(rendered("letter_code", message, data, zone=referral.zone, sender=sender), keys=(code,))

    def still_wanted(self, message: Message, now: datetime) -> str | None:
        link = _link(message)
        if link.delivery.is_for_nobody:
            return "nothing more goes to this recipient"
        return None if link.code_expires_at == message.expires_at else "used, or a newer one was asked for"


class DeadlineAlert(Kind):
    name = DEADLINE_ALERT
    required = True

    def render(self, message: Message, now: datetime) -> Rendered:
        deadline = _deadline(message)
        data = {
            "referral": deadline.referral_id,
            "what": DeadlineKind(deadline.kind).label,
            "due_on": deadline.due_on,
            # Counted now: after an outage the number is the true one.
            "when": when((deadline.due_on - today_at(deadline.referral, now)).days),
            "link": f"{settings.SITE_URL}/office/",
        }
        return rendered("deadline_alert", message, data, zone=deadline.referral.zone)

    def still_wanted(self, message: Message, now: datetime) -> str | None:
        deadline = _deadline(message)
        if deadline.state != Deadline.State.OPEN:
            return f"deadline {deadline.state}"
        if deadline.referral.state == State.ON_HOLD:
            return "on hold"
        if deadline.referral.state in OVER:
            return f"referral {deadline.referral.state}"
        if _newer(message).exists():
            return "a newer alert stands"
        man = deadline.referral.participant_id
        there = office({man})
        if message.user_id not in there.coordinators | there.administrators:
            return "no longer in the office"
        return "the file is shut to them" if there.is_shut(man, message.user_id) else None


class DeskInvited(Kind):
    """To somebody who can't sign in yet: a colleague gave the address, and nobody else sees the link."""

    name = DESK_INVITATION
    asked_for = True

    def address(self, message: Message, now: datetime) -> str | None:
        return _invitation(message).email

    def render(self, message: Message, now: datetime) -> Rendered:
        token = _token(_invitation(message))
        data = {"link": invitation_link(token)}
        return replace(rendered("desk_invitation", message, data, zone=ZoneInfo("UTC")), keys=(token,))

    def still_wanted(self, message: Message, now: datetime) -> str | None:
        invitation = _invitation(message)
        if not Invitation.objects.open(now).filter(pk=invitation.pk).exists():
            return "accepted, withdrawn, or its time is over"
        made_here = hashed(_token(invitation)) == invitation.token_hash
        return None if made_here else "the key of this installation was changed"


class DeskLooks(Kind):
    """That the month's list of who looked at what lies on the desk's pages."""

    name = DESK_LOOKS
    required = True

    def render(self, message: Message, now: datetime) -> Rendered:
        month = message.key.split(":")[1]
        data = {
            "month": date.fromisoformat(f"{month}-01"),
            "link": f"{settings.SITE_URL}{reverse('court:looks')}?month={month}",
        }
        return rendered("desk_looks", message, data, zone=ZoneInfo("UTC"))

    def still_wanted(self, message: Message, now: datetime) -> str | None:
        model = Clerkship if message.about.startswith(Clerkship._meta.label) else Membership
        serving = model._default_manager.filter(pk=_id(message), ended_at=None, user__is_active=True).exists()
        return None if serving else "no longer serves there"


class DeskAnswer(Kind):
    """That what somebody asked of the program is answered, or that a report was taken back; neither whose nor which."""

    name = DESK_ANSWER
    required = True

    def render(self, message: Message, now: datetime) -> Rendered:
        of_referral = message.about.startswith(Submission._meta.label)
        link = f"{settings.SITE_URL}{reverse('court:refer' if of_referral else 'court:inbox')}"
        return rendered("desk_answer", message, {"link": link}, zone=ZoneInfo("UTC"))

    def still_wanted(self, message: Message, now: datetime) -> str | None:
        if message.about.startswith(Submission._meta.label):
            sent = Submission.objects.select_related("court", "agency", "referral__key").get(pk=_id(message))
            if sent.referral is None or sent.referral.state == State.RECEIVED:
                return "opened again"
            if sent.referral.key.destroyed_at is not None:
                return "forgotten"
            there = Desk(court=sent.court, agency=sent.agency).people()
        else:
            report = Report.objects.get(pk=_id(message))
            if last_step(report) is Step.CORRECTION_ASKED:
                return "asked again"
            there = answers.readers(report)
        return None if message.user_id in there else "no longer serves there"


class PleaseCallAboutCase(Kind):
    """To him: call, and nothing else. In the words by which he is asked after a missed evening."""

    name = PLEASE_CALL_CASE
    required = True

    def render(self, message: Message, now: datetime) -> Rendered:
        program = _its(message).referral.program
        sender = _sender(message, program)
        facts = Facts(number=program.callback_number, zone=program.zone, sender=sender)
        return worded("please_call", message, facts)

    def still_wanted(self, message: Message, now: datetime) -> str | None:
        its = _its(message)
        if its.referral.participant_id != message.participant_id:
            return ANOTHERS
        if isinstance(its, Proposal):
            gone = None if its.state == Proposal.State.OPEN else f"proposal {its.state}"
            since = its.made_at
        else:
            newest = its.steps.order_by("-number").first()
            gone = newest.step if newest and newest.step in CALLED_BACK else None
            since = message.planned_at
        held = "on hold" if its.referral.state == State.ON_HOLD else None
        return gone or held or reached_since(message.participant_id, since)


def when(days: int) -> str:
    """How far off the day is, in words; negative: gone by."""
    if days == 0:
        return "today"
    number = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
    return f"in {number}" if days > 0 else f"{number} late"


def _id(message: Message) -> int:
    return int(message.about.rpartition(":")[2])


def _sender(message: Message, program: Program) -> str:
    """To him a sender that would give something away is left out, and the rest goes."""
    return discreet(program.neutral_sender) if message.participant_id else program.neutral_sender


def _invitation(message: Message) -> Invitation:
    return Invitation.objects.get(pk=_id(message))


def _token(invitation: Invitation) -> str:
    return mailed_token(email=invitation.email, made_at=invitation.made_at)


def _its(message: Message) -> Proposal | Report:
    """What he is to be told by a person."""
    model = Proposal if message.about.startswith(Proposal._meta.label) else Report
    found: Proposal | Report = model._default_manager.select_related("referral__program").get(pk=_id(message))
    return found


def _link(message: Message) -> DeliveryLink:
    """A letter's message names it in its key, after the delivery that it speaks of; a code's speaks of it."""
    referral = "delivery__document__report__referral"
    related = (f"{referral}__program", f"{referral}__court", f"{referral}__key", "delivery__document__number__program")
    pk = message.key.split(":")[2] if message.kind == REPORT_LINK else _id(message)
    links_ = DeliveryLink.objects.select_related(*related, "delivery__recipient__referral")
    return links_.defer("delivery__document__content", "delivery__document__snapshot").get(pk=pk)


def _attached(document: IssuedDocument) -> Attachment:
    return Attachment(f"{document.number.text}.pdf", bytes(document.content), "application/pdf")


def _deadline(message: Message) -> Deadline:
    related = ("referral__court", "referral__program")
    return Deadline.objects.select_related(*related).get(pk=_id(message))


def _newer(message: Message) -> MessageQuerySet:
    same = Message.objects.about(message.about).filter(kind=message.kind, user=message.user_id)
    return same.filter(pk__gt=message.pk)
