"""Takes uploaded files in memory alone: what people are ill with must not lie on the disk in plain."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler, StopUpload

from sizao.register.imports.limits import MOST_BYTES

WHERE = "/import"
SMALL = 1024 * 1024


class InMemory(MemoryFileUploadHandler):
    """Files for the imports of who signed in; elsewhere and of others none that is large."""

    too_large = False

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *args: Any, **more: Any) -> None:
        """Raises RequestDataTooBig before anything is read, but for an import: its page says which file it was."""
        user = getattr(self.request, "user", None)
        known = user is not None and user.is_authenticated and self.request.path == WHERE
        if content_length > SMALL and not known:
            raise RequestDataTooBig("the upload is too large")
        self.too_large = content_length > MOST_BYTES + SMALL
        self.activated = True

    def new_file(self, field_name: Any, file_name: Any, *args: Any, **more: Any) -> None:
        """Nothing of a file that is too large is read but its name."""
        if self.too_large:
            self.request.too_large = file_name  # type: ignore[union-attr]
            raise StopUpload(connection_reset=True)
        super().new_file(field_name, file_name, *args, **more)
