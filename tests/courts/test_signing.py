"""A report is issued signed, or not at all."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from core.refusal import Refusal
from courts.actions import reports, signing
from courts.actions.signing import CertificateNotValid, NoSigningKey
from courts.certificates import DEMONSTRATION
from courts.checks import reports_can_be_signed
from courts.models import NumberLedger
from courts.signing_key import SigningKey
from courts.verdict import verify
from tests.courts.cases import AFTER, completed, issued
from tests.courts.signing import NAME, key_file, pdfsig, timestamps
from tests.refusals import refuses

RIGHT = "Nothing is issued until an administrator has put that right."


@pytest.fixture
def own(settings: Settings, tmp_path: Path) -> Path:
    """The program's own key: good from the day before the reports of these tests, for a hundred days."""
    path = key_file(tmp_path / "own.pem", of=AFTER - timedelta(days=1), days=101)
    settings.SIGNING_KEY = str(path)
    return path


@pytest.mark.django_db
class TestIssuing:
    def test_signs_with_the_programs_key_at_the_time_of_issue(self, own: Path):
        _, document = issued()
        content = bytes(document.content)
        found = verify(content, trusted=signing.our_fingerprints())
        assert (found.why_not, found.subject, found.signed_at) == ("", NAME, AFTER)
        assert document.sha256 == hashlib.sha256(content).hexdigest()
        assert "Signature is Valid." in pdfsig(content)

    @pytest.mark.parametrize("name", ["", "/nowhere/signing.pem"], ids=["none named", "none there"])
    def test_without_a_key_is_refused_and_takes_no_number(self, settings: Settings, name: str):
        case = completed()
        report, signer = case.in_review(), case.signer
        settings.SIGNING_KEY = name
        refusal = refuses(NoSigningKey, reports.issue, report=report, signer=signer, by=case.by, now=AFTER)
        what = "There is no key that signs reports." if not name else "The key that signs reports can't be used."
        assert str(refusal) == f"{what} {RIGHT}"

    @pytest.mark.parametrize(
        ("days", "what"), [(-2, "isn't valid yet"), (101, "has ended")], ids=["not yet", "no longer"]
    )
    def test_outside_the_certificates_time_is_refused_and_takes_no_number(self, own: Path, days: int, what: str):
        case = completed()
        report, signer = case.in_review(), case.signer
        now = AFTER + timedelta(days=days)
        refusal = refuses(CertificateNotValid, reports.issue, report=report, signer=signer, by=case.by, now=now)
        assert str(refusal) == f"The certificate that signs reports {what}. {RIGHT}"

    def test_with_a_demonstrations_key_is_refused_in_production(self, settings: Settings, own: Path):
        key_file(own, name=DEMONSTRATION, of=AFTER)
        case = completed()
        report, signer = case.in_review(), case.signer
        settings.DEMO = False
        refusal = refuses(NoSigningKey, reports.issue, report=report, signer=signer, by=case.by, now=AFTER)
        assert str(refusal) == f"The key that signs reports is a demonstration's. {RIGHT}"
        settings.DEMO = True
        assert verify(bytes(case.issue(report).content), trusted=signing.our_fingerprints()).subject == DEMONSTRATION

    def test_is_stamped_where_a_service_is_named(self, settings: Settings, own: Path):
        with timestamps(AFTER) as settings.TIMESTAMP_URL:
            _, document = issued()
        found = verify(bytes(document.content), trusted=signing.our_fingerprints())
        assert (found.why_not, found.stamped_at) == ("", AFTER)

    def test_is_refused_and_its_number_void_where_the_service_is_away(self, settings: Settings, own: Path):
        case = completed()
        report = case.in_review()
        with timestamps(AFTER, status=503) as settings.TIMESTAMP_URL, pytest.raises(Refusal) as refusal:
            case.issue(report)
        assert str(refusal.value) == "The time stamp service doesn't answer. Nothing was issued; try again later."
        assert list(NumberLedger.objects.values_list("n", "settled", "void_reason")) == [(1, "void", "NotStamped")]
        settings.TIMESTAMP_URL = ""
        assert case.issue(report).number.n == 2


class TestTheKey:
    def test_is_read_once_a_process(self, own: Path, monkeypatch: pytest.MonkeyPatch):
        read: list[Path] = []
        load = SigningKey.load.__func__  # type: ignore[attr-defined]  # a classmethod's function

        def counted(cls: type[SigningKey], /, path: Path, **said: object) -> SigningKey:
            read.append(path)
            return load(cls, path, **said)

        monkeypatch.setattr(SigningKey, "load", classmethod(counted))
        with ThreadPoolExecutor(8) as pool:
            keys = set(pool.map(lambda _: id(signing.signing_key(now=AFTER)), range(32)))
        assert (len(keys), read) == (1, [own])

    def test_that_could_not_be_read_is_read_again_once_it_is_there(self, settings: Settings, tmp_path: Path):
        settings.SIGNING_KEY = str(tmp_path / "late.pem")
        with pytest.raises(NoSigningKey):
            signing.signing_key(now=AFTER)
        key_file(tmp_path / "late.pem", of=AFTER)
        assert signing.signing_key(now=AFTER).subject == NAME

    @pytest.mark.parametrize(("days", "soon"), [(69, False), (70, True), (100, True), (101, False)])
    def test_warns_thirty_days_ahead(self, own: Path, days: int, soon: bool):
        ends_at = AFTER + timedelta(days=100)
        assert signing.ends_soon(now=AFTER + timedelta(days=days)) == (ends_at if soon else None)

    def test_ours_are_also_those_that_were_replaced(self, settings: Settings, own: Path, tmp_path: Path):
        now_ = SigningKey.load(own).fingerprint
        assert signing.our_fingerprints() == {now_}
        former = key_file(tmp_path / "former.pem", name="Before")
        settings.FORMER_CERTIFICATES = str(former)
        before = SigningKey.load(former).fingerprint
        assert signing.our_fingerprints() == {now_, before}
        settings.SIGNING_KEY = ""
        assert signing.our_fingerprints() == {before}


class TestWhatAnAdministratorHears:
    def heard(self) -> list[tuple[str | None, str]]:
        return [(message.id, message.msg) for message in reports_can_be_signed()]

    @pytest.fixture(autouse=True)
    def _at(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("courts.checks.clock.now", lambda: AFTER)

    def test_is_nothing_while_all_is_well(self, own: Path):
        assert self.heard() == []

    def test_is_why_nothing_is_issued(self, settings: Settings):
        settings.SIGNING_KEY = ""
        assert self.heard() == [("onus.W001", f"There is no key that signs reports. {RIGHT}")]

    def test_is_when_the_certificate_ends(self, own: Path):
        key_file(own, of=AFTER, days=30)
        assert self.heard() == [("onus.W002", "The certificate that signs reports ends on 2026-04-24.")]

    def test_keeps_nothing_from_starting(self, settings: Settings):
        settings.SIGNING_KEY = ""
        assert [message.is_serious() for message in reports_can_be_signed()] == [False]
