"""What stands on the pages of a paper."""

import subprocess


def words_of(pdf: bytes) -> list[str]:
    """A page each."""
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True, timeout=60)
    return [" ".join(page.split()) for page in done.stdout.decode().split("\f")[:-1]]
