"""What tests see of a page: its text, the numbers at its top, the sheets that it prints on."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest


def text_of(page: str) -> str:
    """The text of a page without its charts."""
    body = page[page.index("<body>") :]
    return re.sub(r"\s+", " ", re.sub(r"<svg.*?</svg>|<[^>]+>", " ", body, flags=re.DOTALL))


def tile(page: str, label: str) -> list[str]:
    """The number under a label at the top, and the two lines below it."""
    found = re.search(rf"<span>{re.escape(label)}</span><b>(.*?)</b><small>(.*?)</small><small>(.*?)</small>", page)
    assert found, label
    return list(found.groups())


def sheets(page: str, folder: Path) -> int:
    """The sheets of A4 that a page prints on."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("no browser that prints")
    file, sheet = folder / "page.html", folder / "page.pdf"
    file.write_text(page, "utf-8")
    command = [browser, "--headless", "--no-sandbox", f"--user-data-dir={folder}", "--no-pdf-header-footer"]
    subprocess.run([*command, f"--print-to-pdf={sheet}", file.as_uri()], check=True, capture_output=True, timeout=60)
    return len(re.findall(rb"/Type\s*/Page\b", sheet.read_bytes()))
