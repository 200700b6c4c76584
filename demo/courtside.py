"""What stands on the courts' pages today beside the reports: a referral with its order, and two half written."""

from datetime import timedelta
from io import BytesIO

import pikepdf

from accounts.models import User
from accounts.roles import Role
from courts.actions import agencies, papers, submissions
from courts.actions.desks import Desk, desks_of
from courts.models import Agency, Delivery, Membership, Recipient, Submission
from demo.dates import STATE, ZONE
from demo.people import appear
from demo.stage import Stage

PROSECUTOR = "prosecutor"


def work_at_the_desks(stage: Stage) -> None:
    open_an_agency(stage)
    clerk = clerk_with_work() or next(iter(stage.clerks.values()))
    send_with_an_order(stage, clerk)
    write_halfway(stage, clerk, last_name="Lindqvist", first_name="Torsten")


def clerk_with_work() -> User | None:
    """Whose court has a report to acknowledge."""
    waiting = Delivery.objects.filter(channel=Recipient.Channel.PORTAL, sent_at__isnull=False, acknowledged_at=None)
    court = waiting.filter(recipient__agency=None).values_list("document__report__referral__court", flat=True).first()
    return User.objects.filter(clerkships__court=court, clerkships__ended_at=None).first() if court else None


def open_an_agency(stage: Stage) -> None:
    """Its one lawyer has begun to write of a man whom nobody has charged yet."""
    agency = agencies.add_agency(
        kind=Agency.Kind.PROSECUTOR,
        name="Pinewater City Prosecutor",
        city="Pinewater",
        state=STATE,
        phone="206-555-0177",
        time_zone=ZONE.key,
        by=stage.administrator,
        now=stage.now,
    )
    lawyer = appear("Imogen Castellane", PROSECUTOR, Role.PARTNER, stage.now)
    Membership.objects.create(agency=agency, user=lawyer, began_at=stage.now)
    unfiled = {"referral_kind": "prefiling_diversion", "incident_number": "PW-26-31877"}
    write_halfway(stage, lawyer, last_name="Vandermolen", first_name="Curtis", **unfiled)


def send_with_an_order(stage: Stage, clerk: User) -> None:
    draft = _begun(stage, clerk)
    papers.attach(submission=draft, name="order 26-CR-1180.pdf", content=_order(), by=clerk, now=stage.now)
    day = stage.today
    answers = {
        "last_name": "Abernathy-Cole",
        "first_name": "Desmond",
        "date_of_birth": "1987-03-02",
        "language": "en",
        "referral_kind": "continuance",
        "case_number": "26-CR-1180",
        "plaintiff": "City of Pinewater",
        "ordered_on": (day - timedelta(days=2)).isoformat(),
        "complete_by": (day + timedelta(days=150)).isoformat(),
        "proof_due_by": (day + timedelta(days=157)).isoformat(),
        "phone": "206-555-0128",
    }
    submissions.keep(submission=draft, answers=answers, by=clerk, now=stage.now)
    submissions.send(submission=draft, by=clerk, now=stage.now)


def write_halfway(stage: Stage, by: User, **answers: str) -> None:
    submissions.keep(submission=_begun(stage, by), answers=answers, by=by, now=stage.now)


def _begun(stage: Stage, by: User) -> Submission:
    desk: Desk = desks_of(by)[0]
    return submissions.begin(desk=desk, by=by, now=stage.now)


def _order() -> bytes:
    made, out = pikepdf.new(), BytesIO()
    made.add_blank_page(page_size=(612, 792))
    page = made.pages[0]
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    page.Contents = made.make_stream(b"BT /F1 14 Tf 72 700 Td (ORDER OF CONTINUANCE - a sample, of nobody) Tj ET")
    made.save(out)
    return out.getvalue()
