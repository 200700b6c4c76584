from pathlib import Path

import pytest

from courts.court_list import CourtRow, UnreadableList, caption, read
from courts.lists import Flag

DEMO = Path(__file__).parents[2] / "demo" / "courts.csv"
HEADER = "name,kind,code,county,state,street,city,zip,phone,timezone\n"


@pytest.fixture
def listed(tmp_path):
    def read_courts(content: str) -> list[CourtRow]:
        path = tmp_path / "courts.csv"
        path.write_text(content, encoding="utf-8")
        return list(read(path))

    return read_courts


def test_reads_the_199_courts_of_the_demo():
    courts = list(read(DEMO))
    assert (len(courts), [court for court in courts if court.refused]) == (199, [])
    assert {court.timezone for court in courts} == {"America/Los_Angeles", "America/New_York"}
    assert [flag for court in courts for flag in court.flags] == [
        Flag("phone", "(617) 782-6540, Press 5", "The words beside the number were left out.")
    ]


def test_reads_a_court(listed):
    (court,) = listed(f"{HEADER}Kent Municipal Court,Municipal,,King,wa,,Kent,98032,206-555-0101,America/Los_Angeles\n")
    assert (court.name, court.kind, court.county, court.state, court.city, court.zip, court.phone) == (
        *("Kent Municipal Court", "municipal", "King", "WA", "Kent", "98032"),
        "+12065550101",
    )


def test_a_cell_that_is_too_long_comes_in_empty_and_flagged(listed):
    (court,) = listed(f"{HEADER}Kent,municipal,,,WA,{'x' * 10_001},Kent,98032,,America/Los_Angeles\n")
    assert (court.refused, court.street) == (None, "")
    assert [(flag.field, flag.reason) for flag in court.flags] == [
        ("street", "This is longer than 10,000 letters. Shorten it.")
    ]


def test_the_state_may_be_written_out(listed):
    (court,) = listed("Name;Kind;State;Time Zone\nKent;district;Washington;America/Los_Angeles\n".replace(";", "\t"))
    assert court.state == "WA"


@pytest.mark.parametrize(
    ("row", "what"),
    [
        (",municipal,,,WA,,,,,America/Los_Angeles", "name"),
        ("Kent,,,,WA,,,,,America/Los_Angeles", "kind"),
        ("Kent,municipal,,,Wash,,,,,America/Los_Angeles", "state"),
        ("Kent,municipal,,,WA,,,,,Pacific", "time zone"),
        ("Kent,municipal,,,WA,,,,,../etc/passwd", "time zone"),
        ("Kent,municipal,,,WA,,,,,America", "time zone"),
        ("Kent,municipal,,,WA,,,,,", "time zone"),
    ],
)
def test_refuses_a_court_that_no_report_could_name(listed, row, what):
    (court,) = listed(f"{HEADER}{row}\n")
    assert court.refused == f"The court has no {what} that we can read. Fill it in and send the row again."


def test_a_list_of_referrals_is_no_list_of_courts(listed):
    with pytest.raises(UnreadableList, match="columns that we don't know"):
        listed("name,case_number\nJo,1\n")


@pytest.mark.parametrize(
    ("court", "expected"),
    [
        pytest.param(
            ("Kent Municipal Court", "municipal", "King", "WA", "Kent"),
            "IN THE MUNICIPAL COURT FOR THE CITY OF KENT, KING COUNTY, STATE OF WASHINGTON",
            id="municipal",
        ),
        pytest.param(
            ("Kent Municipal Court", "municipal", "", "WA", ""),
            "IN THE MUNICIPAL COURT FOR THE CITY OF KENT, STATE OF WASHINGTON",
            id="municipal, city from its name",
        ),
        pytest.param(
            ("King County District Court", "district", "King", "WA", "Seattle"),
            "IN THE DISTRICT COURT FOR KING COUNTY, STATE OF WASHINGTON",
            id="district",
        ),
        pytest.param(
            ("King County Superior Court", "superior", "King", "WA", "Seattle"),
            "IN THE SUPERIOR COURT OF THE STATE OF WASHINGTON IN AND FOR THE COUNTY OF KING",
            id="superior",
        ),
        pytest.param(
            ("King County Superior Court", "superior", "", "WA", "Seattle"),
            "IN THE KING COUNTY SUPERIOR COURT, STATE OF WASHINGTON",
            id="superior, county not given",
        ),
        pytest.param(
            ("Attleboro District Court", "district", "Bristol", "MA", "Attleboro"),
            "COMMONWEALTH OF MASSACHUSETTS, TRIAL COURT, ATTLEBORO DISTRICT COURT, BRISTOL COUNTY",
            id="Massachusetts, district",
        ),
        pytest.param(
            ("Bristol County Superior Court", "superior", "Bristol", "MA", "Taunton"),
            "COMMONWEALTH OF MASSACHUSETTS, TRIAL COURT, BRISTOL COUNTY SUPERIOR COURT",
            id="Massachusetts, superior",
        ),
        pytest.param(
            ("Brighton Division, Boston Municipal Court", "municipal", "Suffolk", "MA", "Brighton"),
            "COMMONWEALTH OF MASSACHUSETTS, TRIAL COURT, BOSTON MUNICIPAL COURT, BRIGHTON DIVISION, SUFFOLK COUNTY",
            id="Massachusetts, Boston",
        ),
        pytest.param(
            ("Fourth Circuit Court", "circuit", "Norfolk", "VA", "Norfolk"),
            "IN THE FOURTH CIRCUIT COURT, NORFOLK COUNTY, COMMONWEALTH OF VIRGINIA",
            id="another kind",
        ),
    ],
)
def test_caption(court, expected):
    assert caption(*court) == expected


def test_every_court_of_the_demo_has_a_caption():
    assert all(caption(court.name, court.kind, court.county, court.state, court.city) for court in read(DEMO))
