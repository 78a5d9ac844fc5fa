"""Accepts an import beside the request that asked for it, so that a page can show how far it is."""

from __future__ import annotations

import logging
import threading

from django.db import Error, close_old_connections, connection

from sizao.errors import SizaoError
from sizao.register.access import Access
from sizao.register.imports.accept import accept, begin
from sizao.register.models import Import

log = logging.getLogger("sizao.imports")


def accept_soon(*, by: Access, import_id: str) -> None:
    """Begins, or goes on, in a thread of this process. Raises as `begin`; later errors stand in `counts["stopped"]`.

    Where the process dies, the import stops between two chunks, and the next call goes on from there.
    """
    found = begin(by=by, import_id=import_id)
    if "stopped" in found.counts:
        found.counts.pop("stopped")
        found.save(update_fields=["counts"])
    if connection.in_atomic_block or (connection.vendor == "sqlite" and connection.is_in_memory_db()):
        _run(by, import_id, found.pk)  # nobody else could see what was written
        return
    threading.Thread(target=_run_apart, args=(by, import_id, found.pk), name="sizao-import", daemon=True).start()


def _run_apart(by: Access, import_id: str, key: int) -> None:
    close_old_connections()
    try:
        _run(by, import_id, key)
    finally:
        connection.close()


def _run(by: Access, import_id: str, key: int) -> None:
    try:
        accept(by=by, import_id=import_id)
    except (SizaoError, Error) as error:
        code = error.code if isinstance(error, SizaoError) else "busy"
        log.warning("import %s stopped: %s", import_id, code)
        found = Import.objects.get(pk=key)
        found.counts["stopped"] = code
        found.save(update_fields=["counts"])
