"""The API for people who write programs: a page made from its own document, without a script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from sizao.api.app import api
from sizao.tables import contract
from sizao.web.forms.describe import forms
from sizao.web.needs import for_everybody
from sizao.web.say import all_words, lang
from sizao.words import Lang

PREFIX = "/api/"
TAGS = ("read", "write", "bulk", "fhir")
WRITES = "sizao_api_writes_"
MADE_UP = {"person_id": "p-000001", "place_id": "jia-1", "version": 1, "limit": 100}


@dataclass(frozen=True)
class Field:
    """What an operation takes, by its name."""

    name: str
    type: str
    required: bool
    about: str


@dataclass(frozen=True)
class Operation:
    """One operation as the page shows it."""

    method: str
    path: str
    title: str
    about: str
    asked: tuple[Field, ...]
    sent: tuple[Field, ...]
    curl: str


@for_everybody()
def api_page(request: Any) -> HttpResponse:
    """Every operation: what it is for, what it takes, and how it is called."""
    return render(request, "api.html", {"parts": _parts(lang()), "host": request.build_absolute_uri("/")[:-1]})


@lru_cache(maxsize=2)
def _parts(language: Lang) -> list[tuple[str, list[Operation]]]:
    whole = api.get_openapi_schema(path_prefix=PREFIX)
    found: dict[str, list[Operation]] = {tag: [] for tag in TAGS}
    for path, methods in whole["paths"].items():
        for method, said in methods.items():
            found[said["tags"][0]].append(_operation(whole, method.upper(), path, said, language))
    return list(found.items())


def _operation(whole: Any, method: str, path: str, said: Mapping[str, Any], language: Lang) -> Operation:
    asked = tuple(
        Field(one["name"], _type(one["schema"]), one["required"], one.get("description", ""))
        for one in said.get("parameters", [])
    )
    body = said.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    sent = tuple(_fields(whole, body)) if body else ()
    curl = f'curl -H "Authorization: Bearer $TOKEN" {"" if method == "GET" else f"-X {method} "}$HOST{path}'
    if body:
        curl += f""" -H "Content-Type: application/json" -d '{_example(whole, body)}'"""
    return Operation(method, path, _title(said, path, language), said.get("description", ""), asked, sent, curl)


def _title(said: Mapping[str, Any], path: str, language: Lang) -> str:
    """In Chinese what the screens call the same action, or the contract the same table."""
    form = forms().get(said["operationId"].removeprefix(WRITES))
    if form is not None:
        return str(form.title[language])
    if "read" in said["tags"] and "{" not in path:
        return str(getattr(contract(path.rsplit("/", 1)[-1]).title, language))
    others = all_words()["api_titles"]
    return str(others[name][language]) if (name := said["operationId"]) in others else str(said["summary"])


def _fields(whole: Any, schema: Mapping[str, Any]) -> Iterator[Field]:
    shape = _shape(whole, schema)
    for name, said in shape["properties"].items():
        inner = said.get("items", {})
        if "$ref" in inner:
            for one in _fields(whole, inner):
                yield Field(f"{name}[].{one.name}", one.type, one.required, one.about)
        else:
            yield Field(name, _type(said), name in shape.get("required", ()), said.get("description", ""))


def _example(whole: Any, schema: Mapping[str, Any]) -> str:
    """What must be given, made up."""
    shape = _shape(whole, schema)
    given = []
    for name in shape.get("required", ()):
        said = shape["properties"][name]
        if "$ref" in said.get("items", {}):
            value = f"[{_example(whole, said['items'])}]"
        elif said.get("type") == "array":
            value = '["p-000001"]'
        elif said.get("type") in ("integer", "boolean"):
            value = str(MADE_UP.get(name, 1)) if said["type"] == "integer" else "true"
        else:
            days = {"date": "2022-11-19", "date-time": "2022-11-19T08:30:00+08:00"}
            value = f'"{days.get(said.get("format", ""), MADE_UP.get(name, "..."))}"'
        given.append(f'"{name}": {value}')
    return "{" + ", ".join(given) + "}"


def _shape(whole: Any, schema: Mapping[str, Any]) -> Any:
    return whole["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]] if "$ref" in schema else schema


def _type(schema: Mapping[str, Any]) -> str:
    kinds = [one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"]
    if not kinds:
        return ""
    if "enum" in kinds[0]:
        return " | ".join(map(str, kinds[0]["enum"]))
    return str(kinds[0].get("format") or kinds[0].get("type", ""))
