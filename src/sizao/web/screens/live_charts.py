"""Vega out of vl-convert, for charts that answer when somebody points at them."""

from __future__ import annotations

import gzip
import hashlib
import threading
from functools import cache
from typing import Any

import vl_convert
from django.http import HttpResponse
from django.urls import reverse

from sizao.web.needs import needs

SNIPPET = """window.sizaoDraw = (place, chart) => vegaEmbed(place, chart, {ast: true, actions: false, renderer: "svg",
  mode: "vega-lite", defaultStyle: false, tooltip: {disableDefaultStyle: true}});"""
"""`ast`: expressions are walked, not compiled, for pages may compile nothing; nor have they styles of their own."""
_building = threading.Lock()


@needs("see_figures")
def chart_library(request: Any) -> HttpResponse:
    """The bundle; its address carries a hash, so a browser keeps it."""
    packed = build_library()
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        page = HttpResponse(packed, content_type="text/javascript; charset=utf-8")
        page["Content-Encoding"] = "gzip"
    else:
        page = HttpResponse(gzip.decompress(packed), content_type="text/javascript; charset=utf-8")
    page["Cache-Control"] = "private, max-age=31536000, immutable"
    page["Vary"] = "Accept-Encoding"
    return page


def library_address() -> str:
    """Where it is: the hash is of what it is made from, so that no page has to wait until it is made."""
    made_from = f"{vl_convert.__version__} {SNIPPET}"
    return f"{reverse('chart_library')}?v={hashlib.sha256(made_from.encode()).hexdigest()[:12]}"


def build_library() -> bytes:
    """Packed; built once in each process that is asked for it, which takes a second or two."""
    with _building:
        return _build()


@cache
def _build() -> bytes:
    return gzip.compress(vl_convert.javascript_bundle(SNIPPET).encode(), 9, mtime=0)
