"""Whatever writes rows tells the audit trail, or stands here with the reason why it needn't."""

import ast
from pathlib import Path

from tests.finders import write_paths
from tests.finders.write_paths import Module, around_the_actions, house, parsed, writing_actions

PLANNED = "the message that it lays into the outbox says when, to whom and what of itself"
OF_ANOTHER = "one step of an action that writes the event"
FORGOTTEN = "one step of forgetting, which says in its event how many rows of which table"
ROUND = "a background job that works through the outbox; the message's own columns say what became of it"

BEHIND_THE_WALL = "nothing may join a man's answers, or his code, with a time; that he is asked, and done, are events"

# Actions that write and record nothing.
SILENT = {
    "audit.actions.seal": "a seal is the trail's own",
    "courts.actions.alerts.plan_alerts": PLANNED,
    "courts.actions.answers.tell_answered": PLANNED,
    "courts.actions.answers.tell_referrer": PLANNED,
    "courts.actions.answers.tell_withdrawn": PLANNED,
    "courts.actions.asking.plan_asks": PLANNED,
    "courts.actions.deadlines.add": "it saves an event that it made by itself",
    "courts.actions.disposed.keep_out": OF_ANOTHER,
    "courts.actions.links.make": OF_ANOTHER,
    "courts.actions.looks.plan_lists": PLANNED,
    "courts.actions.mailing.mail_queued": PLANNED,
    "courts.actions.reminding.remind_unread": PLANNED,
    "courts.actions.reports.reserve_number": "the ledger's row is never changed, and is what an auditor reads",
    "courts.actions.twice.moving.move": OF_ANOTHER,
    "messaging.actions.blanking.blank": ROUND,
    "messaging.actions.outcomes.look_up_unknown": ROUND,
    "messaging.actions.planning.plan": PLANNED,
    "messaging.actions.rerouting.closed": PLANNED,
    "messaging.actions.rerouting.leave_texts": PLANNED,
    "messaging.actions.rerouting.replan": PLANNED,
    "messaging.actions.sweeping.miss_letters": ROUND,
    "messaging.actions.sweeping.sweep": ROUND,
    "messaging.actions.tending.tend": ROUND,
    "outcomes.actions.answering.begin": BEHIND_THE_WALL,
    "outcomes.actions.answering.come_back": BEHIND_THE_WALL,
    "outcomes.actions.answering.save": BEHIND_THE_WALL,
    "outcomes.actions.codes.new_code": BEHIND_THE_WALL,
    "outcomes.actions.forgetting.forget_subject": BEHIND_THE_WALL,
    "outcomes.actions.sheets.hand_in": BEHIND_THE_WALL,
    "outcomes.actions.sheets.keep": BEHIND_THE_WALL,
    "outcomes.actions.sheets.pin": BEHIND_THE_WALL,
    "outcomes.actions.tickets.go_on": BEHIND_THE_WALL,
    "outcomes.actions.tickets.stay_open": BEHIND_THE_WALL,
    "outcomes.actions.tickets.take": BEHIND_THE_WALL,
    "programs.actions.calling.ask_to_call": PLANNED,
    "programs.actions.calling.plan_calls": PLANNED,
    "programs.actions.changes.tell": PLANNED,
    "programs.actions.reminders.plan_reminders": PLANNED,
    "programs.actions.standing.look_again": "its caller saves the events that it hands back",
}

# What writes rows outside the actions: these record it themselves, as an action does …
TELLING = {
    "backups.ledgers.destroy_again": "",
    "records.forgetting.drafts.forget_draft": "",
    "accounts.devices.note": "",
    "messaging.guarding.allow": "",
    "messaging.guarding.end_exception": "",
    "messaging.rewording._append": "",
    "office.figures.leaving._made": "",
    "office.figures.leaving._off": "",
    "office.figures.leaving.publish": "",
    "office.intake._save": "",
}
DERIVED = "found again from other rows at any time"
NO_ROW = "no row of the database: a file, a trigger, a question"
CLAIMED = "the outbox's own bookkeeping; the message's columns say what became of it"
OWN_FILTER = "a colleague's own filters of lists; they say nothing about a man"
# … and these needn't.
QUIET = {
    "backups.databases._leave_out": NO_ROW,
    "backups.databases._refuse_unless_sound": NO_ROW,
    "backups.databases._sqlite_copy": NO_ROW,
    "backups.databases.settling": NO_ROW,
    "records.forgetting.elsewhere._clear_typed": FORGOTTEN,
    "records.forgetting.elsewhere._sessions": FORGOTTEN,
    "records.forgetting.remains._keep_deadlines": FORGOTTEN,
    "records.forgetting.remains.keep": FORGOTTEN,
    "records.forgetting.walk._forget_rows": FORGOTTEN,
    "records.forgetting.walk._overwrite": FORGOTTEN,
    "records.forgetting.walk._shrink": FORGOTTEN,
    "accounts.models.UserManager": "called by actions, which record it",
    "accounts.models.grant": OF_ANOTHER,
    "accounts.wrapping._anew": "the same secret under a newer master key",
    "core.heartbeat.beating": "that a job ran is the row itself",
    "core.immutable.install": NO_ROW,
    "core.immutable.lifted": NO_ROW,
    "core.immutable.missing": NO_ROW,
    "courts.document._square": NO_ROW,
    "messaging.claims.claim": CLAIMED,
    "messaging.claims.marked_lightly": NO_ROW,
    "messaging.claims.settle": CLAIMED,
    "messaging.claims.settle_late": CLAIMED,
    "messaging.looking._goes_to_another_file": CLAIMED,
    "messaging.outbox._copied": PLANNED,
    "messaging.outbox.insert": PLANNED,
    "office.exporting.as_xlsx": NO_ROW,
    "office.figures.counting._by_calendar": NO_ROW,
    "office.figures.counting._counted": NO_ROW,
    "office.figures.change.as_xlsx": NO_ROW,
    "office.figures.files.as_xlsx": NO_ROW,
    "outcomes.views.asked._kept": "the finder takes a form's field for a row's",
    "outcomes.withholding._without": NO_ROW,
    "office.filters.save": OWN_FILTER,
    "office.listing.delete_filter": OWN_FILTER,
    "office.listing.save_filter": OWN_FILTER,
    "participants.findable.compare_again": DERIVED,
    "participants.findable.make_findable": DERIVED,
    "participants.twice._compared": DERIVED,
    "participants.twice.settle": OF_ANOTHER,
    "participants.twice.suggest": DERIVED,
    "vault.models.KeyQuerySet": "called by actions, which record what they forget",
    "vault.rotation._after": NO_ROW,
    "vault.rotation._write": "the same key under a newer master key",
}


def test_every_action_that_writes_leads_to_an_event() -> None:
    actions = writing_actions(house())

    assert len(actions) > 200
    assert sorted(name for name, told in actions.items() if not told) == sorted(SILENT)


def test_nothing_else_writes_rows() -> None:
    """The demonstration's own setting up aside, which goes through the actions wherever there is one."""
    found = {name: told for name, told in around_the_actions(house()).items() if not name.startswith("demo.")}

    assert sorted(name for name, told in found.items() if told) == sorted(TELLING)
    assert sorted(name for name, told in found.items() if not told) == sorted(QUIET)


# --- the finder itself


def a_house(**sources: str) -> dict[str, Module]:
    trail = {"audit.actions": "def record(**said): ...\ndef record_all(events): ..."}
    given = trail | {name.replace("__", "."): source for name, source in sources.items()}
    return {name: parsed(Module(name, Path()), ast.parse(source)) for name, source in given.items()}


def test_an_action_that_records_nothing_is_found() -> None:
    modules = a_house(
        courts__actions="def lose(*, man, by, now):\n    man.delete()\n\ndef read(*, now):\n    return now",
    )
    assert writing_actions(modules) == {"courts.actions.lose": False}


def test_an_event_is_found_over_other_functions_modules_and_names() -> None:
    modules = a_house(
        courts__steps="from audit import actions\n\ndef said(man):\n    actions.record(on=man)",
        courts__handed_on="from courts.steps import said as told",
        courts__actions="from courts import handed_on\n\ndef _write(man):\n    man.save()\n    handed_on.told(man)\n\n"
        "def change(*, man, by, now):\n    _write(man)",
    )
    assert writing_actions(modules) == {"courts.actions.change": True}


def test_a_write_around_the_actions_is_found() -> None:
    modules = a_house(
        office__views="from courts.models import Note\n\ndef view(request):\n    Note.objects.create(text='x')",
        office__lists="def read(seen, new, cache, cursor):\n    seen.update({})\n    cache.delete('x')\n"
        "    cursor.execute('SELECT 1')",
        office__raw="def purge(cursor):\n    cursor.execute('DELETE FROM courts_note')",
    )
    assert around_the_actions(modules) == {"office.views.view": False, "office.raw.purge": False}


def test_naming_a_model_leads_nowhere() -> None:
    modules = a_house(
        courts__models="from audit.actions import record\n\nclass Note:\n    def save(self):\n        record()",
        courts__actions="from courts.models import Note\n\ndef write(*, by, now):\n    Note.objects.create()",
    )
    assert writing_actions(modules) == {"courts.actions.write": False}
    assert write_paths.tells({("audit.actions", "record")}) is True
