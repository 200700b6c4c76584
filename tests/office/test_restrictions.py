"""A restricted file: for whoever isn't named in it the man doesn't exist, wherever one looks in the office."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import Model
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from audit.models import Event
from courts.models import CourtPaper, NumberLedger, Referral
from messaging.models import InboundText, Message
from office.actions import snooze
from office.admin import office
from office.deeds import declared
from office.subjects import MAN, rows
from office.waiting import lines
from participants.findable import make_findable
from participants.models import Participant, Restriction, RestrictionName
from tests.access.people import signed_in
from tests.access.scene import Scene
from tests.access.table import ROWS
from tests.courts.cases import program, received, seated
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import ReferralFactory, ReportFactory
from tests.factories.participants import (
    AppointmentFactory,
    ContactPointFactory,
    NonAssociationFactory,
    ParticipantFactory,
    RestrictionFactory,
    RestrictionNameFactory,
)
from tests.factories.programs import SeatFactory, SessionNoteFactory
from tests.factories.registry import by_model
from tests.office.desk import Desk, buttons, refusals, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
ABOUT_A_MAN = {model._meta.label: model for model, _ in office.nouns() if model in MAN or model is Participant}

OWN = Restriction._meta.label


def shut(*men: Participant) -> User:
    """To everybody but this administrator."""
    one: User = UserFactory(roles=[Role.ADMINISTRATOR])
    for man in men:
        RestrictionNameFactory(restriction__participant=man, user=one)
    return one


def named(man: Participant, *roles: Role) -> Desk:
    """Somebody whom the file names, too."""
    desk = Desk(*roles)
    RestrictionNameFactory(restriction=Restriction.objects.current().get(participant=man), user=desk.user)
    return desk


def file_of(man: Participant) -> str:
    return f"/office/people/{man.pk}/"


# --- who sees it


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR])
def test_it_opens_to_those_it_names_alone(role: Role) -> None:
    man = ParticipantFactory()
    keeper = shut(man)

    assert Desk(role).get(file_of(man)).status_code == 404
    opened = named(man, role).get(file_of(man))
    assert opened.status_code == 200
    assert f"Restricted. Opens to {keeper.name}, " in text(opened)
    assert Desk(role).get(file_of(ParticipantFactory())).status_code == 200


def test_whoever_is_no_longer_named_sees_it_no_more() -> None:
    man = ParticipantFactory()
    shut(man)
    desk = named(man)
    RestrictionName.objects.filter(user=desk.user).update(ended_at=NOW)

    assert desk.get(file_of(man)).status_code == 404


def test_a_restriction_that_ended_hides_nothing() -> None:
    man = RestrictionFactory(ended_at=NOW, ended_by=UserFactory()).participant

    assert Desk().get(file_of(man)).status_code == 200


@pytest.mark.parametrize("gone", ["left", "no administrator any more"])
def test_once_no_administrator_is_named_any_of_them_may_open_it(gone: str) -> None:
    man = ParticipantFactory()
    keeper = shut(man)
    if gone == "left":
        User.objects.filter(pk=keeper.pk).update(is_active=False)
    else:
        keeper.grants.update(ended_at=NOW)

    assert Desk(Role.ADMINISTRATOR).get(file_of(man)).status_code == 200
    assert Desk(Role.COORDINATOR).get(file_of(man)).status_code == 404


def test_an_office_without_a_program_keeps_it_shut_too() -> None:
    man = ParticipantFactory()
    shut(man)

    assert Desk().get(file_of(man)).status_code == 404


# --- nowhere


def about_somebody(model: type[Model]) -> Any:
    """A row of it; the factories of these leave out whom they are about."""
    about: dict[type[Model], dict[str, Any]] = {
        Message: {"participant": ParticipantFactory(), "user": None},
        InboundText: {"contact_point": ContactPointFactory()},
        CourtPaper: {"referral": ReferralFactory()},
        NumberLedger: {"report": ReportFactory()},
    }
    return by_model()[model](**about.get(model, {}))


def shut_all() -> list[str]:
    """Each man whose file is open; what must then stand nowhere."""
    restricted = Restriction.objects.current().values("participant")
    open_ones = list(Participant.objects.exclude(pk__in=restricted))
    shut(*open_ones)
    numbers = Referral.objects.filter(participant__in=open_ones).values_list("case_number", flat=True)
    # The factory's names come round again: whom the scene lets her open may be called like another.
    namesakes = {man.legal_name for man in Participant.objects.filter(pk__in=restricted)}
    secrets = {man.legal_name for man in open_ones} - namesakes
    return [*sorted(secrets), *filter(None, numbers)]


def test_no_page_of_the_office_shows_him_to_others() -> None:
    scene = Scene()
    scene._rows |= {model: about_somebody(model) for model in (Message, InboundText, CourtPaper, NumberLedger)}
    coordinator = scene.person(Role.COORDINATOR)
    client = signed_in(coordinator)
    ours = [row for row in ROWS if row.name.startswith("office:")]
    pages = [(row.name, reverse(row.name, args=row.own(scene, coordinator))) for row in ours]
    before = {url: client.get(url).status_code for _, url in pages}
    secrets = shut_all()

    found = []
    for name, url in pages:
        answer = client.get(url)
        said = text(answer) if "text/html" in answer["Content-Type"] else ""
        found += [f"{name} shows {secret}" for secret in secrets if secret in said]
        found += [f"{name} is still there"] * (_of_a_man(name) and before[url] == 200 and answer.status_code != 404)
    assert found == [], "\n".join(found)
    assert sum(status == 200 for status in before.values()) > 40


def _of_a_man(name: str) -> bool:
    noun = name.removeprefix("office:").removesuffix("_change")
    own_pages = {
        "person", "place", "report_pdf", "do", "compare", "intake", "print_one", "proof", "proof_pdf", "paper",
        "receipt",
    }  # fmt: skip
    # Its scene names whoever asks.
    if name == "office:participants_restriction_change":
        return False
    nouns = {f"{model._meta.app_label}_{model._meta.model_name}" for model in ABOUT_A_MAN.values()}
    return noun in own_pages or (name.endswith("_change") and noun in nouns)


@pytest.mark.parametrize("label", sorted({deed.noun._meta.label for deed in declared()} & ABOUT_A_MAN.keys() - {OWN}))
def test_nothing_can_be_done_to_him(label: str) -> None:
    record = about_somebody(ABOUT_A_MAN[label])
    desk = Desk(Role.ADMINISTRATOR, Role.COORDINATOR)
    secrets = shut_all()
    urls = [deed.url(record) for deed in declared() if deed.noun._meta.label == label]

    answers = [desk.get(url) for url in urls] + [desk.client.post(url) for url in urls]
    assert secrets != []
    assert {answer.status_code for answer in answers} == {404}


def test_today_has_no_line_about_him() -> None:
    one, other = received(program=program()), received(program=program())
    shut(one.participant)
    shown = text(Desk().get("/office/"))

    assert one.participant.legal_name not in shown
    assert other.participant.legal_name in shown
    assert one.participant.legal_name in text(named(one.participant).get("/office/"))


def test_a_task_and_the_counting_of_seats_go_on_behind_it() -> None:
    referral = received(program=program())
    shut(referral.participant)

    assert [line.what for line in lines(now=NOW, today=NOW.date())] == ["Referral to decide"]
    assert rows(Referral).count() == 1


def test_his_number_is_found_by_nobody_else() -> None:
    man = ParticipantFactory(last_name="Unmistakable")
    shut(man)

    listed = text(Desk().get("/office/participants/participant/"))
    assert "Unmistakable" not in listed
    assert "Unmistakable" in text(named(man).get("/office/participants/participant/"))


def test_a_search_a_list_that_leaves_and_a_deed_for_many_pass_him_over() -> None:
    man = received(participant=ParticipantFactory(last_name="Unmistakable")).participant
    planned = AppointmentFactory(participant=man)
    make_findable([man])
    shut(man)
    stranger, insider = Desk(), named(man)
    seen = {}
    for desk in (stranger, insider):
        desk.client = signed_in(desk.user, again=True)
        found = text(desk.client.post("/office/search/", {"q": "unmistakable"}))
        said = {"columns": ["0", "1"], "kind": "csv", "why": "The yearly count"}
        left: Any = desk.client.post("/office/lists/participants.participant/export/", said)
        assert left["Content-Type"] == "text/csv; charset=utf-8"
        many = {"name": "cancel", "pk": [planned.pk]}
        bulk = text(desk.client.post("/office/lists/participants.appointment/bulk/", many, follow=True))
        seen[desk] = [
            "Nothing fits" not in found and "Unmistakable" in found,
            b"Unmistakable" in b"".join(left.streaming_content),
            "Unmistakable" in bulk,
        ]

    assert seen == {stranger: [False] * 3, insider: [True] * 3}


def test_his_line_sleeps_for_those_alone_whom_the_file_names() -> None:
    man = received(program=program()).participant
    keeper = shut(man)
    insider = named(man)
    (line,) = lines(now=NOW, today=NOW.date())
    snooze(line=line, until=NOW.date() + timedelta(days=3), why="He is away.", today=NOW.date(), by=keeper, now=NOW)
    url = f"/office/line/?key={line.key}"

    assert ("1 asleep" in text(insider.get("/office/")), insider.get(url).status_code) == (True, 200)
    assert ("asleep" in text(Desk().get("/office/")), Desk().get(url).status_code) == (False, 404)


def test_the_other_one_of_a_pair_kept_apart_isnt_named() -> None:
    pair = NonAssociationFactory()
    shut(pair.other)
    desk = Desk()

    assert pair.other.legal_name not in text(desk.get(file_of(pair.one)))
    assert pair.other.legal_name not in text(desk.get(desk.button(pair.one, "apart")))
    assert desk.get(f"/office/participants/nonassociation/{pair.pk}/").status_code == 404


def test_on_the_roster_of_the_office_he_doesnt_stand() -> None:
    case = seated()
    beside = SeatFactory(cohort=case.cohort, enrollment__state="seated").enrollment.participant
    session = case.cohort.sessions.earliest("starts_at")
    shut(case.referral.participant)
    shown = text(Desk().get(f"/office/programs/session/{session.pk}/"))

    assert case.referral.participant.legal_name not in shown
    assert beside.legal_name in shown


def test_an_incident_about_him_is_nobodys_to_read() -> None:
    case = seated()
    note = SessionNoteFactory(kind="incident", enrollment=case.enrollment, session=case.cohort.sessions.first())
    shut(case.referral.participant)
    desk = Desk()

    assert desk.get(f"/office/incidents/{note.pk}/").status_code == 404
    assert "Incident note" not in text(desk.get("/office/"))


def test_the_audit_trail_keeps_what_was_done_to_him_from_others(now: datetime) -> None:
    man = ParticipantFactory()
    shut(man)
    insider = named(man, Role.ADMINISTRATOR)
    insider.press(man, "note", text="Only for us.")
    insider.get(file_of(man))

    records = set(rows(Event).values_list("record", flat=True))
    seen = text(Desk(Role.ADMINISTRATOR).get("/office/audit/event/"))
    assert f"participants.Participant:{man.pk}" in records
    assert f"participants.Participant:{man.pk}" not in seen


def test_a_restriction_itself_is_for_those_it_names() -> None:
    man = ParticipantFactory()
    shut(man)
    standing = Restriction.objects.get()
    stranger, insider = Desk(Role.ADMINISTRATOR), named(man, Role.ADMINISTRATOR)

    for name in ("names", "end"):
        assert stranger.get(stranger.button(standing, name)).status_code == 404
        assert insider.get(insider.button(standing, name)).status_code == 200


# --- setting it


def setting(desk: Desk, man: Participant, *names: User) -> Any:
    return desk.press(man, "restrict", why="A relative of his works here.", names=[user.pk for user in names])


def test_an_administrator_sets_it_with_a_reason_and_names() -> None:
    man, desk = ParticipantFactory(), Desk(Role.ADMINISTRATOR)
    coordinator = UserFactory(roles=[Role.COORDINATOR])

    assert desk.notice(setting(desk, man, desk.user, coordinator)) == (
        "Restricted. His file opens to those you named, and to nobody else in the office."
    )
    standing = Restriction.objects.get()
    assert (standing.participant, standing.why, standing.began_by) == (man, "A relative of his works here.", desk.user)
    assert set(standing.names.values_list("user", "named_by")) == {
        (desk.user.pk, desk.user.pk),
        (coordinator.pk, desk.user.pk),
    }
    begun = Event.objects.get(verb="restriction.began")
    assert begun.reveal() == {"why": "A relative of his works here."}


def test_a_coordinator_cannot() -> None:
    man, desk = ParticipantFactory(), Desk()

    assert setting(desk, man, desk.user).status_code == 404
    assert "restrict" not in buttons(desk.get(file_of(man)))


def test_without_an_administrator_nobody_could_open_it_again() -> None:
    man, desk = ParticipantFactory(), Desk(Role.ADMINISTRATOR)

    said = refusals(setting(desk, man, UserFactory(roles=[Role.COORDINATOR])))
    assert said == ["Name at least one administrator, who can open the file to the office again."]
    assert Restriction.objects.count() == 0


def test_twice_is_once() -> None:
    man, desk = ParticipantFactory(), Desk(Role.ADMINISTRATOR)
    setting(desk, man, desk.user)

    assert refusals(setting(desk, man, desk.user)) == [
        "This file is restricted already. Change who may open it instead."
    ]


def test_whoever_didnt_name_himself_comes_back_to_today() -> None:
    man, desk = ParticipantFactory(), Desk(Role.ADMINISTRATOR)

    assert setting(desk, man, UserFactory(roles=[Role.ADMINISTRATOR]))["Location"] == "/office/"
    assert desk.get(file_of(man)).status_code == 404


def test_its_names_are_changed() -> None:
    man, desk = ParticipantFactory(), Desk(Role.ADMINISTRATOR)
    old, new = UserFactory(roles=[Role.COORDINATOR]), UserFactory(roles=[Role.COORDINATOR])
    setting(desk, man, desk.user, old)
    standing = Restriction.objects.get()
    answer = desk.press(standing, "names", names=[desk.user.pk, new.pk])

    assert desk.notice(answer) == "Changed who may open this file."
    current = standing.names.filter(ended_at=None)
    assert set(current.values_list("user", flat=True)) == {desk.user.pk, new.pk}
    assert list(standing.names.exclude(ended_at=None).values_list("user", flat=True)) == [old.pk]


def test_it_is_opened_again() -> None:
    man, desk = ParticipantFactory(), Desk(Role.ADMINISTRATOR)
    setting(desk, man, desk.user)
    standing = Restriction.objects.get()

    assert desk.notice(desk.press(standing, "end")) == "Open to the whole office again."
    standing.refresh_from_db()
    assert (standing.ended_by, standing.names.filter(ended_at=None).count()) == (desk.user, 0)
    assert Desk().get(file_of(man)).status_code == 200
    ContactPointFactory(participant=man)
    assert desk.press(standing, "names", names=[desk.user.pk]).status_code == 409
