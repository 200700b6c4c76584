"""The figures of a period as somebody would ask PostgreSQL for them by hand: one statement for each source."""

# Of each statement: `facts`, the figures that count yeses of all rows, those that are shares of other yeses (figure,
# yes, of), medians, sums. A month is the first day of one.
REFERRALS = """
SELECT date_trunc('month', came)::date AS month, man, 1 AS referred,
       (enrollment_id IS NOT NULL AND state <> 'received' AND NOT declined) AS accepted, declined,
       state = 'received' AS undecided,
       (state = 'closed' AND enrollment_id IS NULL AND closing <> 'not_accepted') AS closed_early,
       tried - came AS tried_days, reached - came AS reached_days, intake - came AS intake_days,
       CASE WHEN seat >= came THEN seat - came END AS seat_days,
       (COALESCE(seat <= %(today)s, false) AND state <> 'received') AS began, closing = 'completed' AS done,
       state NOT IN ('closed', 'declined') AS open
FROM (
    SELECT r.*, COALESCE(p.merged_into_id, p.id) AS man, t.tried, t.reached, i.intake, s.seat,
           (r.state = 'declined' OR r.closing = 'not_accepted') AS declined
    FROM (
        SELECT r.*, COALESCE(m3.received_on, m2.received_on, m1.received_on, r.received_on) AS came
        FROM courts_referral r
        LEFT JOIN courts_referral m1 ON m1.moved_to_id = r.id
        LEFT JOIN courts_referral m2 ON m2.moved_to_id = m1.id
        LEFT JOIN courts_referral m3 ON m3.moved_to_id = m2.id
        WHERE r.program_id = %(program)s AND r.closing NOT IN ('by_mistake', 'moved')
    ) r
    JOIN participants_participant p ON p.id = r.participant_id
    LEFT JOIN LATERAL (
        SELECT min((c.at AT TIME ZONE %(zone)s)::date) AS tried,
               min((c.at AT TIME ZONE %(zone)s)::date) FILTER (WHERE c.result = 'reached') AS reached
        FROM participants_contactattempt c
        WHERE c.participant_id IN (SELECT o.id FROM participants_participant o
                                   WHERE o.id = p.id OR o.merged_into_id = p.id)
          AND (c.at AT TIME ZONE %(zone)s)::date >= r.came
    ) t ON true
    LEFT JOIN LATERAL (
        SELECT min(q.met_on) AS intake FROM programs_requirement q
        WHERE q.enrollment_id = r.enrollment_id AND q.kind = 'intake' AND q.met_on >= r.came
    ) i ON true
    LEFT JOIN LATERAL (
        SELECT min(s.from_on) AS seat FROM programs_seat s WHERE s.enrollment_id = r.enrollment_id
    ) s ON true
    WHERE r.came BETWEEN %(begins)s AND %(ends)s
) r
"""
# An enrollment all of whose referrals were entered by mistake, and the empty one of two that were put together.
REAL = """
    NOT (EXISTS (SELECT 1 FROM courts_referral x WHERE x.enrollment_id = e.id AND x.closing = 'by_mistake')
         AND NOT EXISTS (SELECT 1 FROM courts_referral x WHERE x.enrollment_id = e.id AND x.closing <> 'by_mistake'))
    AND NOT (e.ended_why = 'no_referral_left'
             AND NOT EXISTS (SELECT 1 FROM courts_referral x WHERE x.enrollment_id = e.id))
"""
STAYS = """
SELECT date_trunc('month', m.at AT TIME ZONE %(zone)s)::date AS month, COALESCE(p.merged_into_id, p.id) AS man,
       CASE WHEN m.old = 'received' THEN d.days END AS days_received,
       CASE WHEN m.old = 'accepted' THEN d.days END AS days_accepted,
       CASE WHEN m.old = 'enrolled' THEN d.days END AS days_enrolled,
       CASE WHEN m.old = 'on_hold' THEN d.days END AS days_on_hold
FROM courts_referralmove m
JOIN courts_referral r ON r.id = m.referral_id AND r.program_id = %(program)s AND r.closing <> 'by_mistake'
JOIN participants_participant p ON p.id = r.participant_id
LEFT JOIN courts_referralmove b ON b.referral_id = m.referral_id AND b.number = m.number - 1
CROSS JOIN LATERAL (
    SELECT (m.at AT TIME ZONE %(zone)s)::date - (b.at AT TIME ZONE %(zone)s)::date AS days
) d
WHERE m.number > 1 AND m.at >= %(starts)s AND m.at < %(stops)s
"""
OPENED = f"""
SELECT date_trunc('month', e.opened_at AT TIME ZONE %(zone)s)::date AS month,
       COALESCE(p.merged_into_id, p.id) AS man, 1 AS opened
FROM programs_enrollment e JOIN participants_participant p ON p.id = e.participant_id
WHERE e.program_id = %(program)s AND e.opened_at >= %(starts)s AND e.opened_at < %(stops)s AND {REAL}
"""
BEGUN = f"""
SELECT date_trunc('month', s.first)::date AS month, COALESCE(p.merged_into_id, p.id) AS man, 1 AS begun,
       e.state = 'finished' AS completed, e.state = 'ended' AS gone, e.state NOT IN ('finished', 'ended') AS still_in,
       e.state IN ('finished', 'ended') AS over,
       CASE WHEN e.state = 'finished' THEN (e.closed_at AT TIME ZONE %(zone)s)::date - s.first END AS days_to_complete
FROM (SELECT enrollment_id, min(from_on) AS first FROM programs_seat GROUP BY enrollment_id
      HAVING min(from_on) BETWEEN %(begins)s AND least(%(ends)s, %(today)s)) s
JOIN programs_enrollment e ON e.id = s.enrollment_id AND e.program_id = %(program)s
JOIN participants_participant p ON p.id = e.participant_id
WHERE {REAL}
"""
ENDED = f"""
SELECT date_trunc('month', e.closed_at AT TIME ZONE %(zone)s)::date AS month,
       COALESCE(p.merged_into_id, p.id) AS man, e.state = 'finished' AS finished,
       e.ended_why = 'discharged' AS discharged, e.ended_why = 'without_fault' AS without_fault,
       e.ended_why IN ('did_not_begin', 'no_referral_left') AS other_end
FROM programs_enrollment e JOIN participants_participant p ON p.id = e.participant_id
WHERE e.program_id = %(program)s AND e.closed_at >= %(starts)s AND e.closed_at < %(stops)s AND {REAL}
"""
MARKS = f"""
SELECT date_trunc('month', s.starts_at AT TIME ZONE %(zone)s)::date AS month, COALESCE(p.merged_into_id, p.id) AS man,
       s.id AS evening, 1 AS expected, k.kind IN ('present', 'late', 'left_early') AS attended,
       (k.kind = 'absent' AND k.excuse <> '') AS excused, (k.kind = 'absent' AND k.excuse = '') AS unexcused,
       k.kind = 'sent_home' AS sent_home, k.kind = 'absent' AS absent,
       t.told IS NOT NULL AS told, t.told IS NULL AS untold
FROM programs_session s
JOIN programs_mark k ON k.session_id = s.id AND k.kind <> 'not_provided'
JOIN programs_enrollment e ON e.id = k.enrollment_id
JOIN participants_participant p ON p.id = e.participant_id
LEFT JOIN (SELECT DISTINCT participant_id AS told, about FROM messaging_message
           WHERE kind = 'session_reminder' AND state = 'sent') t
       ON t.told = e.participant_id AND t.about = 'programs.Session:' || s.id
WHERE s.program_id = %(program)s AND s.starts_at >= %(starts)s AND s.starts_at < %(stops)s AND s.state <> 'canceled'
  AND NOT EXISTS (SELECT 1 FROM programs_mark later WHERE later.supersedes_id = k.id) AND {REAL}
"""
REMINDERS = """
SELECT date_trunc('month', m.sent_at AT TIME ZONE %(zone)s)::date AS month,
       COALESCE(p.merged_into_id, p.id) AS man, 1 AS reminders
FROM messaging_message m JOIN participants_participant p ON p.id = m.participant_id
WHERE m.kind IN ('session_reminder', 'appointment_reminder') AND m.state = 'sent'
  AND m.sent_at >= %(starts)s AND m.sent_at < %(stops)s
  AND EXISTS (SELECT 1 FROM programs_enrollment e WHERE e.participant_id = p.id AND e.program_id = %(program)s)
"""
DEADLINES = """
SELECT date_trunc('month', due_on)::date AS month, man, report, report AND in_time AS on_time,
       report AND met AND NOT in_time AS late, report AND NOT met AS not_delivered, notice,
       notice AND in_time AS notices_on_time, proof, proof AND in_time AS proof_on_time
FROM (
    SELECT d.due_on, COALESCE(p.merged_into_id, p.id) AS man, d.state = 'met' AS met,
           COALESCE((d.settled_at AT TIME ZONE COALESCE(c.time_zone, %(zone)s))::date <= d.due_on, false) AS in_time,
           d.kind <> 'proof_due_by' AS report, d.kind = 'noncompliance_report' AS notice,
           d.kind = 'proof_due_by' AS proof
    FROM courts_deadline d
    JOIN courts_referral r ON r.id = d.referral_id AND r.program_id = %(program)s AND r.closing <> 'by_mistake'
    JOIN participants_participant p ON p.id = r.participant_id
    LEFT JOIN courts_court c ON c.id = r.court_id
    WHERE d.kind IN ('progress_report', 'completion_report', 'noncompliance_report', 'no_show_report', 'proof_due_by')
      AND d.due_on BETWEEN %(begins)s AND %(ends)s
      AND (d.state = 'met' OR (d.state = 'open' AND d.due_on < %(today)s AND r.state <> 'on_hold'))
) d
"""
# By source: the facts; counts of yeses; shares (figure, yes, of); medians.
BARE: dict[str, tuple[str, tuple[str, ...], tuple[tuple[str, str, str], ...], tuple[str, ...]]] = {
    "referrals": (
        REFERRALS,
        ("referred",),
        (*((one, one, "true") for one in ("accepted", "declined", "undecided", "closed_early", "began")),
         ("through", "done", "began"), ("running", "open", "began")),
        ("tried_days", "reached_days", "intake_days", "seat_days"),
    ),
    "stays": (STAYS, (), (), ("days_received", "days_accepted", "days_enrolled", "days_on_hold")),
    "opened": (OPENED, ("opened",), (), ()),
    "begun": (
        BEGUN,
        ("begun", "over"),
        (("completed", "completed", "true"), ("left", "gone", "true"), ("still_in", "still_in", "true"),
         ("completed_of_over", "completed", "over")),
        ("days_to_complete",),
    ),
    "ended": (ENDED, ("finished", "discharged", "without_fault", "other_end"), (), ()),
    "marks": (
        MARKS,
        ("expected",),
        (*((one, one, "true") for one in ("attended", "excused", "unexcused", "sent_home")),
         ("reminded", "told", "true"), ("absent_reminded", "absent", "told"), ("not_reminded", "untold", "true"),
         ("absent_not_reminded", "absent", "untold")),
        (),
    ),
    "reminders": (REMINDERS, ("reminders",), (), ()),
    "deadlines": (
        DEADLINES,
        ("report", "notice", "proof"),
        (*((one, one, "report") for one in ("on_time", "late", "not_delivered")),
         ("notices_on_time", "notices_on_time", "notice"), ("proof_on_time", "proof_on_time", "proof")),
        (),
    ),
}  # fmt: skip
CALLED = {"report": "reports_due", "notice": "notices_due", "proof": "proofs_due"}


def statement(source: str, *, by_month: bool) -> tuple[str, list[str]]:
    """And the figures in the order of its columns, four each: value, of how many, people, people of the rest."""
    facts, counts, shares, medians = BARE[source]
    codes, columns = [], []
    for one in counts:
        codes.append(CALLED.get(one, one))
        yes = "" if codes[-1] == one and one not in ("over", "finished", "discharged", "without_fault", "other_end") \
            else f" FILTER (WHERE {one})"  # fmt: skip
        columns += [f"count(*){yes}", "NULL", f"count(DISTINCT man){yes}", "NULL"]
    for code, yes, of in shares:
        codes.append(code)
        columns += [f"count(*) FILTER (WHERE {of} AND {yes})", f"count(*) FILTER (WHERE {of})",
                    f"count(DISTINCT man) FILTER (WHERE {of} AND {yes})",
                    f"count(DISTINCT man) FILTER (WHERE {of} AND NOT {yes})"]  # fmt: skip
    for one in medians:
        codes.append(one)
        columns += [f"percentile_cont(0.5) WITHIN GROUP (ORDER BY {one})", f"count({one})",
                    f"count(DISTINCT man) FILTER (WHERE {one} IS NOT NULL)", "NULL"]  # fmt: skip
    if source in DISTINCT:
        code, column = DISTINCT[source]
        codes.append(code)
        columns += [f"count(DISTINCT {column})", "NULL", "count(DISTINCT man)", "NULL"]
    grouped = "GROUP BY GROUPING SETS ((), (month))" if by_month else ""
    month = "month" if by_month else "NULL"
    return f"WITH facts AS MATERIALIZED ({facts}) SELECT {month}, {', '.join(columns)} FROM facts {grouped}", codes


DISTINCT = {"referrals": ("referred_people", "man"), "marks": ("evenings", "evening")}
