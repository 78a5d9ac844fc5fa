"""How tests make papers, read them back and check them; what they are made of."""

from __future__ import annotations

import datetime as dt
import io
import re
import unicodedata
from typing import Any

from django.test import Client
from pypdf import PdfReader

TODAY = dt.date(2022, 11, 20)
DAY = dt.timedelta(days=1)
NOTICE, CERTIFICATE = "isolation_notice", "release_certificate"


def put_status(city: Any, person_id: str, **more: Any) -> Any:
    """What holds for a person now, all of it derived."""
    from sizao.register.models import NowStatus, NowTouched

    said = {
        "on": TODAY,
        "rulebook": "cn-2022-11-11",
        "measure": "close_contact",
        "phase": "central_isolation",
        "phase_day": 5,
        "restriction": "central_isolation",
        "since": TODAY - 4 * DAY,
        "until": TODAY,
        "clause": "二（一）",
        "because": "e-1",
        "last_day": TODAY + 3 * DAY,
        "test_due": True,
        "derived_at": city.job.at,
    }
    NowTouched.objects.all().delete()
    return NowStatus.objects.create(person_id=person_id, **{**said, **more})


def text_of(page: Any) -> list[str]:
    """What each page of a PDF says, without spaces."""
    assert page["Content-Type"] == "application/pdf", page.getvalue()[:300]
    pages = [found.extract_text() for found in PdfReader(io.BytesIO(page.getvalue())).pages]
    return ["".join(unicodedata.normalize("NFKC", text).replace("\u200b", "").split()) for text in pages]


def make(browser: Client, kind: str, *who: str, **more: Any) -> Any:
    """As the confirmation page sends it."""
    return browser.post("/documents/make", {"kind": kind, "who": who, "key": "0" * 32, **more})


def codes_in(rows: Any) -> list[str]:
    return [row.letter.codes[0].text.rsplit("/", 1)[1] for row in rows if row.letter]


def made(by: Any, kind: str, *ids: str) -> list[str]:
    """Papers made by the action, and the codes on them."""
    from sizao.register.actions.documents import Addresses, make_documents, make_orders
    from sizao.register.models import NowTouched

    NowTouched.objects.all().delete()
    to = Addresses("https://x.example/verify/")
    if kind == "order":
        return codes_in(make_orders(by=by, order_ids=ids, addresses=to))
    return codes_in(make_documents(by=by, kind=kind, person_ids=ids, addresses=to))


def state(code: str) -> str:
    """What the page says of a code, in English."""
    page = Client().get(f"/verify/{code}")
    assert page.status_code == 200
    found = re.findall(r'<span class="pill \w+">([^<]+)</span>', page.content.decode())
    assert len(found) == 2
    return str(found[1])
