import pytest

from tools import debian


def test_what_is_there_is_not_installed(monkeypatch):
    monkeypatch.setattr(debian, "install", lambda *_, **__: pytest.fail("installed something"))

    assert debian.main(["sh=dash"]) == 0


def test_who_may_not_install_is_told_what_to_install(monkeypatch, capsys):
    monkeypatch.setattr("os.geteuid", lambda: 1000)

    assert debian.main(["no-such-command=no-such-package"]) == 1
    assert capsys.readouterr().err == (
        "no-such-command not found: install no-such-package "
        "(on Debian: apt-get install no-such-package), then run this again.\n"
    )
