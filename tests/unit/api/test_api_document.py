"""The OpenAPI document is true: whatever is sent, the answer is one that it names, in the shape that it names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from operations import OPS, fill, ids_of
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

EXAMPLES = 12
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def document() -> Any:
    from sizao.api.app import api

    return schemathesis.openapi.from_dict(api.get_openapi_schema(path_prefix="/api/"))


@pytest.fixture
def one_connection() -> Iterator[None]:
    """The service closes its connection after each request; here it holds the test's open transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def program(caller: Any, city: Any, one_connection: None) -> Any:
    """Somebody with every role of staff."""
    from sizao.register.models import Grant, Place

    made = caller("epidemiologist", "jia")
    jia = Place.objects.unscoped("test").get(place_id="jia")
    for role in ("commander", "tracer", "oversight", "call_desk"):
        Grant.objects.create(user=made.user, role=role, place=jia, since=city.job.at)
    return made


def send(program: Any, case: Any) -> Any:
    """Sends a generated request to the service itself and checks the answer."""
    from django.core.wsgi import get_wsgi_application

    headers = {"Authorization": f"Bearer {program.text}"}
    response = case.call(app=get_wsgi_application(), base_url="http://localhost", headers=headers)
    case.validate_response(response, checks=CHECKS, headers=headers)
    return response


@pytest.mark.parametrize("method, path", sorted(OPS), ids=str)
def test_whatever_is_sent_is_answered_as_the_document_says(method: str, path: str, program: Any, sides: Any) -> None:
    ids = ids_of(sides, "jia")
    operation = document()[path][method.upper()]
    right, wrong = (operation.as_strategy(generation_mode=mode) for mode in GenerationMode)
    quiet = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=quiet,
    )
    @given(case=st.one_of(right, wrong), real=st.booleans())
    def walk(case: Any, real: bool) -> None:
        if real:
            case.path_parameters = {name: ids.get(name, value) for name, value in case.path_parameters.items()}
            case.body = with_ids(case.body, ids)
        send(program, case)

    walk()


def with_ids(body: Any, ids: Mapping[str, Any]) -> Any:
    """What was made up, with ids of what there is, so that it comes as far as the database."""
    if isinstance(body, dict):
        return {name: ids.get(name) or with_ids(value, ids) for name, value in body.items()}
    return [with_ids(one, ids) for one in body] if isinstance(body, list) else body


def test_right_requests_are_answered_as_the_document_says(program: Any, sides: Any) -> None:
    ids = ids_of(sides, "jia")
    whole = document()
    for (method, path), op in OPS.items():
        case = whole[path][method.upper()].Case(
            method=method.upper(),
            path_parameters={name: value for name, value in ids.items() if f"{{{name}}}" in path},
            body=op.body(ids) if op.body else schemathesis.core.NOT_SET,
            media_type="application/json" if op.body else None,
        )
        answer = send(program, case)
        assert answer.status_code in (200, 409), (path, answer.text)


def test_the_document_is_open_and_names_nobody(db: None, client: Any) -> None:
    answer = client.get("/api/openapi.json")
    assert answer.status_code == 200 and answer.json()["openapi"].startswith("3.")
    assert fill("/api/people/{person_id}", {"person_id": "x"}) == "/api/people/x"
