import codecs
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import Workbook

from audit.models import Event
from courts.actions import uploads
from courts.actions.taking_in import work_on_lists
from courts.actions.uploads import ColumnsMissing, NothingComesIn, NotNow, UnfitList, clear_lists
from courts.models import Flag, ListImport, ListMapping, ListUpload, Referral
from participants.models import Participant
from tests.courts.sending import Office, fresh
from tests.courts.workbook_files import HEADER, locked_by_excel, man, saved, workbook
from tests.factories.clock import NOW
from tests.factories.lists import ListUploadFactory
from vault.models import Key

pytestmark = pytest.mark.django_db
State = ListUpload.State
THEIRS = ("Cause No.", "Def. Last Name", "First", "Referral Type", "Ct. Remarks")
SAID = {
    "causeno": "case_number", "deflastname": "last_name", "first": "first_name", "referraltype": "referral_kind",
    "ctremarks": "",
}  # fmt: skip


@pytest.fixture
def office(now) -> Office:
    return Office()


class TestSending:
    def test_a_list_in_our_own_words_is_read_at_once(self, office: Office):
        sent = office.send_men(1)
        assert (sent.state, sent.mapping, sent.sheet, sent.name) == (State.READING, None, "Sheet", "week-10.xlsx")

    def test_is_an_event_that_names_nobody(self, office: Office):
        sent = office.send_men(1)
        event = Event.objects.on(sent).get()
        assert (event.verb, event.actor, event.personal) == ("list.uploaded", f"user:{office.by.pk}", None)
        assert event.facts == {"program": office.program.pk, "court": office.court.pk, "size": sent.size}

    def test_stands_under_a_key_of_its_own(self, office: Office):
        sent = office.send_men(1)
        assert sent.key.kind == Key.Kind.LIST
        raw: Any = ListUpload.objects.filter(pk=sent.pk).values_list("content", "name").get()
        assert b"PK" not in bytes(raw[0])[:4]
        assert b"week-10" not in bytes(raw[1])

    def test_in_a_courts_words_asks_for_its_columns(self, office: Office):
        assert office.send_text(THEIRS, ("26-1", "Halloway", "Dorian", "diversion", "")).state == State.MAPPING

    def test_a_name_is_shown_without_its_path(self, office: Office):
        assert office.send(workbook(man(1)), "C:\\Lists\\march\u202e.xlsx").name == "march.xlsx"

    @pytest.mark.parametrize(
        ("content", "why"),
        [
            (b"", "This file is empty. Choose another one."),
            (b"\n\n", "This file is empty. Export the list once more."),
            (bytes(10 * 1024 * 1024 + 1), "This file is larger than 10 MB. Send it in parts."),
            (
                locked_by_excel(),
                "This file is protected by a password. Take it off (File, Info, Protect Workbook), save the file, and "
                "send it again.",
            ),
            (b"%PDF-1.7\n", "This file is a PDF, not a list in plain text. Open it in your spreadsheet, choose "
             '"Save as" and "CSV UTF-8", and import that file.'),
        ],
        ids=["empty", "blank", "too large", "locked", "PDF"],
    )  # fmt: skip
    def test_what_is_no_list_is_a_sentence_and_nothing_is_kept(self, office: Office, content: bytes, why: str):
        with pytest.raises(UnfitList) as refused:
            office.send(content)
        assert str(refused.value) == why
        assert not ListUpload.objects.exists()
        assert not Key.objects.filter(kind=Key.Kind.LIST).exists()


class TestEncodings:
    """As spreadsheets save them: José's name comes in as it is."""

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252", "latin-1"])
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
    def test_comes_in_as_it_was_written(self, office: Office, encoding: str, delimiter: str):
        rows = (HEADER, ("26-1", "Muñoz Ibáñez", "José", "diversion"))
        text = "\r\n".join(delimiter.join(row) for row in rows)
        content = (codecs.BOM_UTF16_BE if encoding == "utf-16-be" else b"") + text.encode(encoding)
        made = office.take_in(office.send(content, "week-10.csv"))
        man = Participant.objects.get()
        assert (made.added, made.refused, man.last_name, man.first_name) == (1, 0, "Muñoz Ibáñez", "José")
        assert not Flag.objects.exists()

    def test_of_a_court_that_writes_a_title_above_its_own_header(self, office: Office):
        rows = (("Kent, Municipal; week 10",), (), THEIRS, ("26-1", "Halloway", "Dorian", "diversion", ""))
        sent = office.send("\r\n".join("\t".join(row) for row in rows).encode("utf-16"), "week-10.txt")
        assert (sent.state, uploads.sample_of(sent).header) == (State.MAPPING, THEIRS)
        uploads.name_columns(upload=sent, said=SAID, by=office.by, now=NOW)
        assert office.take_in(sent).added == 1


class TestColumns:
    @pytest.fixture
    def sent(self, office: Office) -> ListUpload:
        return office.send_text(THEIRS, ("26-1", "Halloway", "Dorian", "diversion", "called twice"))

    def name(self, office: Office, upload: ListUpload, said: dict[str, str]) -> ListUpload:
        return uploads.name_columns(upload=upload, said=said, by=office.by, now=NOW)

    def test_said_once_are_kept_for_the_next_list_of_this_court(self, office: Office, sent: ListUpload):
        named = self.name(office, sent, SAID)
        again = office.send_text(THEIRS, ("26-2", "Brzezik", "Marek", "diversion", ""))
        assert named.state == again.state == State.READING
        assert named.mapping == again.mapping == ListMapping.objects.get()
        assert ListMapping.objects.get().columns == SAID

    def test_of_another_court_are_asked_for(self, office: Office, sent: ListUpload):
        self.name(office, sent, SAID)
        other = Office()
        assert other.send_text(THEIRS, ("26-2", "Brzezik", "Marek", "diversion", "")).state == State.MAPPING

    def test_one_more_than_was_spoken_of_is_asked_for(self, office: Office, sent: ListUpload):
        self.name(office, sent, SAID)
        assert office.send_text((*THEIRS, "Judge"), ("26-2", "B", "M", "diversion", "", "")).state == State.MAPPING

    def test_said_otherwise_take_the_place_of_what_was_kept(self, office: Office, sent: ListUpload):
        self.name(office, sent, SAID)
        other = office.send_text((*THEIRS, "Judge"), ("26-2", "B", "M", "diversion", "", ""))
        self.name(office, other, SAID | {"judge": "judge"})
        assert [bool(one.ended_at) for one in ListMapping.objects.order_by("id")] == [True, False]

    def test_without_what_no_list_can_do_without_are_refused(self, office: Office, sent: ListUpload):
        with pytest.raises(ColumnsMissing, match=r"^Say which column is the first name\."):
            self.name(office, sent, SAID | {"first": ""})
        assert fresh(sent).state == State.MAPPING
        assert not ListMapping.objects.exists()

    def test_given_twice_are_refused(self, office: Office, sent: ListUpload):
        with pytest.raises(ColumnsMissing, match=r"^Two columns are the last name. Leave one of them out.$"):
            self.name(office, sent, SAID | {"ctremarks": "last_name"})

    def test_are_named_once(self, office: Office, sent: ListUpload):
        self.name(office, sent, SAID)
        with pytest.raises(NotNow):
            self.name(office, sent, SAID)

    def test_what_is_left_out_comes_in_nowhere(self, office: Office, sent: ListUpload):
        self.name(office, sent, SAID)
        office.take_in(sent)
        assert Referral.objects.get().case_number == "26-1"
        assert b"called twice" not in bytes(fresh(sent).refused_rows or b"")

    def test_can_be_named_again_after_a_look(self, office: Office, sent: ListUpload):
        self.name(office, sent, SAID)
        office.preview(sent)
        uploads.name_columns_again(upload=sent, by=office.by, now=NOW)
        assert (fresh(sent).state, fresh(sent).preview) == (State.MAPPING, None)


class TestSheets:
    def test_of_several_one_is_chosen(self, office: Office):
        book = Workbook()
        for sheet, number in ((book.worksheets[0], 1), (book.create_sheet("April"), 2)):
            sheet.append(HEADER)
            sheet.append(man(number))
        sent = office.send(saved(book))
        assert (sent.state, sent.sheet) == (State.MAPPING, "")

        chosen = uploads.choose_sheet(upload=sent, sheet="April", by=office.by, now=NOW)

        assert chosen.state == State.READING
        office.take_in(sent)
        assert Participant.objects.get().last_name == "Halloway2"

    def test_one_that_isnt_there_is_refused(self, office: Office):
        sent = ListUploadFactory(content=workbook(man(1)))
        with pytest.raises(UnfitList, match=r"^This file has no rows in it. Export the list once more.$"):
            uploads.choose_sheet(upload=sent, sheet="May", by=office.by, now=NOW)


class TestPreview:
    def test_says_what_would_come_of_it_and_nothing_comes_in(self, office: Office):
        office.take_in(office.send_men(1, 2))
        rows = [(*man(1), "6/1/2026"), (*man(2), ""), (*man(3), "no date"), ("26-9", "", "Dorian", "diversion", "")]
        before = Referral.objects.count(), Participant.objects.count(), ListImport.objects.count(), Key.objects.count()

        seen = office.preview(office.send(workbook(*rows, header=(*HEADER, "complete_by"))))

        assert seen.state == State.PREVIEWED
        assert (seen.preview or {})["counts"] == {
            "new": 1, "matched": 1, "changed": 1, "refused": 1, "flagged": 1, "referrals": 4,
        }  # fmt: skip
        after = Referral.objects.count(), Participant.objects.count(), ListImport.objects.count(), Key.objects.count()
        assert after == (*before[:3], before[3] + 1)

    def test_shows_old_beside_new(self, office: Office):
        office.take_in(office.send_men(1))
        seen = office.preview(office.send(workbook((*man(1), "6/1/2026"), header=(*HEADER, "complete_by"))))
        (row,) = (seen.preview or {})["rows"]["changed"]
        assert row == {
            "line": 2, "name": "Dorian Halloway1", "number": "26-0001", "referral": Referral.objects.get().pk,
            "changes": [["complete_by", "", "2026-06-01"]],
        }  # fmt: skip

    def test_a_row_that_comes_twice_is_new_once(self, office: Office):
        born = [(*man(1), "3/14/1979", charge) for charge in ("One", "Two")]
        filler = [(*man(number), "3/14/1979", "x") for number in range(2, 600)]
        rows = [born[0], *filler, born[1]]
        seen = office.preview(office.send(workbook(*rows, header=(*HEADER, "date_of_birth", "charge"))))
        assert ((seen.preview or {})["counts"]["new"], (seen.preview or {})["counts"]["matched"]) == (599, 1)

    def test_counts_what_the_import_then_counts(self, office: Office):
        office.take_in(office.send_men(1, 2))
        rows = [(*man(n), "6/1/2026" if n % 2 else "") for n in range(1, 9)] + [("", "No number", "Dorian", "x", "")]
        sent = office.send(workbook(*rows, header=(*HEADER, "complete_by")))
        seen = office.preview(sent).preview["counts"]  # type: ignore[index]
        came = office.take_in(sent)
        assert (came.added, came.known, came.changed, came.refused) == (
            seen["new"], seen["matched"], seen["changed"], seen["refused"]
        )  # fmt: skip

    def test_of_a_new_referral_of_which_his_file_says_otherwise_counts_as_new_and_as_changed(self, office: Office):
        header = (*HEADER, "date_of_birth", "middle_name", "complete_by")
        office.take_in(office.send(workbook((*man(1), "3/14/1979", "Ansel", ""), header=header)))
        rows = [
            ("27-1", "Halloway1", "Dorian", "diversion", "3/14/1979", "Kofi", ""),
            ("27-2", "Brzezik", "Marek", "diversion", "3/14/1980", "", "6/1/2026"),
            ("27-2", "Brzezik", "Marek", "diversion", "3/14/1980", "", "7/1/2026"),
        ]
        sent = office.send(workbook(*rows, header=header))
        seen = office.preview(sent).preview or {}
        assert (seen["counts"]["new"], seen["counts"]["changed"], seen["counts"]["matched"]) == (2, 2, 0)
        assert [(row["participant"], row["changes"]) for row in seen["rows"]["changed"]] == [
            (Participant.objects.get().pk, [["middle_name", "Ansel", "Kofi"]]),
            (None, [["complete_by", "2026-06-01", "2026-07-01"]]),
        ]
        came = office.take_in(sent)
        assert (came.added, came.changed, came.known) == (2, 2, 0)

    def test_of_a_list_that_breaks_further_down_is_a_sentence(self, office: Office):
        sent = office.send(workbook(*map(man, range(1, 30)), ("=1+1", "Halloway", "Dorian", "diversion")))
        seen = office.preview(sent)
        assert (seen.state, seen.why) == (
            State.FAILED,
            "This file has a formula in A31 whose result isn't saved with it. Open it in Excel, save it, and send it "
            "again.",
        )
        assert not Referral.objects.exists()


class TestTakingIn:
    def test_brings_the_referrals_with_who_and_how_many(self, office: Office):
        made = office.take_in(office.send_men(1, 2, 3))
        assert (made.added, made.by, made.at, made.court) == (3, office.by, NOW, office.court)
        assert Referral.objects.filter(list_import=made).count() == 3
        event = Event.objects.on(made).get()
        assert (event.verb, event.actor) == ("list.imported", f"user:{office.by.pk}")
        assert event.facts == {"added": 3, "known": 0, "changed": 0, "refused": 0}

    def test_keeps_the_refused_rows_to_be_mended_and_sent_again(self, office: Office):
        sent = office.send_text(HEADER, man(1), ("26-2", "", "Marek", "diversion"))
        made = office.take_in(sent)
        rows = uploads.fetch_refused(upload=sent, by=office.by, now=NOW)
        assert (made.added, made.refused) == (1, 1)
        assert (
            rows.decode("utf-8-sig")
            .splitlines()[1]
            .startswith("3,There is no last name. Fill it in and send the row again.,,26-2,")
        )

        again = office.send(rows.replace(b",,Marek,", b",Brzezik,Marek,"), "mended.csv")

        assert again.state == State.READING
        assert office.take_in(again).added == 1

    def test_of_nothing_but_refused_rows_is_refused(self, office: Office):
        sent = office.preview(office.send_text(HEADER, ("26-2", "", "Marek", "diversion")))
        with pytest.raises(NothingComesIn):
            uploads.take_in(upload=sent, by=office.by, now=NOW)
        assert not ListImport.objects.exists()

    def test_is_done_once(self, office: Office):
        sent = office.preview(office.send_men(1))
        uploads.take_in(upload=sent, by=office.by, now=NOW)
        with pytest.raises(NotNow):
            uploads.take_in(upload=sent, by=office.by, now=NOW)


class TestClearing:
    def test_what_is_done_without_refused_rows_goes_at_once(self, office: Office):
        sent = office.send_men(1)
        office.take_in(sent)
        assert clear_lists(now=NOW) == 1
        gone = fresh(sent)
        assert (gone.content, gone.preview, gone.emptied_at, gone.state) == (None, None, NOW, State.DONE)
        assert gone.key.destroyed_at == NOW

    def test_refused_rows_that_were_fetched_are_kept_an_hour(self, office: Office):
        sent = office.send_text(HEADER, man(1), ("26-2", "", "Marek", "diversion"))
        office.take_in(sent)
        uploads.fetch_refused(upload=sent, by=office.by, now=NOW)
        assert clear_lists(now=NOW + timedelta(hours=1)) == 0
        assert clear_lists(now=NOW + timedelta(hours=1, seconds=1)) == 1
        with pytest.raises(NotNow):
            uploads.fetch_refused(upload=sent, by=office.by, now=NOW)

    def test_what_nobody_goes_on_with_is_thrown_away_after_a_week(self, office: Office):
        sent = office.preview(office.send_men(1))
        assert clear_lists(now=NOW + timedelta(days=7)) == 0
        assert clear_lists(now=NOW + timedelta(days=7, seconds=1)) == 1
        assert fresh(sent).state == State.DISCARDED

    def test_what_is_coming_in_stays(self, office: Office):
        sent = office.preview(office.send_men(1))
        uploads.take_in(upload=sent, by=office.by, now=NOW)
        assert clear_lists(now=NOW + timedelta(days=8)) == 0

    def test_what_is_thrown_away_is_gone(self, office: Office):
        sent = office.send_men(1)
        uploads.discard(upload=sent, by=office.by, now=NOW)
        assert (fresh(sent).state, fresh(sent).content) == (State.DISCARDED, None)
        assert fresh(sent).key.destroyed_at == NOW
        assert work_on_lists(now=NOW) == 0
