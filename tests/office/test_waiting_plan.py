"""However much lies behind her: what waits today is found by indexes, and no table of years is read from end to end."""

import re
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from office import waiting, words

# These grow with every year.
OF_YEARS = {
    "audit_event",
    "courts_deadline",
    "courts_delivery",
    "courts_issueddocument",
    "courts_proposal",
    "courts_referral",
    "courts_report",
    "courts_reportstep",
    "messaging_inboundtext",
    "messaging_message",
    "participants_appointment",
    "participants_contactattempt",
    "participants_contactpoint",
    "participants_participant",
    "programs_enrollment",
    "programs_mark",
    "programs_seat",
    "programs_session",
}


@pytest.mark.django_db
@pytest.mark.sqlite_only
def test_no_table_of_years_is_read_from_end_to_end(now: datetime) -> None:
    with CaptureQueriesContext(connection) as told:
        waiting.lines(now=now, today=words.today())
    read = {table for query in told.captured_queries for table in _read_whole(query["sql"])}

    assert read & OF_YEARS == set()


def _read_whole(sql: str) -> set[str]:
    """By their names, not by their aliases."""
    if not sql.startswith(("SELECT", "(SELECT")):
        return set()
    alias = dict(re.findall(r'"(\w+)" (?:AS )?"?([UVWT]\d+)"?\b', sql))
    named = {short: table for table, short in alias.items()}
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        plan = [row[3] for row in cursor.fetchall()]
    scanned = {line.split()[1] for line in plan if line.startswith("SCAN") and "INDEX" not in line}
    return {named.get(one, one) for one in scanned}
