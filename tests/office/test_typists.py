"""Whoever has a name in a court's row about a man, or a record's, doesn't type in his sheet either."""

from datetime import timedelta

import pytest

from courts.models import ListImport, Proposal
from office.typists import ABOVE, refuse_who_works_on_it, works_above
from outcomes.actions import answering
from outcomes.actions.answering import NOT_YOURS
from outcomes.actions.tickets import token_of
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import (
    IssuedDocumentFactory,
    ListImportFactory,
    ProposalFactory,
    ReferralFactory,
    ReferralMoveFactory,
)
from tests.factories.participants import ParticipantFactory
from tests.outcomes.typists import Named, judged, named, said, sheet_of
from tests.refusals import refuses

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("one", named(ABOVE), ids=said)
def test_who_is_named_in_a_row_about_him_does_not_type_in_his_sheet(one: Named) -> None:
    assert judged(works_above, one) == ({True}, False)


def test_he_is_told_the_same_as_by_the_action() -> None:
    document = IssuedDocumentFactory.create()
    sheet = sheet_of(document.report.referral.participant)

    above = refuses(answering.NotYourCase, refuse_who_works_on_it, user=document.issued_by, ticket=sheet)
    below = refuses(answering.NotYourCase, answering.paper, code=token_of(sheet), by=sheet.made_by, now=NOW)

    assert (str(above), str(below)) == (NOT_YOURS, NOT_YOURS)


def test_whose_signature_stands_on_it_signs_it_whoever_pressed() -> None:
    signer = UserFactory.create()
    document = IssuedDocumentFactory.create(signer__user=signer)
    sheets = [sheet_of(man) for man in (document.report.referral.participant, ParticipantFactory.create())]

    assert [works_above(signer, sheet) for sheet in sheets] == [True, False]


# --- What a list writes


@pytest.fixture
def made() -> ListImport:
    return ListImportFactory.create()


def test_who_took_in_a_list_works_on_nobodys_case_by_that(made: ListImport) -> None:
    by = UserFactory.create()
    listed, typed = ReferralFactory.create(list_import=made), ReferralFactory.create()
    for referral in (listed, typed):
        ReferralMoveFactory.create(referral=referral, number=1, old="", by=by)
    sheets = [sheet_of(referral.participant) for referral in (listed, typed)]

    assert [works_above(by, sheet) for sheet in sheets] == [False, True]
    ReferralMoveFactory.create(referral=listed, number=2, old="received", at=NOW, by=by)
    assert works_above(by, sheets[0]) is True


def test_nor_who_took_it_back(made: ListImport) -> None:
    by = UserFactory.create()
    made.undone_at, made.undone_by = NOW + timedelta(hours=1), by
    made.save()
    referral = ReferralFactory.create(list_import=made)
    ReferralMoveFactory.create(referral=referral, number=2, old="received", at=made.undone_at, by=by)

    assert works_above(by, sheet_of(referral.participant)) is False


@pytest.mark.parametrize(("state", "works"), [("withdrawn", False), ("taken", True), ("dismissed", True)])
def test_nor_by_what_gave_way_to_a_later_list(state: str, works: bool) -> None:
    by = UserFactory.create()
    kept = Proposal.State(state)
    one = ProposalFactory.create(kind="changed_data", state=kept, settled_at=NOW, settled_by=by)

    assert works_above(by, sheet_of(one.referral.participant)) is works
