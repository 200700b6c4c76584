"""The office's Numbers, what leaves the program, and the one page of figures that is open to everybody."""

from typing import Any

from accounts.roles import OFFICE
from office.models import FunderReport
from outcomes.models import YearOfChange
from programs.models import Program
from tests.access.table import Row, everybody, only
from tests.factories.office import FunderReportFactory
from tests.factories.outcomes import YearOfChangeFactory

NEWEST = 2099
SEEN = only(*OFFICE)
NOT_FOUND = only(*OFFICE, status=404)
ONLY_READ = only(*OFFICE, status=405)


def report(scene: Any, user: Any) -> list[Any]:
    return [scene.row(FunderReport).pk]


def no_report(scene: Any, user: Any) -> list[Any]:
    return [0]


def a_year_of_change(scene: Any) -> list[Any]:
    """Of the first program, which is the one that is shown; the newest of its years."""
    first = scene.report.referral.program_id and Program.objects.earliest("id")
    if not YearOfChange.objects.filter(program=first, year=NEWEST).exists():
        measure = {"code": "beliefs", "version": 1, "title": "Beliefs", "label": "Ours", "low": 1, "high": 5}
        said = {"later": "after", "missed": {}, "spread": [], "groups": [{"by": "", "key": ""}]}
        compared = said | {"measure": measure | {"columns": [["", "In all"]]}}
        YearOfChangeFactory(program=first, year=NEWEST, tables={"comparisons": [compared]})
    return []


def published(scene: Any, user: Any) -> list[Any]:
    if not FunderReport.objects.public().exists():
        FunderReportFactory(on_the_page=True)
    return []


ROWS = [
    Row("office:numbers", get=SEEN, post=ONLY_READ),
    Row("office:evidence", get=SEEN, post=ONLY_READ),
    Row("office:change", get=SEEN, post=ONLY_READ),
    Row(
        "office:change_file",
        own=lambda scene, user: [*a_year_of_change(scene), "csv"],
        other=lambda scene, user: ["nothing"],
        get=SEEN,
        get_other=NOT_FOUND,
        post=ONLY_READ,
        post_other=ONLY_READ,
    ),
    # Without a figure it is no number, and nobody stands behind it.
    Row("office:counted", get=NOT_FOUND, post=ONLY_READ),
    Row(
        "office:numbers_file",
        own=lambda scene, user: [scene.report.referral.program_id and "referrals", "csv"],
        other=lambda scene, user: ["nothing", "csv"],
        get=SEEN,
        get_other=NOT_FOUND,
        post=ONLY_READ,
        post_other=ONLY_READ,
    ),
    Row("office:funder_reports", get=SEEN, post=ONLY_READ),
    # Without months it says what is missing.
    Row("office:funder_new", get=only(*OFFICE, status=400), post=only(*OFFICE, status=400)),
    Row(
        "office:funder_report",
        own=report,
        other=no_report,
        get=SEEN,
        get_other=NOT_FOUND,
        post=ONLY_READ,
        post_other=ONLY_READ,
    ),
    Row(
        "office:funder_file",
        own=lambda scene, user: [*report(scene, user), "csv"],
        other=lambda scene, user: [*report(scene, user), "nothing"],
        get=SEEN,
        get_other=NOT_FOUND,
        post=ONLY_READ,
        post_other=ONLY_READ,
    ),
    Row("figures", own=published, get=everybody(200), post=everybody(405)),
]
