"""The public page, where a report of each program stands."""

import re
from collections import Counter
from datetime import datetime

import pytest
from django.test import Client

from office.figures.leaving import publish
from tests.factories.accounts import UserFactory
from tests.factories.programs import ProgramFactory
from tests.office.figures.test_carried import LATER, closed, made, twenty
from tests.outcomes.sheets import Answering

pytestmark = pytest.mark.django_db


def test_pictures_of_two_programs_have_names_of_their_own(now: datetime) -> None:
    for program in (Answering(ProgramFactory()), Answering(ProgramFactory())):
        twenty(program)
        closed(program, 2025)
        publish(report=made(program), by=UserFactory(), now=LATER)
    ids = re.findall(r'\bid="([^"]+)"', Client().get("/figures/").content.decode())
    assert len([one for one in ids if one.startswith("parts-") and one.endswith("-title")]) == 2
    assert [one for one, times in Counter(ids).items() if times > 1] == []
