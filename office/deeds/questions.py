"""What can be done about asking him a few questions: never with what he answers."""

from datetime import datetime

from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from office.doing import Deed, Done, declare
from office.forms import questions as forms
from outcomes.actions import asking, follow_ups, forgetting, own_file
from outcomes.actions.tickets import token_of
from outcomes.kinds import Arrest, Moment, Purpose, Way
from outcomes.models import FollowUpDue
from participants.models import Participant
from programs.models import Enrollment
from records.models import OwnFile

ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})


def _tablet(enrollment: Enrollment, *, moment: Moment, by: User, now: datetime) -> Done:
    made = asking.hand(enrollment=enrollment, moment=moment, way=Way.TABLET, by=by, now=now)
    return Done("", then=reverse("questions:start", args=[token_of(made)]), leaves=True)


def _paper(enrollment: Enrollment, *, moment: Moment, by: User, now: datetime) -> Done:
    made = asking.hand(enrollment=enrollment, moment=moment, way=Way.PAPER, by=by, now=now)
    return Done("The sheet is ready to print.", then=reverse("office:sheet_made", args=[made.pk]))


def _new_link(enrollment: Enrollment, *, moment: Moment, by: User, now: datetime) -> Done:
    asking.send_again(enrollment=enrollment, moment=moment, by=by, now=now)
    return Done("A new link is on its way to him. What was out before opens nothing any more.")


def _says_no(enrollment: Enrollment, *, purpose: Purpose, by: User, now: datetime) -> Done:
    went = forgetting.revoke(enrollment=enrollment, purpose=purpose, by=by, now=now)
    if purpose is Purpose.FOLLOW_UP:
        return Done("Noted. No questions are sent to him any more.")
    if went:
        return Done("Noted. What he answered is destroyed; the program goes on just the same.")
    return Done("Noted. Nothing leads from him to any answers; the program goes on just the same.")


def _arrest(enrollment: Enrollment, *, due: FollowUpDue, known: Arrest, by: User, now: datetime) -> Done:
    follow_ups.note_arrest(due=due, known=known, by=by, now=now)
    return Done("Noted, under his code. It is shown nowhere with his name.")


def _show(one: OwnFile, *, by: User, now: datetime) -> Done:
    selves = Participant.objects.selves(one.participant.himself)
    his = Enrollment.objects.filter(participant__in=selves).order_by("pk")
    answered = [part for enrollment in his for part in own_file.answers_of(enrollment=enrollment, by=by, now=now)]
    parts = [
        {"moment": part.moment, "month": f"{part.month:%m/%Y}", "title": part.title, "said": part.said}
        for part in answered
    ]
    along = {"language": one.participant.language, "parts": parts}
    return Done("", then=reverse("questions:own"), leaves=True, along=along)


def _may_be_asked(enrollment: Enrollment) -> bool:
    return enrollment.state != Enrollment.State.ENDED


declare(
    Deed(
        noun=Enrollment,
        name="tablet",
        label="Hand over the tablet",
        form=forms.Hand,
        do=_tablet,
        offered=_may_be_asked,
        within=True,
        warning="You are signed out on this device as soon as you press the button, and the questions open. Hand it to "
        "him then. Sign in again when he has handed it back.",
    ),
    Deed(
        noun=Enrollment,
        name="paper",
        label="Print on paper",
        form=forms.Hand,
        do=_paper,
        offered=_may_be_asked,
        within=True,
        warning="He folds the sheet when he has filled it in. Somebody who doesn’t work on his case types it in.",
    ),
    Deed(
        noun=Enrollment,
        name="new-link",
        label="Send him a new link",
        form=forms.SendAgain,
        do=_new_link,
        offered=_may_be_asked,
        within=True,
        warning="What is out now opens nothing any more, a sheet of paper neither. What he answered is kept.",
    ),
    Deed(
        noun=Enrollment,
        name="says-no",
        label="Note that he says no to the questions",
        form=forms.SaysNo,
        do=_says_no,
        within=True,
        warning="What is destroyed can’t be brought back. The program goes on just the same; no court learns of it.",
    ),
    Deed(
        noun=Enrollment,
        name="arrest",
        label="Say whether a new arrest is known",
        form=forms.NoteArrest,
        do=_arrest,
        within=True,
        warning="It is noted under his code, once: nobody can look it up by his name, or correct it.",
    ),
    Deed(
        noun=OwnFile,
        name="show-answers",
        label="Show him his answers on the tablet",
        do=_show,
        offered=lambda one: one.approved_at is not None and one.withdrawn_at is None and one.handed_at is None,
        roles=ADMINISTRATORS,
        warning="You are signed out on this device as soon as you press the button. Hand it to him then. "
        "The page shows his answers once, and closes after ten minutes.",
    ),
)
