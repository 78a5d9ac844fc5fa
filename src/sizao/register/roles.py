"""Roles and permissions as words, read from roles.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

from ruamel.yaml import YAML


@dataclass(frozen=True)
class Role:
    """What a user is, in words, and what that lets them do."""

    name: str
    title: Mapping[str, str]
    does: Mapping[str, str]
    may: frozenset[str]


@cache
def roles() -> Mapping[str, Role]:
    """Every role by name. Raises ValueError where a role names a permission that there is not."""
    known = permissions()
    found = {}
    for name, said in _read()["roles"].items():
        strange = set(said["may"]) - set(known)
        if strange:
            raise ValueError(f"roles.yaml: {name} may {sorted(strange)}: no such permission")
        found[name] = Role(name, said["title"], said["does"], frozenset(said["may"]))
    return MappingProxyType(found)


@cache
def permissions() -> Mapping[str, Mapping[str, str]]:
    """Every permission, with its words in zh and en."""
    return MappingProxyType(dict(_read()["permissions"]))


@cache
def _read() -> dict[str, dict[str, dict]]:
    text = resources.files("sizao.register").joinpath("roles.yaml").read_text(encoding="utf-8")
    return YAML(typ="safe").load(text)
