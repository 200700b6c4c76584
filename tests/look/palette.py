"""Colors as tokens.css tells them, and how far apart they stand."""

import re

from tests.house import ROOT

TOKENS = ROOT / "static" / "css" / "tokens.css"
SCHEMES = {
    "light": ":root",
    "dark": ':root:not([data-theme="light"])',
    "dark by hand": ':root[data-theme="dark"]',
}


def palette(scheme: str) -> dict[str, str]:
    """Name to #RRGGBB; what the dark scheme doesn't say is as in the light one."""
    block = re.search(re.escape(SCHEMES[scheme]) + r"\s*\{(.*?)\}", TOKENS.read_text(), re.DOTALL)
    assert block, f"tokens.css has no {SCHEMES[scheme]}"
    return dict(re.findall(r"--o-([\w-]+): (#[0-9A-F]{6});", block[1]))


def contrast(one: str, other: str) -> float:
    """WCAG 2.2's ratio, from 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: str) -> float:
    red, green, blue = (linear(int(color[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
