"""What is kept about a case or a man and for how long: what goes with a disposal, what stays, what stops it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from accounts.roles import Role
from courts.models import Delivery, IssuedDocument, Referral
from office import words
from office.subjects import case, disposal, page, rows
from participants.models import Participant
from records.forgetting.actions import kept_cases
from records.kinds import BASIS_LABELS, BY_ORDER, Basis
from records.models import Disposal, LegalHold, OwnFile

FOR_GOOD = "Nothing of it can be brought back, not even from a backup."
HELD = "A legal hold stands: nothing of this is disposed of until it is lifted."


@dataclass(frozen=True, slots=True)
class Notice:
    """What stands above a case or a file, for administrators. `hold`: what can be lifted right there."""

    said: str
    url: str
    tone: str = "attention"
    hold: LegalHold | None = None


def goes(one: Disposal) -> list[str]:
    if one.referral is not None:
        return [*_of_case(one.referral), *_of_man_too(one.referral)]
    if one.participant is not None:
        return ["His names, birth date, contacts, notes, messages and what else is kept about him."]
    return ["What a court began to write about somebody and never sent, with its papers."]


def _of_case(referral: Referral) -> list[str]:
    issued = IssuedDocument.objects.filter(report__referral=referral).count()
    return [
        f"The case at {referral.court or 'no court'}: name as charged, case and incident number, charges, judge, "
        "hearings' days, papers, notes and messages about it.",
        f"What its reports say: {issued} issued. Their address under /verify/ then answers “unknown”, and the court’s "
        "pages don’t find them.",
    ]


def _of_man_too(referral: Referral) -> list[str]:
    if kept_cases(referral.participant.himself).exclude(pk=referral.pk).exists():
        return []
    return ["His whole file: it is his last case that is kept. Names, birth date, contacts, notes, all of it."]


def stays(one: Disposal) -> list[str]:
    found = ["That something was here, with its months and how long each step took, for the numbers. Nobody’s name."]
    if one.referral is not None and not _of_man_too(one.referral):
        found.append("His file, since another case of his is kept.")
    if one.basis in BY_ORDER:
        found.append("A print of the court and the number that nobody reads back: it stops them from coming in again.")
    return [*found, "On which day it was disposed of, and by whom. Only administrators see that."]


def delivered(one: Disposal) -> list[str]:
    """Copies that left the house, and to whom. Empty: none did."""
    if one.referral is None or one.done_at is not None:
        return []
    sent = Delivery.objects.filter(document__report__referral=one.referral, state=Delivery.State.SENT)
    copies = sent.select_related("recipient").order_by("sent_at", "pk")
    went = [(copy.recipient, words.local_day(copy.sent_at)) for copy in copies if copy.sent_at]
    return [f"{to.get_role_display()} {to.name}, {words.day(on)}".replace(" ,", ",") for to, on in went]


def ahead(one: Disposal) -> list[str]:
    """What is said before it is approved, a line each."""
    went = delivered(one)
    lines = [f"Goes: {said}" for said in goes(one)] + [f"Stays: {said}" for said in stays(one)]
    if went:
        lines.append(
            f"Can’t be recalled: copies that were delivered to {'; '.join(went)}. Tell them, if the order says so."
        )
    last = one.first_at is not None
    return [
        *lines,
        FOR_GOOD,
        "This is the second approval: it goes at once." if last else "A second approval carries it out.",
    ]


def waits_for(one: Disposal) -> list[str]:
    """What must come first. Empty: nothing."""
    man = one.man
    if man is None or not OwnFile.objects.open().about(man.himself).exists():
        return []
    return ["He asked for what is kept about him. It is handed over first, or he no longer asks."]


def how_it_stands(one: Any) -> str:
    """`is_held` is on it, where the list asked."""
    if one.done_at is not None:
        return f"Disposed of {words.day(words.local_day(one.done_at))}"
    if one.refused_at is not None:
        return "Stays"
    waits = "Approved once" if one.first_at else "Waits for approval"
    return f"{waits}. Held: nothing goes" if getattr(one, "is_held", False) else waits


# --- Above a case, above a file


def notices(record: Any, roles: Any) -> list[Notice]:
    """For administrators alone; of a case and of a man."""
    if Role.ADMINISTRATOR not in roles or not isinstance(record, Referral | Participant):
        return []
    return [*_gone(record), *_waiting(record), *_holds(record)]


def _about(record: Referral | Participant) -> dict[str, Any]:
    return {"referral": record} if isinstance(record, Referral) else {"participant": record}


def _gone(record: Referral | Participant) -> Iterator[Notice]:
    at = record.key.destroyed_at
    if at is None:
        return
    by = rows(Disposal).filter(**_about(record), done_at__isnull=False).first()
    why = f" {BASIS_LABELS[Basis(by.basis)]}." if by else ""
    yield Notice(f"Disposed of on {words.day(words.local_day(at))}.{why}", page(by) if by else "")


def _waiting(record: Referral | Participant) -> Iterator[Notice]:
    for one in rows(Disposal).filter(**_about(record), done_at=None, refused_at=None):
        yield Notice(f"To be disposed of: {disposal(one)}.", page(one))


def _holds(record: Referral | Participant) -> Iterator[Notice]:
    holds = LegalHold.objects
    found = holds.over(record) if isinstance(record, Referral) else holds.about(record)
    for one in rows(LegalHold).filter(pk__in=found.values("pk")).order_by("pk"):
        on = f"the case at {case(one.referral)}" if one.referral else "all that is kept about him"
        yield Notice(
            f"Legal hold on {on}, since {words.moment(one.placed_at)}: none of it is disposed of.", page(one), hold=one
        )
