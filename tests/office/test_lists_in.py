"""A list on its way in, on the office's pages."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.roles import Role
from audit.models import Event
from core import clock
from courts.actions import uploads
from courts.actions.taking_in import work_on_lists
from courts.actions.undoing import undo
from courts.models import ListUpload, Referral
from courts.papers import MB
from office import waiting, words
from office.restrictions import looked_at_by
from office.search import asked, find
from office.subjects import page
from participants.models import Participant
from tests.courts.sending import Office, fresh
from tests.courts.workbook_files import HEADER, man, workbook
from tests.factories.clock import NOW
from tests.factories.participants import NoteFactory, RestrictionFactory
from tests.office.desk import Desk, refusals, text

pytestmark = pytest.mark.django_db
State = ListUpload.State
SEND = "/office/take-in/"
THEIRS = ("Cause No.", "Def. Last Name", "First", "Referral Type", "Remarks")


@pytest.fixture
def house(now: Any) -> Office:
    return Office()


def post(desk: Desk, house: Office, content: bytes, name: str = "march.xlsx") -> Any:
    said = {"court": house.court.pk, "program": house.program.pk, "file": SimpleUploadedFile(name, content)}
    return desk.client.post(SEND, said)


def sent(desk: Desk, house: Office, *numbers: int) -> ListUpload:
    assert post(desk, house, workbook(*map(man, numbers))).status_code == 302
    return ListUpload.objects.latest("id")


def found(desk: Desk, words: str) -> list[str]:
    with looked_at_by(desk.user, something_shut=False):
        return [man.last_name for man in find(asked(words)).people]


class TestSending:
    def test_leads_to_the_list(self, desk: Desk, house: Office):
        answer = post(desk, house, workbook(man(1)))
        made = ListUpload.objects.get()
        assert (answer.status_code, answer["Location"]) == (302, page(made))
        assert (made.court, made.program, made.uploaded_by) == (house.court, house.program, desk.user)

    def test_what_is_no_list_is_said_beside_the_file(self, desk: Desk, house: Office):
        answer = post(desk, house, b"%PDF-1.7\n", "list.pdf")
        assert answer.context["form"].errors["file"] == [
            "This file is a PDF, not a list in plain text. Open it in your spreadsheet, choose "
            '"Save as" and "CSV UTF-8", and import that file.'
        ]
        assert not ListUpload.objects.exists()

    def test_what_is_too_big_is_a_sentence(self, desk: Desk, house: Office):
        answer = post(desk, house, bytes(10 * MB + MB))
        assert answer.status_code == 413
        assert "This file is larger than 10 MB. Send it in parts." in text(answer)
        assert not ListUpload.objects.exists()

    def test_wants_the_forms_token(self, desk: Desk, house: Office):
        desk.client.handler.enforce_csrf_checks = True
        assert post(desk, house, workbook(man(1))).status_code == 403
        assert not ListUpload.objects.exists()

    def test_shows_the_lists_of_before(self, desk: Desk, house: Office):
        post(desk, house, workbook(man(1)), "march.xlsx")
        assert "march.xlsx" in text(desk.get(SEND))


class TestColumns:
    @pytest.fixture
    def upload(self, desk: Desk, house: Office) -> ListUpload:
        lines = (THEIRS, ("26-1", "Halloway", "Dorian", "diversion", "called"))
        post(desk, house, "\n".join(map(",".join, lines)).encode(), "march.csv")
        return ListUpload.objects.get()

    def test_what_could_be_told_is_filled_in(self, desk: Desk, upload: ListUpload):
        form = desk.get(page(upload)).context["form"]
        assert [(field.label, field.value(), values) for field, values in form.lines] == [
            ("Cause No.", "case_number", ["26-1"]),
            ("Def. Last Name", "last_name", ["Halloway"]),
            ("First", "first_name", ["Dorian"]),
            ("Referral Type", "referral_kind", ["diversion"]),
            ("Remarks", "", ["called"]),
        ]

    def test_said_lead_on(self, desk: Desk, upload: ListUpload):
        said = ("case_number", "last_name", "first_name", "referral_kind", "")
        answer = desk.client.post(f"{page(upload)}columns/", {f"column-{n}": name for n, name in enumerate(said)})
        assert (answer.status_code, fresh(upload).state) == (302, State.READING)

    def test_without_a_name_are_asked_again(self, desk: Desk, upload: ListUpload):
        answer = desk.client.post(f"{page(upload)}columns/", {"column-0": "case_number"})
        assert answer.status_code == 422
        assert list(answer.context["form"].non_field_errors()) == [
            "Say which column is the last name, first name. Without it no row can come in."
        ]


class TestPreview:
    def test_is_a_look(self, desk: Desk, house: Office):
        upload = house.preview(sent(desk, house, 1))
        desk.get(page(upload))
        assert Event.objects.on(upload).filter(verb="list.looked_at", actor=f"user:{desk.user.pk}").count() == 1

    def test_shows_each_kind_under_its_tab(self, desk: Desk, house: Office):
        house.take_in(house.send_men(1))
        rows = [(*man(1), "6/1/2026"), (*man(2), ""), ("", "Nobody", "Dorian", "diversion", "")]
        upload = house.preview(house.send(workbook(*rows, header=(*HEADER, "complete_by"))))
        assert "Dorian Halloway2" in text(desk.get(page(upload)))
        assert "Complete by: nothing → becomes 2026-06-01" in text(desk.get(f"{page(upload)}?kind=changed"))
        assert "There is no case number and no incident number." in text(desk.get(f"{page(upload)}?kind=refused"))

    def test_says_nothing_of_a_file_that_is_shut(self, desk: Desk, house: Office):
        house.take_in(house.send(workbook((*man(1), "5/1/2026"), header=(*HEADER, "complete_by"))))
        RestrictionFactory(participant=Participant.objects.get())
        upload = house.preview(house.send(workbook((*man(1), "6/1/2026"), header=(*HEADER, "complete_by"))))
        shown = text(desk.get(f"{page(upload)}?kind=changed"))
        assert "In a file that is shut to you." in shown
        assert "2026-05-01" not in shown

    def test_of_a_new_referral_says_nothing_of_a_file_that_is_shut(self, desk: Desk, house: Office):
        header = (*HEADER, "date_of_birth", "middle_name")
        house.take_in(house.send(workbook((*man(1), "3/14/1979", "Ansel"), header=header)))
        RestrictionFactory(participant=Participant.objects.get())
        row = ("27-1", "Halloway1", "Dorian", "diversion", "3/14/1979", "Kofi")
        upload = house.preview(house.send(workbook(row, header=header)))
        shown = text(desk.get(f"{page(upload)}?kind=changed"))
        assert "In a file that is shut to you." in shown
        assert "Ansel" not in shown

    def test_asks_no_more_for_three_rows_than_for_one(self, desk: Desk, house: Office, django_assert_num_queries: Any):
        for numbers in ((1,), (2, 3, 4)):
            upload = house.preview(house.send_men(*numbers))
            with django_assert_num_queries(11):
                desk.get(page(upload))

    def test_leads_to_taking_in(self, desk: Desk, house: Office):
        upload = house.preview(sent(desk, house, 1))
        assert desk.notice(desk.press(upload, "take-in")) == "The list is coming in. You may leave this page."
        work_on_lists(now=NOW)
        assert "The list is in" in text(desk.get(page(upload)))
        assert Referral.objects.get().list_import.by == desk.user  # type: ignore[union-attr]

    def test_is_thrown_away(self, desk: Desk, house: Office):
        upload = house.preview(sent(desk, house, 1))
        assert desk.notice(desk.press(upload, "discard")) == "The list is thrown away. Nothing of it came in."
        assert fresh(upload).content is None


class TestProgress:
    def test_asks_again_until_it_is_over(self, desk: Desk, house: Office):
        upload = sent(desk, house, 1)
        asking = desk.client.get(page(upload), headers={"HX-Request": "true"})
        assert text(asking) == "The list is being read."
        house.preview(upload)
        asking = desk.client.get(page(upload), headers={"HX-Request": "true"})
        assert (asking["HX-Refresh"], asking.content) == ("true", b"")


class TestRefusedRows:
    def test_are_a_file(self, desk: Desk, house: Office):
        upload = house.send_text(HEADER, man(1), ("26-2", "", "Marek", "diversion"))
        house.take_in(upload)
        answer = desk.client.post(f"{page(upload)}refused/")
        assert answer["Content-Disposition"] == f'attachment; filename="refused-rows-{upload.pk}.csv"'
        assert len(answer.content.decode("utf-8-sig").splitlines()) == 2

    def test_that_are_kept_no_longer_are_a_sentence(self, desk: Desk, house: Office):
        upload = house.send_men(1)
        house.take_in(upload)
        assert desk.client.post(f"{page(upload)}refused/").status_code == 302


class TestUndoing:
    def test_takes_it_back(self, desk: Desk, house: Office):
        made = house.take_in(house.send_men(1, 2))
        said = desk.notice(desk.press(made, "undo"))
        assert said == "The list is taken back: 2 referrals are closed as entered by mistake."

    def test_of_what_was_built_on_is_refused(self, desk: Desk, house: Office):
        made = house.take_in(house.send_men(1, 2))
        NoteFactory(participant=Participant.objects.order_by("id")[0], at=NOW)
        assert refusals(desk.press(made, "undo")) == [
            "Nothing was taken back, because somebody has gone on with 1 of them: 26-0001: a note was written."
        ]

    def test_names_no_file_that_is_shut(self, desk: Desk, house: Office):
        made = house.take_in(house.send_men(1, 2))
        RestrictionFactory(participant=Participant.objects.order_by("id")[0], began_at=NOW)
        assert refusals(desk.press(made, "undo")) == [
            "Nothing was taken back, because somebody has gone on with it in a file that is shut to you."
        ]

    def test_is_offered_for_a_day(self, desk: Desk, house: Office, monkeypatch: pytest.MonkeyPatch):
        upload = house.send_men(1)
        house.take_in(upload)
        assert "Take the list back" in text(desk.get(page(upload)))
        monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=1))
        assert "Take the list back" not in text(Desk(Role.COORDINATOR).get(page(upload)))

    def test_leaves_nobody_in_lists_and_in_search_who_came_only_by_it(self, desk: Desk, house: Office):
        house.take_in(house.send_men(1))
        made = house.take_in(house.send_men(2))
        assert found(desk, "26-0002") == ["Halloway2"]
        assert sorted(found(desk, "Dorian")) == ["Halloway1", "Halloway2"]
        undo(list_import=made, by=desk.user, now=NOW)
        people = text(desk.get(reverse("office:participants_participant_changelist")))
        referrals = text(desk.get(reverse("office:courts_referral_changelist")))
        for shown in (people, referrals):
            assert "Halloway1" in shown
            assert "Halloway2" not in shown
        assert found(desk, "26-0002") == []
        assert found(desk, "Dorian") == ["Halloway1"]


class TestToday:
    def lines(self) -> list[tuple[str, str, str, bool]]:
        found = waiting.lines(now=NOW, today=words.today())
        return [(one.what, one.button, one.url, one.broken) for one in found if one.key.startswith("list:")]

    def test_says_when_somebody_is_needed(self, house: Office):
        upload = house.send_men(1)
        assert self.lines() == []
        house.preview(upload)
        assert self.lines() == [("A list to look at", "Look at it", page(upload), False)]
        ListUpload.objects.update(state=State.FAILED, why="No.")
        assert self.lines() == [("A list went wrong", "Look at it", page(upload), True)]
        uploads.discard(upload=upload, by=house.by, now=NOW)
        assert self.lines() == []
