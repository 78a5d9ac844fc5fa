"""The API as one object, for the addresses of the service."""

from __future__ import annotations

from functools import cache
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from sizao.api.fhir.export import router as fhir
from sizao.api.many import router as many
from sizao.api.reads import router
from sizao.api.refused import answer_refusals
from sizao.api.sign_in import Session, Token

ABOUT = """Every list and action of the register, with the same roles and areas as on the screens.

Send a token (`Authorization: Bearer sizao_...`) that you made on your own page. Send an `Idempotency-Key` with a
write, and the same write sent twice is done once. A change names the `version` that you saw; where somebody wrote a
later one, it is refused (409)."""


class Api(NinjaAPI):
    """With a document that is worked out once: it takes a third of a second, and anybody may ask for it."""

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> OpenAPISchema:
        return self._document(self.get_root_path(path_params or {}) if path_prefix is None else path_prefix)

    @cache  # noqa: B019, there is one
    def _document(self, prefix: str) -> OpenAPISchema:
        return super().get_openapi_schema(path_prefix=prefix)


api = Api(
    title="Sizao",
    version="1",
    description=ABOUT,
    auth=[Token(), Session()],
    urls_namespace="api",
    docs_url=None,
)
answer_refusals(api)
api.add_router("", router)
api.add_router("/bulk", many)
api.add_router("/fhir", fhir)
