"""Makes the JSON Schema of a rulebook file from the models, for editors that complete and check while one writes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sizao.policy.rulebook import Rulebook
from sizao.words import Lang, read_yaml

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"

ALWAYS = ("id", "title", "document")
"""Keys of a rulebook that an amending one gives too; all others are carried over."""

CHANGED = {"measures": "Measure", "proofs": "Proof", "duties": "Duty"}
"""Lists whose items may change or withdraw one of the rulebook that a file amends; `limits` holds another of them."""


def rulebook_schema(lang: Lang = "en") -> Schema:
    """The schema of a rulebook file, each key with its description; short forms and amending files included.

    It says what may be written where. Rules across values (a test outside its phase) are for `sizao rulebook check`.
    """
    root = Rulebook.model_json_schema(by_alias=True)
    parts: dict[str, Schema] = {**root.pop("$defs"), "Rulebook": root}
    _short_forms(parts["Phase"])
    for name, part in parts.items():
        _describe(name, part, lang)
    whole = parts.pop("Rulebook")
    required = [key for key in whole.pop("required") if key not in ALWAYS]
    for key in (*CHANGED, "limits"):  # what may stand there depends on `amends`
        whole["properties"][key] = {"description": whole["properties"][key]["description"]}
    parts |= _changed(parts, lang)
    anew: dict[str, Schema] = {key: {"type": "array", "items": _to(part)} for key, part in CHANGED.items()} | {
        "limits": _to("Limits")
    }
    anew["measures"]["minItems"] = 1
    here = {key: {"type": "array", "items": _to(f"{part}Here")} for key, part in CHANGED.items()}
    return {
        "$schema": DIALECT,
        "title": {"zh": "规则册", "en": "Rulebook"}[lang],
        **whole,
        "required": list(ALWAYS),
        "if": {"required": ["amends"]},
        "then": {"properties": {**here, "limits": _to("LimitsHere")}, "required": ["transition"]},
        "else": {"properties": anew, "required": required},
        "$defs": parts,
    }


def list_keys(part: str) -> dict[str, dict[Lang, str]]:
    """The keys of a part of a rulebook file (`Measure`), each with what it is for. Raises KeyError."""
    keys: dict[str, dict[Lang, str]] = read_yaml("sizao.policy", "keys.yaml")[part]
    return keys


def _short_forms(phase: Schema) -> None:
    """`id` may be left out; `tests` is a list, a word or a frequency."""
    keys = phase["properties"]
    frequency = next(way for way in keys.pop("frequency")["anyOf"] if "$ref" in way)
    keys["tests"] = {"anyOf": [keys["tests"], {"const": "daily"}, frequency]}
    phase["required"].remove("id")


def _describe(name: str, part: Schema, lang: Lang) -> None:
    """Descriptions for the keys; what is of no use to an editor goes."""
    for node in _nodes(part):
        for key in ("title", "description", "default"):
            if not isinstance(node.get(key), dict):  # a dictionary: a key of that name, or an empty part
                node.pop(key, None)
        # words of pydantic that mean nothing here to a reader of JSON Schema
        for wrong, right in (("ge", "minimum"), ("le", "maximum"), ("minLength", "minItems")):
            if wrong in node and (right != "minItems" or node.get("type") == "array"):
                node[right] = node.pop(wrong)
        ways = [way for way in node.get("anyOf", ()) if way != {"type": "null"}]
        if len(ways) == 1:
            node.pop("anyOf")
            node |= ways[0]
    for key, value in part["properties"].items():
        value.pop("default", None)
        value["description"] = list_keys(name)[key][lang]


def _nodes(value: Any) -> Iterator[Schema]:
    """Every mapping in a schema, inner ones first."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from _nodes(inner)
        yield value
    elif isinstance(value, list):
        for inner in value:
            yield from _nodes(inner)


def _to(part: str) -> Schema:
    return {"$ref": f"#/$defs/{part}"}


def _changed(parts: dict[str, Schema], lang: Lang) -> dict[str, Schema]:
    """Parts as they stand in an amending file: whole ones, and those that change or withdraw one."""
    limits = parts["Limits"]
    forbidden = {**limits["properties"]["forbidden"], "items": _to("ForbiddenHere")}
    return {
        **_changed_measure(parts["Measure"], parts["Phase"], lang),
        **_withdrawn("Proof", "id", parts["Proof"], lang),
        **_withdrawn("Duty", "id", parts["Duty"], lang),
        **_withdrawn("Forbidden", "order", parts["Forbidden"], lang),
        "LimitsHere": {**limits, "properties": {**limits["properties"], "forbidden": forbidden}},
    }


def _withdrawn(name: str, by: str, part: Schema, lang: Lang) -> dict[str, Schema]:
    """An item of a list, or one that withdraws the item of the older list with the same word under `by`."""
    mark = {"const": True, "description": list_keys(name)["withdrawn"][lang]}
    keys = {key: part["properties"][key] for key in (by, "clause")} | {"withdrawn": mark}
    gone = {"type": "object", "additionalProperties": False, "properties": keys, "required": [by, "withdrawn"]}
    return {
        f"{name}Withdrawn": gone,
        f"{name}Here": {"if": {"required": ["withdrawn"]}, "then": _to(f"{name}Withdrawn"), "else": _to(name)},
    }


def _changed_measure(measure: Schema, phase: Schema, lang: Lang) -> dict[str, Schema]:
    words = list_keys("Measure")
    marks = {key: {"const": True, "description": words[key][lang]} for key in ("amends", "withdrawn")}
    some_phase = {**phase, "required": [], "anyOf": [{"required": ["id"]}, {"required": ["restriction"]}]}
    phases = {**measure["properties"]["phases"], "items": _to("PhaseChange")}
    keys = {**measure["properties"], "phases": phases, **marks}
    return {
        "PhaseChange": some_phase,
        "MeasureChange": {**measure, "properties": keys, "required": ["id"]},
        "MeasureHere": {
            "if": {"anyOf": [{"required": [mark]} for mark in marks]},
            "then": _to("MeasureChange"),
            "else": _to("Measure"),
        },
    }
