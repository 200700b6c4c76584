"""Referring, and who serves at a desk: one's own drafts, the own desk's people; another's is not found."""

from collections.abc import Sequence
from typing import Any

from accounts.models import User
from accounts.roles import Role
from courts.models import CourtPaper, Membership, Submission
from tests.access.scene import Scene
from tests.access.table import Row, anyone_in, only
from tests.factories.accounts import InvitationFactory, UserFactory
from tests.factories.courts import (
    AgencyFactory,
    ClerkshipFactory,
    CourtFactory,
    CourtPaperFactory,
    DeskInvitationFactory,
    MembershipFactory,
    ReferralFactory,
    SubmissionFactory,
)

DESK = only(Role.CLERK, Role.PARTNER)
MOVED_ON = only(Role.CLERK, Role.PARTNER, status=302)
NOT_FOUND = only(Role.CLERK, Role.PARTNER, status=404)
NO_SUCH_METHOD = anyone_in(405)


def place(scene: Scene, user: User | None) -> dict[str, Any]:
    """At the desk of whoever asks; of those who have none, at the clerk's."""
    at_agency = user is not None and Role.PARTNER in user.roles and Role.CLERK not in user.roles
    return {"court": None, "agency": scene.agency} if at_agency else {"court": scene.court, "agency": None}


def draft_of(scene: Scene, user: User | None) -> Submission:
    made: Submission = SubmissionFactory(by=user or scene.stranger, **place(scene, user))
    return made


def own_draft(scene: Scene, user: User | None) -> Sequence[Any]:
    return [draft_of(scene, user).reference]


def no_draft(scene: Scene, user: User | None) -> Sequence[Any]:
    """A colleague's at the same desk."""
    return [SubmissionFactory(by=scene.stranger, **place(scene, user)).reference]


def own_step(scene: Scene, user: User | None) -> Sequence[Any]:
    return [*own_draft(scene, user), "who"]


def no_step(scene: Scene, user: User | None) -> Sequence[Any]:
    return [*no_draft(scene, user), "who"]


def own_paper(scene: Scene, user: User | None) -> Sequence[Any]:
    made: CourtPaper = CourtPaperFactory(submission=draft_of(scene, user))
    assert made.submission is not None
    return [made.submission.reference, made.pk]


def no_paper(scene: Scene, user: User | None) -> Sequence[Any]:
    made: CourtPaper = CourtPaperFactory(submission__sent=False, submission__by=scene.stranger, **{
        f"submission__{name}": value for name, value in place(scene, user).items()
    })  # fmt: skip
    assert made.submission is not None
    return [made.submission.reference, made.pk]


def sent(scene: Scene, user: User | None) -> Sequence[Any]:
    """By a colleague of the same desk."""
    return [SubmissionFactory(sent=True, by=scene.stranger, **place(scene, user)).reference]


def sent_elsewhere(scene: Scene, user: User | None) -> Sequence[Any]:
    return [SubmissionFactory(sent=True, court=CourtFactory()).reference]


def colleague(scene: Scene, user: User | None) -> Sequence[Any]:
    at = place(scene, user)
    role = Role.PARTNER if at["agency"] else Role.CLERK
    make, where = (MembershipFactory, "agency") if at["agency"] else (ClerkshipFactory, "court")
    return [make(user=UserFactory(roles=[role]), **{where: at[where]}).pk]


def somebody_elsewhere(scene: Scene, user: User | None) -> Sequence[Any]:
    """Above every seat at the desk's own kind of place, so that the number is nobody's there."""
    MembershipFactory(agency=AgencyFactory())
    return [100_000 + Membership.objects.count()]


def invited(scene: Scene, user: User | None) -> Sequence[Any]:
    invitation = InvitationFactory(roles=[Role.CLERK])
    DeskInvitationFactory(invitation=invitation, **place(scene, user))
    return [invitation.pk]


def invited_elsewhere(scene: Scene, user: User | None) -> Sequence[Any]:
    return [DeskInvitationFactory(court=CourtFactory()).invitation_id]


def sent_paper(scene: Scene, user: User | None) -> Sequence[Any]:
    referral = ReferralFactory()
    return [CourtPaperFactory(submission=None, referral=referral, key=referral.key).pk]


def draft_paper(scene: Scene, user: User | None) -> Sequence[Any]:
    """Nobody's business yet."""
    return [CourtPaperFactory(submission__sent=False).pk]


_OF_DRAFTS: dict[str, Any] = {"own": own_draft, "other": no_draft}

ROWS = [
    Row("court:refer", get=DESK, post=MOVED_ON),
    Row(
        "court:refer_step", own=own_step, other=no_step, get=DESK, get_other=NOT_FOUND, post=DESK, post_other=NOT_FOUND
    ),
    Row(
        "court:refer_check", **_OF_DRAFTS, get=DESK, get_other=NOT_FOUND, post=NO_SUCH_METHOD, post_other=NO_SUCH_METHOD
    ),
    # Not complete: it leads to what is missing.
    Row(
        "court:refer_send",
        **_OF_DRAFTS,
        get=NO_SUCH_METHOD,
        get_other=NO_SUCH_METHOD,
        post=MOVED_ON,
        post_other=NOT_FOUND,
    ),
    Row("court:refer_discard", **_OF_DRAFTS, get=DESK, get_other=NOT_FOUND, post=MOVED_ON, post_other=NOT_FOUND),
    Row(
        "court:refer_sent",
        own=sent,
        other=sent_elsewhere,
        get=DESK,
        get_other=NOT_FOUND,
        post=NO_SUCH_METHOD,
        post_other=NO_SUCH_METHOD,
    ),
    Row(
        "court:refer_paper",
        own=own_paper,
        other=no_paper,
        get=DESK,
        get_other=NOT_FOUND,
        post=NO_SUCH_METHOD,
        post_other=NO_SUCH_METHOD,
    ),
    Row(
        "court:refer_paper_remove",
        own=own_paper,
        other=no_paper,
        get=NO_SUCH_METHOD,
        get_other=NO_SUCH_METHOD,
        post=MOVED_ON,
        post_other=NOT_FOUND,
    ),
    Row("court:people", get=DESK, post=DESK),
    Row("court:looks", get=DESK, post=NO_SUCH_METHOD),
    Row(
        "court:people_end",
        own=colleague,
        other=somebody_elsewhere,
        get=DESK,
        get_other=NOT_FOUND,
        post=MOVED_ON,
        post_other=NOT_FOUND,
    ),
    Row(
        "court:people_withdraw",
        own=invited,
        other=invited_elsewhere,
        get=NO_SUCH_METHOD,
        get_other=NO_SUCH_METHOD,
        post=MOVED_ON,
        post_other=NOT_FOUND,
    ),
    Row(
        "office:paper",
        own=sent_paper,
        other=draft_paper,
        get=only(Role.ADMINISTRATOR, Role.COORDINATOR),
        get_other=only(Role.ADMINISTRATOR, Role.COORDINATOR, status=404),
        post=only(Role.ADMINISTRATOR, Role.COORDINATOR, status=405),
        post_other=only(Role.ADMINISTRATOR, Role.COORDINATOR, status=405),
    ),
]
