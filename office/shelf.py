"""The page of settings: by what one wants to do; below it every noun that is kept, floor by floor."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from accounts.models import User
from accounts.roles import Role
from courts.models import Agency, Closure, Court
from messaging.models import DiscretionException
from office import words
from office.doing import find
from office.site import office
from office.subjects import page
from outcomes.models import Draft
from programs.models import Program
from records.models import Disposal, LegalHold

FLOORS = (
    ("programs", "Programs"),
    ("courts", "Courts and referrals"),
    ("participants", "People"),
    ("messaging", "Messages"),
    ("records", "Keeping and disposing"),
    ("accounts", "Staff"),
    ("audit", "Audit trail"),
    ("core", "Background jobs"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """`state`: how it stands just now, in a few words."""

    name: str
    about: str
    url: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    entries: list[Entry]
    # What can be begun here: label and address.
    begin: list[tuple[str, str]]


def sections(request: HttpRequest) -> list[Section]:
    first = Program.objects.order_by("id").first()
    found = [*map(_program, _programs()), _courts(first), _asked(), _sent()]
    user: Any = request.user
    return [*found, _another(first), _records(), _staff(first)] if Role.ADMINISTRATOR in user.roles else found


def _another(program: Program | None) -> Section:
    begin = ("Begin another program" if program else "Begin the first program", reverse("office:new_program"))
    return Section("Programs", [], [begin])


def _programs() -> list[Any]:
    counted = {name: Count(name, distinct=True) for name in ("eligibility", "days_off", "cohorts")}
    named = {f"{name}_": one for name, one in counted.items()}
    related = ("curricula__modules", "policies", "signers__user", "fee_schedules")
    return list(Program.objects.annotate(**named).prefetch_related(*related).order_by("id"))


def _program(program: Any) -> Section:
    curriculum = max(program.curricula.all(), key=lambda one: one.version, default=None)
    policy = max(program.policies.all(), key=lambda one: one.version, default=None)
    fees = max(program.fee_schedules.all(), key=lambda one: one.version, default=None)
    signers = [one.user.name for one in program.signers.all() if one.ended_at is None]
    entries = [
        Entry("Name, letterhead, numbers", "What courts read, and what a phone shows.", page(program),
              f"{program.neutral_sender} · {program.callback_number}"),
        Entry("Letterhead as it prints", "A page with invented facts, as PDF.",
              reverse("office:printed_program", args=[program.pk])),
        _versioned("Curriculum", "What is taught, week by week.", curriculum, program,
                   f"{len(curriculum.modules.all())} weeks, version {curriculum.version}" if curriculum else ""),
        _versioned("Policy", "Absences, make-ups, what completion asks for.", policy, program,
                   f"version {policy.version}" if policy else ""),
        _versioned("Fees", "The sliding scale, and how it is shared among funds.", fees, program,
                   f"version {fees.version}, from {words.day(fees.begins_on)}" if fees else ""),
        Entry("Checklist", "What is asked before a man is accepted.", _list("programs_eligibilityitem"),
              f"{program.eligibility_} questions"),
        Entry("Signers", "Who signs reports.", _list("programs_signer"), ", ".join(signers) or "nobody yet"),
        Entry("Days off", "Kept free beside the state's holidays.", _list("programs_dayoff"), str(program.days_off_)),
    ]  # fmt: skip
    return Section(program.name, entries, _begin(program, "cohort", "cancel-day", "day-off"))


def _versioned(name: str, about: str, newest: Any, program: Program, state: str) -> Entry:
    return Entry(name, about, page(newest or program), state or "none yet")


def _courts(program: Program | None) -> Section:
    closed = Closure.objects.filter(ended_at=None, on__gte=words.today()).count()
    entries = [
        Entry("Courts", "Caption, stamp space, clerk's line, how each acknowledges.", _list("courts_court"),
              str(Court.objects.count())),
        Entry("Clerks", "Who reads reports on a court's pages.", _list("courts_clerkship")),
        Entry("Agencies", "Prosecutors, probation, law offices.", _list("courts_agency"), str(Agency.objects.count())),
        Entry("Holidays", "Days on which a court is closed beside the usual ones.", _list("courts_closure"),
              f"{closed} ahead"),
    ]  # fmt: skip
    return Section("Courts", entries, _begin(program, "court", "agency", "closure"))


def _asked() -> Section:
    drafts = Draft.objects.count()
    state = f"{drafts} being written" if drafts else ""
    about = "What men are asked before and after; a preview, and the next version."
    return Section(
        "What is asked",
        [Entry("Questionnaires", about, reverse("office:instruments"), state)],
        [("Type in a sheet of paper", reverse("office:sheet_in"))],
    )


def _sent() -> Section:
    allowed = DiscretionException.objects.filter(ended_at=None).count()
    entries = [
        Entry("Message texts", "What is sent, in English and Spanish.", _wording()),
        Entry("Words allowed after all", "Names of streets and places that would else stop a message.",
              _list("messaging_discretionexception"), str(allowed)),
    ]  # fmt: skip
    return Section("What is sent", entries, [])


def _wording() -> str:
    try:
        return reverse("office:wording")
    except NoReverseMatch:
        return _list("messaging_wording")


def _records() -> Section:
    waits, held = Disposal.objects.open().count(), LegalHold.objects.standing().count()
    entries = [
        Entry("How long records are kept", "By what they are; what is due, and who changed it.",
              reverse("office:keeping")),
        Entry("Disposals", "Orders to vacate, seal, expunge; what is due by its age; what went.",
              _list("records_disposal"), f"{waits} to decide"),
        Entry("Legal holds", "What must stay as it is.", _list("records_legalhold"), f"{held} standing"),
    ]  # fmt: skip
    return Section("Keeping and disposing", entries, [])


def _staff(program: Program | None) -> Section:
    active = User.objects.filter(is_active=True).count()
    entries = [
        Entry("People and their roles", "Change what they may do; end access.", _list("accounts_user"),
              f"{active} may sign in"),
        Entry("Invitations", "Who was asked to join.", _list("accounts_invitation")),
        Entry("Who did what", "The audit trail, by person, by who did it, by day.", reverse("office:trail")),
    ]  # fmt: skip
    return Section("Who works here", entries, _begin(program, "invite"))


def _list(noun: str) -> str:
    return reverse(f"office:{noun}_changelist")


def _begin(program: Program | None, *names: str) -> list[tuple[str, str]]:
    found = [find("program", name) for name in names] if program else []
    here = reverse("office:settings")
    return [(deed.label, f"{deed.url(program)}?back={here}") for deed in found if deed and program]


def floors(request: HttpRequest) -> list[dict[str, Any]]:
    """Those that this person may look at."""
    shelves = [{"title": title, "nouns": list(_nouns(request, app))} for app, title in FLOORS]
    return [shelf for shelf in shelves if shelf["nouns"]]


def _nouns(request: HttpRequest, app: str) -> Iterator[dict[str, str]]:
    for model, admin in office.nouns():
        if model._meta.app_label == app and admin.has_view_permission(request):
            url = reverse(f"office:{app}_{model._meta.model_name}_changelist")
            yield {"name": admin.plural_name, "about": admin.about, "url": url}
