"""Takes uploaded files in memory alone: what people are ill with must not lie on the disk in plain."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler

from sizao.register.imports.limits import MOST_BYTES

WHERE = "/import"
SMALL = 1024 * 1024


class InMemory(MemoryFileUploadHandler):
    """Files for the imports of who signed in; elsewhere and of others none that is large."""

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *args: Any, **more: Any) -> None:
        """Raises RequestDataTooBig before anything is read."""
        user = getattr(self.request, "user", None)
        known = user is not None and user.is_authenticated and self.request.path == WHERE
        if content_length > (MOST_BYTES + SMALL if known else SMALL):
            raise RequestDataTooBig("the upload is too large")
        self.activated = True
