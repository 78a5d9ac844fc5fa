"""The JSON Schema takes what is right, refuses what is no key, and explains every key."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
import typer
from pydantic import BaseModel
from typer.testing import CliRunner

from sizao.cli.rulebook_schema import schema_command
from sizao.policy.files import shipped_files
from sizao.policy.marks import compose
from sizao.policy.read import read_rulebook
from sizao.policy.rulebook import Rulebook
from sizao.policy.schema import list_keys, rulebook_schema

jsonschema = pytest.importorskip("jsonschema")

HERE = Path(__file__).parent
EVERYTHING = HERE / "diff" / "everything.yaml"
VALIDATOR = jsonschema.Draft202012Validator(rulebook_schema())
AMENDING: dict[str, Any] = {
    "id": "xx-2031",
    "title": {"zh": "修改", "en": "Change"},
    "amends": "xx-2030",
    "document": {
        "number": "Notice 9",
        "title": {"zh": "修改", "en": "Change"},
        "issuer": {"zh": "局", "en": "Office"},
        "published": "2031-01-01",
        "effective": "2031-01-01",
    },
    "transition": {"rule": "keep"},
}


def plain(path: Path) -> Any:
    """The file as an editor sees it: dates are texts."""
    data, _, problems = compose(path.read_text("utf-8"), path.name)
    assert not problems
    return json.loads(json.dumps(data, default=str))


def wrong(data: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(data)]


def models(model: type[BaseModel] = Rulebook) -> dict[str, type[BaseModel]]:
    """The model and all that it is made of."""
    found = {model.__name__: model}
    schema = model.model_json_schema()
    by_name = {m.__name__: m for m in _subclasses(BaseModel)}
    return found | {name: by_name[name] for name in schema["$defs"]}


def _subclasses(model: type[BaseModel]) -> list[type[BaseModel]]:
    return [
        m
        for sub in model.__subclasses__()
        if (sub.__module__.startswith("sizao.policy"))
        for m in (sub, *_subclasses(sub))
    ]


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(rulebook_schema())
    jsonschema.Draft202012Validator.check_schema(rulebook_schema("zh"))


@pytest.mark.parametrize("path", [*shipped_files(), EVERYTHING, HERE / "good.yaml"], ids=lambda path: path.stem)
def test_what_is_right_is_taken(path: Path) -> None:
    assert wrong(plain(path)) == []


@pytest.mark.parametrize("tests", [[1, 3], "daily", {"times": 2, "in_days": 3, "apart_hours": 24}, {"times": 1}])
def test_all_ways_to_write_tests_are_taken(tests: Any) -> None:
    data = plain(EVERYTHING)
    data["measures"][3]["phases"] = [{"restriction": "home", "days": 3, "tests": tests}]
    assert wrong(data) == []


@pytest.mark.parametrize(
    "measure",
    [
        {"id": "x", "withdrawn": True},
        {"id": "x", "amends": True, "phases": [{"id": "home", "days": 3}]},
        {"id": "x", "amends": True, "asks": "nothing"},
        {
            "id": "x",
            "title": {"zh": "新", "en": "new"},
            "clause": "1",
            "triggers": [{"event": "e"}],
            "asks": "nothing",
        },
    ],
)
def test_an_amending_file_gives_only_what_it_changes(measure: dict[str, Any]) -> None:
    assert wrong(AMENDING) == []
    assert wrong({**AMENDING, "measures": [measure]}) == []


@pytest.mark.parametrize(
    ("measure", "said"),
    [
        ({"id": "x", "asks": "nothing"}, "'title' is a required property"),
        ({"id": "x", "amends": True, "phase": []}, "('phase' was unexpected)"),
        ({"amends": True}, "'id' is a required property"),
        ({"id": "x", "amends": True, "phases": [{"days": 3}]}, "is not valid under any of the given schemas"),
    ],
)
def test_an_amending_file_is_held_to_its_keys(measure: dict[str, Any], said: str) -> None:
    assert any(said in line for line in wrong({**AMENDING, "measures": [measure]}))


WITHDRAWN: list[dict[str, Any]] = [
    {"measures": [{"id": "x", "withdrawn": True}]},
    {"proofs": [{"id": "x", "withdrawn": True}]},
    {"duties": [{"id": "x", "withdrawn": True, "clause": "1"}]},
    {"limits": {"forbidden": [{"order": "x", "withdrawn": True}]}},
]


@pytest.mark.parametrize("part", WITHDRAWN, ids=lambda part: next(iter(part)))
def test_an_amending_file_withdraws_by_one_word(part: dict[str, Any]) -> None:
    assert wrong({**AMENDING, **part}) == []


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ({"proofs": [{"id": "x", "withdrawn": True, "tests": 1}]}, "('tests' was unexpected)"),
        ({"proofs": [{"id": "x", "withdrawn": False}]}, "True was expected"),
        ({"proofs": [{"id": "x"}]}, "'title' is a required property"),
        ({"duties": [{"order": "x", "withdrawn": True}]}, "'id' is a required property"),
        ({"limits": {"forbidden": [{"id": "x", "withdrawn": True}]}}, "'order' is a required property"),
        ({"limits": {"ceiling": "1", "forbid": []}}, "('forbid' was unexpected)"),
        ({"assumed": [{"about": "x", "withdrawn": True}]}, "('withdrawn' was unexpected)"),
    ],
)
def test_of_what_is_withdrawn_nothing_else_is_said(part: dict[str, Any], said: str) -> None:
    assert any(said in line for line in wrong({**AMENDING, **part}))


@pytest.mark.parametrize("part", WITHDRAWN, ids=lambda part: next(iter(part)))
def test_a_whole_rulebook_withdraws_nothing(part: dict[str, Any]) -> None:
    data = plain(EVERYTHING)
    (key, items) = next(iter(part.items()))
    items, place = (items["forbidden"], f"{key}.forbidden") if key == "limits" else (items, key)
    whole = data[key]["forbidden"] if key == "limits" else data[key]
    whole[0]["withdrawn"] = True
    assert wrong(data) == [f"$.{place}[0]: Additional properties are not allowed ('withdrawn' was unexpected)"]
    whole[0] = items[0]
    assert any("'withdrawn' was unexpected" in line for line in wrong(data))


def test_a_key_that_is_unknown_is_refused_wherever_it_stands() -> None:
    def mappings(value: Any) -> list[dict[str, Any]]:
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return [*([value] if isinstance(value, dict) else []), *(m for v in inner for m in mappings(v))]

    data = plain(EVERYTHING)
    for place in mappings(data):
        place["odd"] = 1
        assert wrong(data), place
        del place["odd"]


@pytest.mark.parametrize(
    ("key", "value"),
    [("id", "No Id"), ("disease", 3), ("transition", {"rule": "never"}), ("restrictions", []), ("measures", [])],
)
def test_a_wrong_value_is_refused(key: str, value: Any) -> None:
    assert wrong({**plain(EVERYTHING), key: value})


def test_what_is_needed_is_asked_for() -> None:
    data = plain(EVERYTHING)
    for key in ("id", "title", "jurisdiction", "disease", "document", "test", "restrictions", "measures"):
        assert wrong({k: v for k, v in data.items() if k != key})


@pytest.mark.parametrize("name", models())
def test_every_key_is_explained_in_both_languages(name: str) -> None:
    keys = {field.alias or key for key, field in models()[name].model_fields.items() if not field.exclude}
    extra = {"Measure": {"amends", "withdrawn"}} | {part: {"withdrawn"} for part in ("Proof", "Duty", "Forbidden")}
    assert set(list_keys(name)) == keys | extra.get(name, set())
    assert all(words["zh"] and words["en"] for words in list_keys(name).values())


def test_the_schema_carries_the_explanations() -> None:
    phase = rulebook_schema("zh")["$defs"]["Phase"]["properties"]
    assert phase["days"] == {
        "type": "integer",
        "minimum": 1,
        "maximum": 3650,
        "description": "天数；与 through、until 三选一",
    }
    assert rulebook_schema()["properties"]["title"]["description"] == "a short name, in both languages"


def test_the_command_prints_it() -> None:
    app = typer.Typer()
    app.command()(schema_command)
    said = CliRunner().invoke(app, ["--lang", "zh"]).stdout
    assert json.loads(said) == rulebook_schema("zh")


def test_the_file_that_uses_every_key_is_a_valid_rulebook_and_uses_every_key() -> None:
    assert read_rulebook(EVERYTHING).document.effective == dt.date(2030, 1, 2)
    text = EVERYTHING.read_text("utf-8")
    words = {key for name in models() for key in list_keys(name)} - {
        "amends",
        "withdrawn",
        "over",
        "retroactive",
        "recorded_in",
    }
    assert {word for word in words if f"{word}:" not in text} == set()
