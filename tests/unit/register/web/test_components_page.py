"""The page of the components: for administrators, complete, in both languages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

import sizao.web

FOLDER = Path(sizao.web.__file__).parent / "templates/components"
AROUND = {"menu.html", "next.html"}  # of every page, of the pages before the work

LARGE = ("tabs", "counts", "work-bar", "work-rows", "pager", "steps", "calendar", "mark", "figures", "curve")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_shows_every_component(sign_in: Any, city: Any, language: str) -> None:
    page = sign_in("administrator", language=language).get(reverse("components"))
    assert page.status_code == 200
    shown = {template.name.removeprefix("components/") for template in page.templates if template.name}
    assert {path.name for path in FOLDER.glob("*.html")} - AROUND <= shown
    text = page.content.decode()
    assert not [part for part in LARGE if not re.search(rf'class="[^"]*\b{part}\b', text)]
    assert ("人员表" in text) == (language == "zh") and ("A table of people" in text) == (language == "en")


def test_nobody_but_an_administrator_sees_it(sign_in: Any, city: Any) -> None:
    assert sign_in("tracer").get(reverse("components")).status_code == 403
    assert sign_in(None).get(reverse("components")).status_code == 302
