"""The name before the numbers, from coarse to fine: district, street, community, village, road, and what is left."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from sizao.address.words import words

_OFFICE = re.compile("[^,、;0-9]{2}办(?=[^公事证学医税理案].{2})")  # 安邑办
_VILLAGE_OF = re.compile("(?:行政|自然)村")  # 马街行政村 is the village 马街
_WAY = re.compile("[路街巷道胡]")
_LANE_OF = re.compile(
    r".{1,12}?(?:小区|花园|家园|新村|公寓|大院|苑)[一二三四五六七八九十0-9]{1,3}(?:巷|街|横街|胡同|条|路)$"
)


_ROAD_AFTER = re.compile(
    r"(.{2,10}?(?:小区|花园|家园|嘉园|公寓|新村|[一二三四五六七八九十]村))([^小区]{2,8}(?:路|街|大道|巷|胡同))$"
)


class Head(NamedTuple):
    """Parts of a run of letters; `name` is what is left: a compound, a premise, a hamlet."""

    district: str = ""
    street: str = ""
    community: str = ""
    village: str = ""
    road: str = ""
    name: str = ""

    @property
    def named(self) -> bool:
        """Whether anything but a left-over name was found."""
        return bool(self.street or self.community or self.village or self.road)


@lru_cache(maxsize=1 << 12)
def read_head(text: str, numbered: bool) -> Head:
    """The parts of `text`. `numbered`: a house number follows it (then 金银路 is a road and 下沟 a hamlet)."""
    known = words()
    district = street = community = village = road = ""
    if (found := known.district.match(text)) is not None:
        district, text = text[: found.end()], text[found.end() :]
    elif (found := known.zone.match(text)) is not None:
        district, text = found.group(), text[found.end() :]
    found = known.street.match(text)
    if found is not None and "社区" in found.group():  # 喜捷社区玉龙场镇
        found = None
    if found is not None or (found := known.wide.match(text)) is not None:
        street, text = text[: found.end()], text[found.end() :]
        if (
            street.endswith("街道")
            and (found := known.street.match(text)) is not None
            and found.group()[-1] in "镇乡"
        ):
            street, text = found.group(), text[found.end() :]
    elif (found := _OFFICE.match(text)) is not None:
        street, text = found.group(), text[found.end() :]
    if (found := known.community.match(text)) is not None:
        community, text = text[: found.end()], text[found.end() :]
        if (
            not street
            and (short := known.short_street.match(community)) is not None
            and short.end() < found.start(1)  # 东库街社区 is no street 东库街
        ):
            street, community = short[0], community[short.end() :]
    elif not street and (found := known.short_street.match(text)) is not None and len(text) > found.end() + 2:
        street, text = text[: found.end()], text[found.end() :]
    on_way = _WAY.search(text) is not None
    if (found := known.village.match(text)) is not None:
        way = known.road.match(text) if on_way else None
        if (
            way
            and way.end() < found.end() - 1
            and _VILLAGE_OF.match(text, way.end()) is None
            and known.village.match(text, way.end())
        ):  # 顺达北路东园子村
            road, text = text[: way.end()], text[way.end() :]
        while (found := known.village.match(text)) is not None and not _is_estate(text, found.end(), street, village):
            village, text = village + text[: found.end()], text[found.end() :]
    while on_way and text:
        if _LANE_OF.match(text) is not None:
            break
        if not road and (found := _ROAD_AFTER.match(text)) is not None and known.road_end.search(text) is not None:
            return Head(district, street, community, village, found[2], found[1])
        if known.road_end.search(text) is not None and not _is_premise(text):
            if (found := known.road.match(text)) is not None and _LANE_OF.match(text[found.end() :]) is not None:
                road, text = road + text[: found.end()], text[found.end() :]
                break
            road, text = road + text, ""
        elif (found := known.road.match(text)) is not None and not (numbered and not road and _all_hamlet(text)):
            road, text = road + text[: found.end()], text[found.end() :]
        else:
            break
    if numbered and not road and text.endswith("道"):
        road, text = text, ""
    return Head(district, street, community, village, road, text)


def _is_premise(text: str) -> bool:
    return words().kind(text) in ("site", "compound")


def _all_hamlet(text: str) -> bool:
    return words().kind(text) == "village"


_NUMERALS = frozenset("一二三四五六七八九十0123456789新")


def _is_estate(text: str, end: int, street: str, village: str) -> bool:
    """Workers' villages of cities: 新村, 控江七村; in a town (镇, 乡) a village is a village."""
    name = text[:end]
    if village or not name.endswith("村") or len(name) < 2:
        return False
    return name[-2] in _NUMERALS and not street.endswith(("镇", "乡", "苏木"))
