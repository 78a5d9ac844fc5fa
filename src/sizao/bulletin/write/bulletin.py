"""From the table of figures to the text of one day."""

from __future__ import annotations

from datetime import date

import pyarrow as pa

from sizao.bulletin.places import NATION
from sizao.bulletin.write.chinese import Chinese
from sizao.bulletin.write.english import English
from sizao.bulletin.write.layout import CORRECTION, lay_out
from sizao.bulletin.write.paragraphs import paragraphs
from sizao.bulletin.write.pick import pick_rows
from sizao.bulletin.write.voice import Voice, name_of
from sizao.words import Lang

VOICES: dict[Lang, type[Voice]] = {"zh": Chinese, "en": English}


def write_bulletin(figures: pa.Table, on: date, place: str = NATION.name, lang: Lang = "zh") -> str:
    """The bulletin of `place` for the day `on`, one paragraph a line.

    `figures` is the table of that name. Every figure of the place and of the places in its lists is told; what the
    table does not have is left out with its phrase, 0 is told as 无新增. Sums are not checked here. Where several
    sources tell of that day, one is written: the place's own, the last one published.

    SizaoError: `unknown-place` (the table has nothing of it on any day), `no-figures` (nothing on that day),
    `unknown-measure` (a figure that bulletins have no words for), `since-when` (of a total counted since some day).
    """
    region, rows = pick_rows(figures, on, place)
    for row in rows:
        name_of(row["measure"].removesuffix(CORRECTION))
    return "\n".join(paragraphs(lay_out(rows, region), VOICES[lang](on))) + "\n"
