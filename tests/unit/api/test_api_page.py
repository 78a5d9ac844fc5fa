"""The API's page for people: every operation, in both languages, within what our pages may load."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from operations import of_the_document


@pytest.mark.parametrize("language, title", [("zh", "接口"), ("en", "The API")])
def test_the_page_names_every_operation(language: str, title: str, db: None) -> None:
    page = Client(headers={"accept-language": language}).get("/api/docs")
    text = unescape(page.content.decode())
    assert page.status_code == 200 and f"<h1>{title}</h1>" in text
    for method, path in of_the_document():
        assert f"<code>{method.upper()} {path}</code>" in text
    assert ("报告病例" in text) == (language == "zh")


def test_the_page_has_no_script_and_loads_nothing_from_elsewhere(db: None) -> None:
    page = Client().get("/api/docs")
    text = page.content.decode()
    assert "'none'" in page["Content-Security-Policy"] and "unsafe" not in page["Content-Security-Policy"]
    assert not re.findall(r"<script|<style|\sstyle=|\son\w+=|(?:src|href)=\"(?!/|#)", text)


def test_the_examples_are_right_requests(db: None) -> None:
    text = unescape(Client().get("/api/docs").content.decode())
    bodies = re.findall(r"-d '(.*)'</pre>", text)
    assert len(bodies) == sum(method != "get" for method, _ in of_the_document())
    for body in bodies:
        json.loads(body)
    assert """-X POST $HOST/api/tests -H "Content-Type: application/json" -d '{"person_id": "p-000001",""" in text


def test_an_example_is_taken_by_the_service_as_it_stands(caller: Any, city: Any) -> None:
    from sizao.register.actions import people

    people.add_person(by=city.job, home_place_id="jia-1", person_id="p-000001")
    text = unescape(Client().get("/api/docs").content.decode())
    for path in ("/api/tests", "/api/bulk/tests", "/api/visits"):
        found = re.search(rf"-X POST \$HOST{path} .*-d '(.*)'</pre>", text)
        assert found and caller("epidemiologist").send("POST", path, found[1]).status_code == 200, path


def test_the_account_page_leads_there(sign_in: Any) -> None:
    assert 'href="/api/docs"' in sign_in("tracer").get("/account").content.decode()
