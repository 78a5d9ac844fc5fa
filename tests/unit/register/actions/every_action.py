"""Every action of the register with its cases, and how they are called."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable
from importlib import import_module
from typing import Any

from action_case import Case, Given
from cases_of_facts import FACTS
from cases_of_keeping import KEEPING
from cases_of_papers import PAPERS

CASES: dict[str, Case] = FACTS | KEEPING | PAPERS


def actions() -> dict[str, Callable[..., Any]]:
    """Every public write: functions of the actions' modules that are called with `by=`."""
    import sizao.register.actions as package

    found = {}
    for module in pkgutil.iter_modules(package.__path__):
        known = vars(import_module(f"{package.__name__}.{module.name}"))
        for name, function in known.items():
            if inspect.isfunction(function) and function.__module__.endswith(f".{module.name}") and name[0] != "_":
                by = inspect.signature(function).parameters.get("by")
                if by is not None and by.kind is by.KEYWORD_ONLY:
                    found[f"{module.name}.{name}"] = function
    return found


def call(name: str, by: Any, given: Given) -> Any:
    """Calls the action of a case; of many rows, raises what the first refused one was refused with."""
    owned = CASES[name].owned
    if owned is not None:
        owned(by, given)
    done = actions()[name.split(" ")[0]](by=by, **given)
    for row in done if isinstance(done, list) else []:
        if row.error is not None:
            raise row.error
    return done


def filled(given: Given, side: Any) -> Given:
    """With the ids of a side in rows."""
    if "rows" not in given or not isinstance(given["rows"], list):
        return given
    named = {"{person}": side.person, "{test}": side.test, "{order}": side.order}
    rows = [{key: named.get(value, value) for key, value in row.items()} for row in given["rows"]]
    return {**given, "rows": rows}
