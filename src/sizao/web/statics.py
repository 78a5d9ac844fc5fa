"""Addresses of styles and pictures carry a hash of what they hold, so that a browser may keep them for ever."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage


class HashedInQuery(StaticFilesStorage):
    """`sizao/sizao.css` is `/static/sizao/sizao.css?v=...`, served from the package: nothing to collect."""

    def url(self, name: str) -> str:
        """The address of a file of an installed application."""
        tag = _tag(name)
        return f"{super().url(name)}?v={tag}" if tag else super().url(name)


@cache
def _tag(name: str) -> str:
    found = finders.find(name)
    return hashlib.sha256(Path(found).read_bytes()).hexdigest()[:12] if found else ""
