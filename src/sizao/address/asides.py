"""What stands around a name: exceptions, the rest of a place, surroundings, bounds; cut off before it is read."""

from __future__ import annotations

import re

from sizao.address.words import Aside, words


class Plain:
    """A name without what stood around it.

    `all_of`: the whole of it (全域) was named. `excepted`: it is the rest after exceptions, which are left out.
    `grid`: the grid around it is meant. `cut`: what tells this part of it from another (bounds, surroundings).
    `told`: what brackets and 含 add.
    """

    # what a name does not have is read from the class: most names have nothing of it
    partial = bounded = all_of = excepted = grid = False
    remaining: tuple[int, str] | None = None
    cut = ""
    told: tuple[str, ...] = ()

    def __init__(self, text: str) -> None:
        self.text = text

    def cut_at(self, start: int) -> None:
        """Only a part is meant: what begins at `start` says which."""
        self.text, self.cut = self.text[:start], self.text[start:] + self.cut
        self.partial = True

    def except_at(self, start: int) -> None:
        """The rest is meant; of the exceptions only what they are followed by (以及 ...) belongs to the name."""
        if (then := _THEN.search(self.text, start)) is not None:
            self.cut += then[1]
        self.text = self.text[:start]
        self.partial = self.excepted = True


def read_asides(plain: Plain) -> None:
    """Leaves the name itself, and notes whether only a part of it is meant. Brackets are off already."""
    known = words()
    _read_exceptions(plain)
    text = plain.text
    if (found := known.attached.search(text)) is not None and found.start():
        text = known.attached.pattern.sub("", text)
    if (found := _AND_SHOPS.search(text)) is not None and found.start():
        text = text[: found.start()]
    if (found := known.with_.search(text)) is not None and found.start():
        plain.told += (text[found.start() :],)
        text = text[: found.start()]
    plain.text = text
    if (found := _NEIGHBOURS.search(text)) is not None and found.start():
        plain.text = text[: found.start()]
    elif (found := known.around.search(text)) is not None and found.start():
        plain.cut_at(found.start())
    if (found := _IN_ALL.search(plain.text)) is not None and found.start():
        plain.text = plain.text[: found.start()]
    if (found := _WHERE.search(plain.text)) is not None and found.start():
        plain.grid = "网格" in found.group()
        if "所在" in found.group():
            plain.cut_at(found.start())
        else:
            plain.text = plain.text[: found.start()]
    if (found := known.part.search(plain.text)) is not None:
        plain.cut_at(found.start())
    if (found := known.all_of.search(plain.text)) is not None:
        plain.text, plain.all_of = plain.text[: found.start()], True
    plain.bounded = (found := known.bounded.search(plain.text)) is not None and not (
        found.group() in _SHOPS_ALONG and _COUNTED.search(plain.text) is not None
    )
    plain.text = plain.text.removesuffix("内").strip(",、;")


def _read_exceptions(plain: Plain) -> None:
    """X除A外, X其他区域, 除A外的X, XA号楼以外区域: the name is X."""
    known = words()
    if "除" not in plain.text and (found := _BUT.search(plain.text)) is not None:
        plain.except_at(found.start())
    text = plain.text
    if (found := known.excepted.search(text)) is not None:
        before, after = text[: found.start()], text[found.end() :]
        plain.remaining = _remaining(after)
        plain.except_at(found.start())
        if not before.strip(",、;内"):
            plain.text, plain.cut = (after.partition("外")[2] or after).removeprefix("的"), ""
    elif (found := known.rest.search(text)) is not None and found.start():
        plain.remaining = _remaining(text[found.start() :])
        plain.except_at(found.start())
    else:
        return
    plain.text = plain.text.removesuffix("内").strip(",、;")


def _aside(signs: str, pattern: str) -> Aside:
    return Aside(re.compile(pattern), re.compile(signs))


_THEN = re.compile(
    r"外(?:的)?(?:其[他它余]|剩余|所有)?的?(?:区域|范围|部分|楼栋|楼宇|地区|单元|楼|栋|户)*"
    r"(?:[,;]|、?(?:以及|及|和|与))([^,;].*)$"
)
_NEIGHBOURS = _aside(
    "[户家层]",
    r"(?:,|、)?(?:及|和|以及|与)?其?(?:左右|上下|东西|前后|南北|相邻|邻近|对面|毗邻|两侧|周边|周围|楼上|垂直)"
    r"[^,、;]{0,12}[户家层](?:区域)?(?:[、,和及]?(?:垂直)?[上下东西南北左右][^,;户]{0,8}户)*$",
)
_WHERE = _aside(
    "[域围所]",
    r"(?:所在|所处)的?(?:网格(?:区域|片区|区)?|区域|片区|范围|单元楼?)内?$|的?(?<!平房)(?<!全)(?:区域|范围){1,2}内?$",
)
_BUT = _aside(
    "外",
    r"(?:内|划定|被)?(?:为)?[高中]{1,2}、?中?风险(?:区域?)?(?:以|之)?外.*$"
    r"|[A-Za-z0-9、,号楼栋幢单元和及-]{0,60}(?:以外|之外).*$",
)
_IN_ALL = _aside(
    "[计共个]",
    r"[,、]?(?:(?:共计|合计|总计|总共|共)[0-9一二三四五六七八九十]+(?:栋|幢|户|座|个).*"
    r"|[0-9一二三四五六七八九十]+个(?:单元|楼栋|点位|门洞)?)$",
)
_AND_SHOPS = _aside(
    "[沿临两口]",
    r"(?:以及|及|和|与)其?(?:沿街|临街|两侧|门口){1,2}的?(?:商铺|商户|店铺|门店|门市|门面|底商)[^,、;]{0,6}$",
)
_SHOPS_ALONG = ("沿街", "临街", "两侧")
_COUNTED = re.compile("[0-9](?:号楼|栋|幢|单元|座)")
_REST = re.compile(r"(?:其余|其他|剩余)(?:的)?([0-9]+)(栋|幢|号楼|单元|户|座)")


def _remaining(text: str) -> tuple[int, str] | None:
    """其余19栋: how many are left, and of what."""
    found = _REST.search(text)
    return (int(found[1]), found[2]) if found else None
