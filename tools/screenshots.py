"""One screenshot a role for the README: `python -m tools.screenshots`. Of a demonstration that is thrown away after."""

import os
import re
import shutil
import socket
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tools import run

FOLDER = Path("docs/screenshots")
COLORS = 128
DESK, PHONE = (1280, 800), (390, 844)
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-quic")


class Shot(NamedTuple):
    """`role`: as `manage.py demo` names it. `link`: what is pressed on this role's first page."""

    name: str
    role: str
    size: tuple[int, int]
    link: str = ""


SHOTS = (
    Shot("office", "coordinator", DESK),
    Shot("roster", "facilitator", PHONE, link=".evenings a"),
    Shot("court", "court clerk", DESK, link="a.case-number"),
)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind((run.HOST, 0))
        return int(listener.getsockname()[1])


def addresses(sign_ins: Sequence[str]) -> dict[str, str]:
    """By role."""
    found = (re.match(r"\s*(\S.*?)\s{2,}(\S+@\S+)", line) for line in sign_ins)
    return {match[1]: match[2] for match in found if match}


def password(sign_ins: Sequence[str]) -> str:
    return sign_ins[-1].split()[-1]


def take(browser: Browser, shot: Shot, email: str, secret: str) -> Path:
    width, height = shot.size
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="light", reduced_motion="reduce")
    sign_in(page, email, secret)
    if shot.link:
        page.locator(shot.link).first.click()
        page.wait_for_load_state("networkidle")
    path = FOLDER / f"{shot.name}.png"
    page.screenshot(path=path, scale="css")
    page.close()
    shrink(path)
    return path


def shrink(path: Path) -> None:
    """A page has few colors; the repository keeps every picture that ever was in it."""
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(COLORS, dither=Image.Dither.NONE).save(path, optimize=True)


def sign_in(page: Page, email: str, secret: str) -> None:
    page.goto(f"http://localhost:{run.port()}/")
    page.locator("#id_login").fill(email)
    page.locator("#id_password").fill(secret)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.locator(".site-nav").wait_for()


def photograph(sign_ins: Sequence[str]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    emails = addresses(sign_ins)
    with sync_playwright() as playwright:
        path = os.environ.get("ONUS_CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        for shot in SHOTS:
            made = take(browser, shot, emails[shot.role], password(sign_ins))
            run.say(f"{made}, {made.stat().st_size // 1000} kB")
        browser.close()


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        os.environ.pop("DATABASE_URL", None)
        os.environ.update(ONUS_VAR=folder, PORT=str(free_port()))
        try:
            sign_ins = run.demonstration([])
            with run.children() as started:
                run.wait_until_ready(started)
                photograph(sign_ins)
        except run.Ended as reason:
            print(reason, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
