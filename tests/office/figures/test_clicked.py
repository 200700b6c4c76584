"""Each number of each section is clicked, and as many men stand on its page as the figure says."""

import re
from urllib.parse import parse_qs, urlparse

import pytest

from accounts.roles import Role
from office.figures.counting import tables
from office.figures.kinds import Dimension
from participants.models import Participant
from tests.factories.participants import RestrictionFactory
from tests.office.desk import Desk
from tests.office.figures.world import BEGINS, ENDS, world

pytestmark = pytest.mark.django_db
LINK = re.compile(r'href="(/office/numbers/people/[^"]+)"')


@pytest.mark.parametrize("page", ["/office/numbers/", "/office/numbers/evidence/"])
def test_each_number_of_the_page_leads_to_as_many_as_stand_behind_it(now, page: str) -> None:
    here = world()
    desk = Desk(Role.COORDINATOR)
    RestrictionFactory(participant=Participant.objects.get(first_name="Alan"))
    of = {
        figure.code: (cell.people, cell.value)
        for table in tables(here.program, BEGINS, ENDS, Dimension.TOTAL)
        for figure, cell in zip(table.figures, table.total.cells, strict=True)
    }
    answer = desk.get(f"{page}?begins=2026-01&ends=2026-03&program={here.program.pk}")
    links = {link.replace("&amp;", "&") for link in LINK.findall(answer.content.decode())}
    wrong = {}
    for link in links:
        asked = parse_qs(urlparse(link).query)
        if asked["by"] != ["total"]:
            continue
        behind = desk.get(link)
        listed = len(behind.context["page"].object_list) + behind.context["not_shown"]
        (code,) = asked["figure"]
        if (listed, behind.context["behind"].cell.value) != of[code]:
            wrong[code] = (listed, of[code])
        assert "Alan" not in behind.content.decode()
    assert wrong == {}
    assert len(links) > 8
