"""That the other tests of this folder would see what is wrong."""

import pytest

from tests.journeys.looking import faults
from tests.journeys.visits import House

pytestmark = pytest.mark.sqlite_only

SEVERAL = """<!doctype html><html lang="en"><head><title>T</title></head><body>
<main><h1>Title</h1><p style="color: #bbb; background: #fff">hardly to be read</p>
<div class="far" style="width: 400px">far to the right</div></main></body></html>"""


def test_what_is_wrong_with_a_page_is_found(house: House):
    visitor = house.visitor()
    visitor.is_answered("/wrong/", SEVERAL)

    found = faults(visitor.page)

    assert "390 px: div.far is too wide" in found
    assert any(fault.startswith("1280 px, light: Elements must meet minimum color contrast") for fault in found)


def test_a_script_that_the_content_policy_stops_is_a_complaint(house: House):
    visitor = house.visitor()
    visitor.opens("/account/sign-in/")

    visitor.page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: '1'}))")

    assert len(house.complaints) == 1
    assert "Content Security Policy" in house.complaints.pop()
