"""Exports on screen: choose a table, get a file; who took what out is logged before a row is given."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from sizao.register.actions.bulk import ORDER
from sizao.register.clock import today
from sizao.register.exports.write import FORMATS, MOST_IN_A_WORKBOOK, TYPES, export
from sizao.tables import contract
from sizao.web.needs import needs
from sizao.web.say import lang


@needs("export_people", methods=("GET", "POST"))
def exports(request: Any) -> HttpResponse | StreamingHttpResponse:
    """The tables that can be taken out; by POST, the file."""
    if request.method == "POST":
        table, format = request.POST.get("table", ""), request.POST.get("format", "csv")
        names = request.POST.get("names") == "yes"
        found, pieces = export(by=request.access, table=table, format=format, names=names)
        page = StreamingHttpResponse(pieces, content_type=TYPES[format])
        page["Content-Disposition"] = f'attachment; filename="{found.table}-{today()}.{format}"'
        return page
    tables = [(name, contract(name).title.text(lang())) for name in ORDER]
    told = {
        "tables": tables,
        "formats": FORMATS,
        "most": MOST_IN_A_WORKBOOK,
        "names": request.access.may("see_names"),
    }
    return render(request, "exports.html", told)
