"""What can be done when somebody asks for records: the man himself, a court, whoever he lets have them."""

from datetime import datetime
from typing import Any

from accounts.models import User
from accounts.roles import Role
from office.doing import Deed, Done, declare
from office.forms import disclosures as forms
from office.subjects import page, takes_no_more
from participants.models import Participant
from records.actions import own_files, releases
from records.models import OwnFile, Release

ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})


def _note_asking(man: Participant, *, by: User, now: datetime, **said: Any) -> Done:
    made = own_files.note_asking(participant=man, by=by, now=now, **said)
    return Done("Noted. Next somebody looks who he is; then another lets his file out.", then=page(made))


def _identify(one: OwnFile, *, by: User, now: datetime, **said: Any) -> Done:
    own_files.identify(own_file=one, by=by, now=now, **said)
    return Done("Noted how he showed who he is. Another administrator lets his file out.", then=page(one))


def _let_out(one: OwnFile, *, by: User, now: datetime) -> Done:
    own_files.let_out(own_file=one, by=by, now=now)
    return Done("You let it out. Make it, and hand it to him.", then=page(one))


def _hand_file(one: OwnFile, *, by: User, now: datetime, **said: Any) -> Done:
    own_files.hand_over(own_file=one, by=by, now=now, **said)
    return Done("Noted: his file was handed over. Delete what you took along to hand it over.", then=page(one))


def _withdraw(one: OwnFile, *, by: User, now: datetime) -> Done:
    own_files.withdraw(own_file=one, by=by, now=now)
    return Done("Noted: he no longer asks for his file.", then=page(one))


def _close_file(one: OwnFile, *, by: User, now: datetime) -> Done:
    own_files.close(own_file=one, by=by, now=now)
    return Done("Closed: nothing went.", then=page(one))


def _note_request(man: Participant, *, by: User, now: datetime, **said: Any) -> Done:
    made = releases.note_request(participant=man, by=by, now=now, **said)
    return Done("Noted. Nothing of it goes meanwhile: a legal hold stands. Choose what goes out.", then=page(made))


def _choose(release: Release, *, records: list[str], by: User, now: datetime) -> Done:
    many = releases.choose(release=release, records=records, by=by, now=now)
    return Done(f"Chosen: {many}. Two administrators approve it before anything goes.", then=page(release))


def _approve(release: Release, *, by: User, now: datetime) -> Done:
    if releases.approve(release=release, by=by, now=now):
        return Done("Approved by two. Make it, and hand it over.", then=page(release))
    return Done("Approved. Another administrator approves it, too.", then=page(release))


def _refuse(release: Release, *, why: str, by: User, now: datetime) -> Done:
    releases.refuse(release=release, why=why, by=by, now=now)
    return Done("Refused. The legal hold stands until somebody lifts it.", then=page(release))


def _close(release: Release, *, by: User, now: datetime) -> Done:
    releases.close(release=release, by=by, now=now)
    return Done("Closed: nothing went. The legal hold stands until somebody lifts it.", then=page(release))


def _hand(release: Release, *, by: User, now: datetime, **said: Any) -> Done:
    releases.hand_over(release=release, by=by, now=now, **said)
    return Done("Noted: it was handed over. Delete what you took along.", then=page(release))


def _open_file(one: OwnFile) -> bool:
    return one.handed_at is None and one.withdrawn_at is None


def _open(one: Release) -> bool:
    return _unanswered(one) and one.key.destroyed_at is None


def _unanswered(one: Release) -> bool:
    return one.handed_at is None and one.refused_at is None


declare(
    Deed(
        noun=Participant,
        name="own-file",
        label="He asks for his file",
        form=forms.NoteAsking,
        do=_note_asking,
    ),
    Deed(
        noun=Participant,
        name="release",
        label="Somebody asks for his records",
        form=forms.NoteRequest,
        do=_note_request,
        warning="A legal hold is set with it: nothing of what it asks for goes until an administrator lifts it.",
    ),
    Deed(
        noun=OwnFile,
        name="identify",
        label="Note who he is",
        form=forms.Identify,
        do=_identify,
        offered=lambda one: _open_file(one) and one.identified_at is None,
        first=True,
        warning="Whoever notes this doesn’t let the file out: an administrator who is another person does.",
    ),
    Deed(
        noun=OwnFile,
        name="let-out",
        label="Let it out",
        do=_let_out,
        offered=lambda one: _open_file(one) and one.identified_at is not None and one.approved_at is None,
        first=True,
        again=True,
        roles=ADMINISTRATORS,
        warning="You take it along yourself, and hand it to him or send it by certified mail. Never by a link.",
    ),
    Deed(
        noun=OwnFile,
        name="hand",
        label="Handed over",
        form=forms.HandOver,
        do=_hand_file,
        offered=lambda one: _open_file(one) and one.pdf_sha256 != "",
        first=True,
        roles=ADMINISTRATORS,
    ),
    Deed(
        noun=OwnFile,
        name="withdraw",
        label="He no longer asks",
        do=_withdraw,
        offered=lambda one: _open_file(one) and not takes_no_more(one),
    ),
    Deed(
        noun=OwnFile,
        name="close",
        label="Close it: he is gone",
        do=_close_file,
        offered=lambda one: _open_file(one) and takes_no_more(one),
        ends=True,
        roles=ADMINISTRATORS,
        warning="All that was kept about him was disposed of. If he comes, he is told that nothing is kept any more.",
    ),
    Deed(
        noun=Release,
        name="choose",
        label="Choose what goes",
        form=forms.ChooseRecords,
        do=_choose,
        offered=lambda one: _open(one) and one.first_at is None,
        first=True,
    ),
    Deed(
        noun=Release,
        name="approve",
        label="Approve it",
        do=_approve,
        offered=lambda one: _open(one) and one.second_at is None,
        again=True,
        roles=ADMINISTRATORS,
        warning="Look at each thing that is to go first. What has gone can’t be taken back.",
    ),
    Deed(
        noun=Release,
        name="hand",
        label="Handed over",
        form=forms.HandOver,
        do=_hand,
        offered=lambda one: _open(one) and one.sha256 != "",
        first=True,
        roles=ADMINISTRATORS,
    ),
    Deed(
        noun=Release,
        name="refuse",
        label="Refuse it",
        form=forms.Refuse,
        do=_refuse,
        offered=_open,
        roles=ADMINISTRATORS,
    ),
    Deed(
        noun=Release,
        name="close",
        label="Close it: it is gone",
        do=_close,
        offered=lambda one: _unanswered(one) and one.key.destroyed_at is not None,
        ends=True,
        roles=ADMINISTRATORS,
        warning="What it asked for was disposed of, and no reason can be kept. Whoever asked is told that nothing is "
        "kept any more.",
    ),
)
