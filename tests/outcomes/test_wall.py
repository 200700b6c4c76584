"""The wall: what one man answered stands on no page, in no report, no file, no mail and no event."""

import base64
import io
import re
from datetime import datetime
from typing import Any

import pikepdf
import pytest
from django.core import mail
from django.core.cache import cache
from django.urls import reverse

from accounts.roles import Role
from audit.models import Event
from courts.models import Report
from messaging.models import Message
from office.admin import office
from outcomes.actions import own_file
from outcomes.actions.asking import to_hand
from outcomes.instruments import written
from outcomes.kinds import Moment
from outcomes.models import Asking, Instrument, Link, Sheet
from outcomes.shipped import beliefs, frequency
from programs.models import Enrollment, Program
from tests.access.people import signed_in
from tests.access.scene import Scene
from tests.access.table import ROWS
from tests.courts.pdf import text_of
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.outcomes import InstrumentFactory
from tests.house import our_models
from tests.outcomes.people import answered, enrolled
from vault.models import Key

pytestmark = [pytest.mark.django_db, pytest.mark.once]
# What he chose: its words, and the number by which it is kept. Both stand nowhere else.
LOW, CHOSEN, WORDS = 8675300, 8675303, "zebra-17"
MARK = re.compile(f"{CHOSEN}|{WORDS}|8,675,303")
# Where all that can be chosen stands, before anybody has: who writes the questions, and his own page.
ALL_CHOICES = {"office:instrument", "questions:item", "questions:all", "office:sheet_pdf"}


@pytest.fixture
def scene(now: datetime) -> Scene:
    cache.clear()
    return Scene()


def marked(program: Program) -> None:
    """Its instruments ask with choices of their own."""
    Instrument.objects.filter(program=program).update(retired_at=NOW)
    for questionnaire, document in ((False, beliefs()), (True, frequency())):
        content = written(document) | {"low": LOW}
        lists = [content["labels"], *(item["labels"] for item in content["items"] if item["labels"])]
        for labels in lists:
            for language in labels:
                labels[language][CHOSEN - LOW] = WORDS
        InstrumentFactory(program=program, content=content, questionnaire=questionnaire, version=900)


@pytest.fixture
def walls(scene: Scene) -> Scene:
    """Everything there is, and whoever can be asked has answered."""
    for role in Role:
        scene.person(role)
    assert scene.report
    assert scene.session
    for model in our_models():
        scene.row(model)
    for program in Program.objects.all():
        marked(program)
    asked = [one for one in Enrollment.objects.all() if Moment.INTAKE in to_hand(one, now=NOW)]
    for enrollment in asked:
        answered(enrollment, value=CHOSEN)
    done = Sheet.objects.filter(is_done=True)
    assert len(asked) > 5
    assert {value for sheet in done if sheet.instrument.version == 900 for value in sheet.answers.values()} == {CHOSEN}
    return scene


def words(answer: Any) -> str:
    """Of a page or a file; of a PDF what is drawn, and what it has along."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if answer.headers.get("Content-Type", "").startswith("application/pdf"):
        try:
            with pikepdf.open(io.BytesIO(content)) as pdf:
                along = b"".join(bytes(file.get_file().read_bytes()) for file in pdf.attachments.values())
            return text_of(content) + along.decode(errors="replace")
        except pikepdf.PdfError:
            pass  # a factory's, which is none
    return content.decode("utf-8", "replace")


def test_no_page_shows_it(walls: Scene) -> None:
    found, pages, read = [], 0, 0
    for role in Role:
        user = walls.person(role)
        client = signed_in(user, again=True)
        for row in ROWS:
            if row.name in ALL_CHOICES:
                continue
            answer: Any = client.get(reverse(row.name, args=list(row.own(walls, user))))
            if answer.status_code == 200:
                said = words(answer)
                pages, read = pages + 1, read + len(said)
                found += [(role, row.name, match) for match in MARK.findall(said)]
    assert found == []
    assert (pages > 250, read > 1_000_000) == (True, True)


def test_no_case_file_shows_it_nor_any_of_its_tabs(walls: Scene) -> None:
    client = signed_in(UserFactory.create(roles=list(Role)), again=True)
    men = {one.participant_id for one in Enrollment.objects.filter(pk__in=_asked())}
    # A factory's report that nothing was done with yet is none that his file could show.
    men -= set(Report.objects.filter(last_step=None).values_list("referral__participant", flat=True))
    pages = [client.get(f"/office/people/{man}/?tab=whole").content.decode() for man in sorted(men)]

    assert len(pages) > 5
    assert [page for page in pages if "At intake" not in page] == []
    assert [match for page in pages for match in MARK.findall(page)] == []


def test_no_list_that_leaves_holds_it(walls: Scene) -> None:
    client = signed_in(walls.person(Role.ADMINISTRATOR), again=True)
    found, cells = [], 0
    for model, _ in office.nouns():
        url = reverse("office:export", args=[model._meta.label_lower])
        columns = [place for place, _ in client.get(url).context["form"].fields["columns"].choices]
        left: Any = client.post(url, {"columns": columns, "kind": "csv", "why": "To look at it"})
        said = words(left)
        cells += len(said)
        found += [(model._meta.label, match) for match in MARK.findall(said)]
    assert (found, cells > 5000) == ([], True)


def test_no_event_message_or_row_in_the_open_holds_it(walls: Scene) -> None:
    """Also not in what an event keeps under a man's key."""
    told = [f"{event.facts} {event.record} {event.reveal()}" for event in Event.objects.all()]
    sent = [f"{one.subject} {one.body}" for one in mail.outbox]
    rows = [
        f"{model._meta.label} {row}"
        for model in our_models()
        if model is not Instrument
        for row in model._default_manager.values_list()
    ]
    assert len(told) > 100
    assert [said for said in (*told, *sent, *rows) if MARK.search(said)] == []
    assert Message.objects.exists()


def test_there_is_something_to_find(walls: Scene) -> None:
    """Through his own three doors it is there, so that the others could have shown it."""
    one = Enrollment.objects.get(pk=_asked()[0])
    told = own_file.answers_of(enrollment=one, by=UserFactory.create(), now=NOW)
    assert {answer for part in told for _, answer in part.said} == {WORDS}
    assert MARK.search(str(Sheet.objects.filter(is_done=True, instrument__version=900)[0].answers))


def _asked() -> list[int]:
    return list(Asking.objects.filter(state="done").order_by("pk").values_list("enrollment", flat=True))


@pytest.mark.django_db
def test_no_token_says_in_which_second_he_answered() -> None:
    """Fernet writes the second in clear: beside an event it would say whose answers these are."""
    enrollment = enrolled()
    answered(enrollment)

    keys = Key.objects.filter(kind__in=(Key.Kind.SUBJECT, Key.Kind.LINK))
    tokens: list[Any] = [*keys.values_list("wrapped", flat=True), *Link.objects.values_list("code", flat=True)]
    tokens += Sheet.objects.values_list("answers", flat=True)

    assert len(tokens) == 5
    month = datetime(2026, 3, 1, tzinfo=enrollment.program.zone)
    assert {_second_of(bytes(token)) for token in tokens} == {int(month.timestamp())}


def _second_of(token: bytes) -> int:
    """Of a Fernet token, after a byte that names the format."""
    return int.from_bytes(base64.urlsafe_b64decode(token)[1:9])
