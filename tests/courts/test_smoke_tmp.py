from pathlib import Path
import pytest
from courts import court_list
from courts.actions.court_imports import import_courts
from courts.models import *
from tests.courts.listed import *
from tests.factories.programs import ProgramFactory
@pytest.mark.django_db
def test_demo():
    r = import_courts(rows=court_list.read("demo/courts.csv"), by=BY, now=NOW)
    print(r.added, r.known, r.refused)
    program = ProgramFactory()
    t = take_in(Path("demo/referrals.csv"), program, None)
    print(t.outcome, t.refused); a = counts(*ALWAYS_ADDED); print(a)
    t = take_in(Path("demo/referrals.csv"), program, None)
    print(t.outcome); b = counts(*ALWAYS_ADDED); assert a == b
    for p in Proposal.objects.all(): print(p.referral_id, p.facts)
