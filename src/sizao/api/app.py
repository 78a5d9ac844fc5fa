"""The API as one object, for the addresses of the service."""

from __future__ import annotations

from ninja import NinjaAPI

from sizao.api.fhir.export import router as fhir
from sizao.api.many import router as many
from sizao.api.reads import router
from sizao.api.refused import answer_refusals
from sizao.api.sign_in import Session, Token

ABOUT = """Every list and action of the register, with the same roles and areas as on the screens.

Send a token (`Authorization: Bearer sizao_...`) that you made on your own page. Send an `Idempotency-Key` with a
write, and the same write sent twice is done once. A change names the `version` that you saw; where somebody wrote a
later one, it is refused (409)."""

api = NinjaAPI(
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
