"""Who works on a man's case, and so may not see what he answered."""

from django.db.models import Q

from accounts.models import User
from outcomes.models import Ticket
from participants.models import Appointment, ContactAttempt, Note, Participant
from programs.models import Mark, Seat, SessionLeader


def works_on_his_case(user: User, ticket: Ticket) -> bool:
    """Who handed out the sheet, leads his group, seated him, or noted anything about him."""
    # Also under a file that turned out to be his: what never changes stays where it was written.
    men = Participant.objects.selves(ticket.asking.enrollment.participant.himself)
    his = {"enrollment__participant__in": men}
    groups = Seat.objects.filter(**his).values("cohort")
    return (
        ticket.made_by_id == user.pk
        or SessionLeader.objects.filter(user=user, session__cohort__in=groups).exists()
        or Seat.objects.filter(**his, opened_by=user).exists()
        or Mark.objects.filter(**his, by=user).exists()
        or Note.objects.filter(participant__in=men, by=user).exists()
        or ContactAttempt.objects.filter(participant__in=men, by=user).exists()
        or Appointment.objects.filter(Q(with_whom=user) | Q(settled_by=user), participant__in=men).exists()
    )
