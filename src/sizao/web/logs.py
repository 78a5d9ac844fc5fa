"""Log lines that name nobody: addresses by their pattern, errors by their kind and place, never by their text."""

from __future__ import annotations

import logging
import traceback
from typing import Any


class Impersonal(logging.Formatter):
    """Time, level, logger, message. The text of an exception may hold what somebody typed: it is left out."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """One record; of one about a request, the pattern of its address."""
        copy = logging.makeLogRecord(record.__dict__)
        request = getattr(record, "request", None)
        if hasattr(request, "method"):
            copy.msg, copy.args = f"{getattr(record, 'status_code', '')} {request.method} {route_of(request)}", ()
        copy.exc_text = None
        return super().format(copy)

    def formatException(self, ei: Any) -> str:
        """Where it happened, and what kind of error; of one that came of another, both."""
        found, error = [], ei[1]
        while error is not None and len(found) < 5:
            frames = traceback.extract_tb(error.__traceback__)
            places = [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
            known = getattr(error, "code", "") or getattr(error, "name", "")  # of ours; of a name in the program
            found.append("\n".join([f"{type(error).__name__} {known if isinstance(known, str) else ''}", *places]))
            error = error.__cause__ or error.__context__
        return "\ncaused by ".join(found)

    def formatStack(self, stack_info: str) -> str:
        """Left out: it quotes lines of the program, but may quote more."""
        return ""


def route_of(request: Any) -> str:
    """The pattern of an address, such as people/<path:person_id>."""
    match = getattr(request, "resolver_match", None)
    return f"/{match.route}" if match else "(no such address)"
