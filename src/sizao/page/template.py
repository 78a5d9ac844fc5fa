"""Finds the template of a page: Jinja, escaped, and an error where a value is missing."""

from __future__ import annotations

from functools import cache

import jinja2

from sizao.page import look


@cache
def read_template(package: str, file: str = "page.html.j2") -> jinja2.Template:
    """A template in the folder of a package. Those of this package are "page/NAME" to it, to extend and import."""
    shared = jinja2.PrefixLoader({"page": jinja2.PackageLoader("sizao.page", ".")})
    environment = jinja2.Environment(
        autoescape=True,
        loader=jinja2.ChoiceLoader([jinja2.PackageLoader(package, "."), shared]),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.globals["look"] = look
    return environment.get_template(file)
