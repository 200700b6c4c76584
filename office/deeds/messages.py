"""What can be done about messages: texts that came in, letters, and texts of which nobody knows whether they went."""

from datetime import datetime

from accounts.models import User
from accounts.roles import Role
from messaging import guarding
from messaging.actions import inbound, letters, outcomes
from messaging.models import Channel, DiscretionException, InboundText, Message, State
from office.doing import Deed, Done, declare
from office.forms.messages import AllowPhrase
from programs.models import Program


def _seen(text: InboundText, *, by: User, now: datetime) -> Done:
    inbound.seen(text=text, by=by, now=now)
    return Done("Noted: seen.")


def _posted(message: Message, *, by: User, now: datetime) -> Done:
    letters.posted(message=message, by=by, now=now)
    return Done("Noted: the letter went to the post.")


def _returned(message: Message, *, by: User, now: datetime) -> Done:
    letters.returned(message=message, by=by, now=now)
    return Done("Noted: it came back. Nothing more goes to that address until somebody marks it safe again.")


def _went(message: Message, *, by: User, now: datetime) -> Done:
    outcomes.settle_unknown(message=message, went=True, by=by, now=now)
    return Done("Noted: the text went.")


def _did_not_go(message: Message, *, by: User, now: datetime) -> Done:
    outcomes.settle_unknown(message=message, went=False, by=by, now=now)
    return Done("Noted: the text did not go.")


def _allow(program: Program, *, phrase: str, by: User, now: datetime) -> Done:
    made = guarding.allow(phrase=phrase, by=by, now=now)
    return Done(f"“{made.phrase}” may stand in messages now.")


def _no_longer(exception: DiscretionException, *, by: User, now: datetime) -> Done:
    guarding.end_exception(exception=exception, by=by, now=now)
    return Done(f"“{exception.phrase}” is refused again. Places that name it are left out of messages.")


def _may_have_gone(message: Message) -> bool:
    return message.state == State.UNKNOWN


declare(
    Deed(
        noun=InboundText,
        name="seen",
        label="Seen",
        do=_seen,
        offered=lambda text: text.seen_at is None,
        first=True,
    ),
    Deed(
        noun=Message,
        name="posted",
        label="It went to the post",
        do=_posted,
        offered=lambda one: one.channel == Channel.LETTER and one.state == State.QUEUED and one.printed_at is not None,
        first=True,
    ),
    Deed(
        noun=Message,
        name="returned",
        label="It came back",
        do=_returned,
        offered=lambda one: one.channel == Channel.LETTER and one.state == State.SENT and not one.outcome,
        warning="Nothing more goes to this address until somebody marks it safe again.",
    ),
    Deed(
        noun=Message,
        name="went",
        label="The text went",
        do=_went,
        offered=_may_have_gone,
        warning="Say so only when he got it, or when the provider's own list shows it.",
    ),
    Deed(
        noun=Message,
        name="not-gone",
        label="The text did not go",
        do=_did_not_go,
        offered=_may_have_gone,
        warning="It isn't sent again. Call him, or write.",
    ),
    Deed(
        noun=Program,
        name="allow-phrase",
        label="Allow a phrase in messages",
        do=_allow,
        form=AllowPhrase,
        warning="Men are sent it, and whoever reads along must learn nothing from it.",
        aside=True,
        roles=frozenset({Role.ADMINISTRATOR}),
    ),
    Deed(
        noun=DiscretionException,
        name="end",
        label="No longer allow it",
        do=_no_longer,
        offered=lambda one: one.ended_at is None,
        roles=frozenset({Role.ADMINISTRATOR}),
    ),
)
