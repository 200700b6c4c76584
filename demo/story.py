"""The whole main job: a court's list goes in at one end, acknowledged reports come out at the other."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from demo import checks, ending, intake, kinds, money, weeks
from demo.dates import at
from demo.stage import Stage, set_stage


def tell_story(*, tell: Callable[[str], None], folder: Path) -> list[checks.Check]:
    """Play it in the database that is there, which must be empty. PDFs go to `folder`."""
    stage = set_stage(tell)
    first_week(stage)
    stage.morning = kinds.mornings()
    weeks.hold_all_sessions(stage)
    stage.say("The last planned session is over.")
    stage.go_to(stage.now + timedelta(days=14))
    written = ending.write_reports(folder / "reports")
    stage.say(f"{written} reports in {folder / 'reports'}.")
    return checks.all_checks(stage)


def first_week(stage: Stage) -> None:
    money.set_fees(stage)
    intake.take_in_courts(stage)
    first, again = intake.take_in_list(stage), intake.take_in_list(stage)
    assert again.added == again.changed == 0 < first.added, "the same list twice adds nothing"
    stage.go_to(at(stage.dates.day(1), 10))
    intake.decide(stage)
    intake.call_and_invite(stage)
    intake.confirm_recipients(stage)
    intake.open_cohorts(stage)
    stage.go_to(at(stage.dates.day(4), 18))
    intake.hold_intakes(stage)
    stage.go_to(at(stage.dates.day(5), 10))
    intake.seat_all(stage)
