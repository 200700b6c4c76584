"""What stands in the way of putting two files together, and where it is resolved."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from accounts.roles import Role
from core.refusal import Refusal
from courts.models import Referral
from participants.models import NonAssociation, Participant, Restriction, RestrictionName
from programs.models import Enrollment, FeeEntry, Mark, PaymentPlan, Seat, WaiverRequest


class MergedBefore(Refusal):
    pass


class FileForgotten(Refusal):
    pass


class KeptApart(Refusal):
    pass


class SameCaseTwice(Refusal):
    pass


class BothInOneProgram(Refusal):
    pass


class NobodyOpensBoth(Refusal):
    pass


class BornOtherwise(Refusal):
    """Of the birth dates; it is done once somebody has said that he looked."""


@dataclass(frozen=True, slots=True)
class Hindrance:
    """`at`: the record at which it is resolved."""

    refusal: type[Refusal]
    sentence: str
    at: Participant | NonAssociation | Referral | Enrollment


def hindrances(kept: Participant, left: Participant) -> list[Hindrance]:
    """In the order in which they are told; empty: nothing stands in the way. The birth dates aren't among them."""
    return [
        *_not_two_files(kept, left),
        *_kept_apart(kept, left),
        *_same_cases(kept, left),
        *_in_one_program(kept, left),
        *_shut(kept, left),
    ]


def born_otherwise(kept: Participant, left: Participant) -> bool:
    return None not in (kept.date_of_birth, left.date_of_birth) and kept.date_of_birth != left.date_of_birth


def _not_two_files(kept: Participant, left: Participant) -> Iterator[Hindrance]:
    for man in (kept, left):
        if man.merged_into_id is not None or kept.pk == left.pk:
            yield Hindrance(MergedBefore, "These two are one file already. Look at it again.", man)
        if man.key.destroyed_at is not None:
            yield Hindrance(FileForgotten, "One of these two was forgotten. Nothing can be put to it.", man)


def _kept_apart(kept: Participant, left: Participant) -> Iterator[Hindrance]:
    said = "These two are kept apart from one another: somebody knew them as two men. Ask who noted it, then end it."
    for apart in NonAssociation.objects.of(kept).filter(Q(one=left) | Q(other=left)):
        yield Hindrance(KeptApart, said, apart)


def _same_cases(kept: Participant, left: Participant) -> Iterator[Hindrance]:
    """An open case stands once, by court, number and man."""
    there = {"court": OuterRef("court"), "normalized_case_number": OuterRef("normalized_case_number")}
    his = Referral.objects.open().filter(participant=kept, **there)
    both = Referral.objects.open().filter(Exists(his), participant=left, court__isnull=False)
    for referral in both.exclude(normalized_case_number="").select_related("court").order_by("id"):
        assert referral.court is not None, "asked for with one"
        said = (
            f"Case {referral.case_number} at {referral.court.name} is open in both files. "
            "Close one of the two as entered by mistake first."
        )
        yield Hindrance(SameCaseTwice, said, referral)


def _in_one_program(kept: Participant, left: Participant) -> Iterator[Hindrance]:
    for one, other in both_open(kept, left):
        if begun(one) and begun(other):
            said = (
                f"Both files have an open enrollment in {one.program.name}, each with a seat, marks or fees. "
                "Close the referrals of one of the two first, or take back the fees that were entered in error."
            )
            yield Hindrance(BothInOneProgram, said, other)


def both_open(kept: Participant, left: Participant) -> list[tuple[Enrollment, Enrollment]]:
    """By program, the open enrollment of each, where both have one."""
    open_ones = Enrollment.objects.open().filter(participant__in=(kept, left)).select_related("program").order_by("id")
    by_man = {(one.participant_id, one.program_id): one for one in open_ones}
    both = [one for one in open_ones if one.participant_id == kept.pk and (left.pk, one.program_id) in by_man]
    return [(one, by_man[left.pk, one.program_id]) for one in both]


def begun(enrollment: Enrollment) -> bool:
    """He has sat somewhere under it, was seen there, or its ledger says something: that can't go over to another."""
    its = {"enrollment": enrollment}
    return (
        Seat.objects.filter(**its).exists()
        or Mark.objects.filter(**its).exists()
        or FeeEntry.objects.filter(**its, reverses=None, reversed_by=None).exists()
        or PaymentPlan.objects.filter(**its, ended_at=None).exists()
        or WaiverRequest.objects.open().filter(**its).exists()
    )


def shut_files(kept: Participant, left: Participant) -> dict[int, Restriction]:
    standing = Restriction.objects.current().filter(participant__in=(kept, left))
    return {one.participant_id: one for one in standing}


def names_of_both(one: Restriction, other: Restriction) -> set[int]:
    """Who may open either file."""
    names = RestrictionName.objects.filter(restriction__in=(one, other), ended_at=None)
    mine = set(names.filter(restriction=one).values_list("user", flat=True))
    return mine & set(names.filter(restriction=other).values_list("user", flat=True))


def _shut(kept: Participant, left: Participant) -> Iterator[Hindrance]:
    """With nobody named who may open both, the one file would open to every administrator."""
    shut = shut_files(kept, left)
    if len(shut) < 2:
        return
    both = names_of_both(shut[kept.pk], shut[left.pk])
    named = RestrictionName.objects.filter(restriction=shut[kept.pk], user__in=both, ended_at=None)
    if not named.filter(user__is_active=True, user__grants__role=Role.ADMINISTRATOR, user__grants__ended_at=None):
        said = (
            "Both files are restricted, and no administrator is named who may open both. "
            "Name one and the same in each, then put them together."
        )
        yield Hindrance(NobodyOpensBoth, said, left)
