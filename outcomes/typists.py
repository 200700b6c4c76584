"""Who works on a man's case, and so may not see what he answered."""

from django.db.models import Q

from accounts.models import User
from outcomes.models import Ticket
from participants.models import Appointment, ContactAttempt, Note
from programs.models import Mark, Seat, SessionLeader


def works_on_his_case(user: User, ticket: Ticket) -> bool:
    """Who handed out the sheet, leads his group, seated him, or noted anything about him."""
    enrollment = ticket.asking.enrollment
    man = enrollment.participant_id
    groups = Seat.objects.filter(enrollment=enrollment).values("cohort")
    return (
        ticket.made_by_id == user.pk
        or SessionLeader.objects.filter(user=user, session__cohort__in=groups).exists()
        or Seat.objects.filter(enrollment=enrollment, opened_by=user).exists()
        or Mark.objects.filter(enrollment=enrollment, by=user).exists()
        or Note.objects.filter(participant=man, by=user).exists()
        or ContactAttempt.objects.filter(participant=man, by=user).exists()
        or Appointment.objects.filter(Q(with_whom=user) | Q(settled_by=user), participant=man).exists()
    )
