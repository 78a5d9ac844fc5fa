"""A whole county, or what is left of it: names that name no place of their own (除高风险区以外的其他地区)."""

from __future__ import annotations

import re

_RISK = "(?:[高中低、及和]*风险(?:地?区)?域?|(?:临时)?[管封]控区域?|纳管区域)"
_REST = re.compile(
    rf"(?:除|不含|(?:以|之)?区?外|的|其[他它余]|剩余|所有|全部|地区|区域|区|范围|部分|辖区|[辖域]内|县域|[内及和、,()]|已?公布|上述|划定|{_RISK})+"
)
_LEFT = re.compile("除|外|其[他它余]|剩余|不含")
_ALL = re.compile("(?:所?辖区|全(?:域|区域|[市县区旗州]|境|城)|整体)")
_MAYBE = re.compile("外|其[他它余]|剩余|除|^全|整体")
_LONGEST_CITY, _LONGEST_NAME = 12, 4
# 宽甸县(除中风险区外): a county under another name than that of the list; 阳光城A区 and 世纪花园二区 are none
_OTHER = re.compile(
    r"(?:[^,、;()0-9街镇乡村社]{1,12}?(?:县|旗|自治州|(?:经开|高新|开发|示范|管理|生态城)区?)"
    r"|[^,、;()0-9A-Z街镇乡村社城园校厂库建工]{2}(?<![东西南北中一二三四五六七八九十])区|[^,、;()0-9街镇乡村社]{2,4}市)"
    r"(?=\(?(?:内|的|除|[高中]|全域))"
)
_BESIDE = re.compile(r"^\((?![^()]*(?:除|风险))[^()]*[区县市旗]\)")  # 奎文区(含高新区)除...
_NEW = ("高新区", "经开区", "开发区", "新区")  # of which each city has one: 泰安高新区
_KINDS = (
    (("街道", "镇", "乡", "苏木", "街道办", "办事处", "街办"), "street"),
    (("社区", "居委会"), "community"),
    (("村", "村委会", "嘎查"), "village"),
)
# in some cities a street office is called 多宝街; no road has a rest outside of risk areas
_OFFICE = re.compile(r"([^,、;()0-9路]{2,4}街)(?=\(?(?:除|[高中]|全域))")


def read_office(text: str) -> tuple[str, bool] | None:
    """(name, whether only the rest of it is meant) of a whole street office called X街; None for any other name."""
    found = _OFFICE.match(text)
    if found is None:
        return None
    left = _ALL.sub("", text[found.end() :])
    if not left:
        return found[1], False
    rest = _REST.fullmatch(left) is not None and _LEFT.search(left) is not None
    return (found[1], True) if rest else None


def read_whole(text: str, county: str | None) -> tuple[str, bool] | None:
    """(scope, whether only the rest of it is meant) of a name of the whole county; None for any other name.

    `text` in normal signs. What a list has as its county may be a street (三里屯街道): then so is the scope.
    """
    named = county is not None and bool(county) and county in text
    if not named and _MAYBE.search(text) is None:
        return None
    left = text
    if county and named:
        before, _, after = text.partition(county)
        if len(before) > _LONGEST_CITY and _REST.fullmatch(before) is None:
            return None
        if before[-1:] in tuple("市州盟区省师(") and "风险" not in before:
            before, after = "", after.removeprefix(")") if before[-1] == "(" else after
        elif len(before) <= _LONGEST_NAME and county.endswith(_NEW) and "风险" not in before:
            before = ""
        left = before + _BESIDE.sub("", after)
    scope = _scope(county)
    if not left.strip("()"):
        return scope, False
    left = _ALL.sub("", left)
    if not left.strip("()"):
        return scope, False
    if _REST.fullmatch(left) is not None and _LEFT.search(left) is not None:
        return scope, True
    other = None if named else _OTHER.match(text)
    if other is not None and "风险" in text:
        left = _ALL.sub("", text[other.end() :])
        if _REST.fullmatch(left) is not None and _LEFT.search(left) is not None:
            return "county", True
    return None


def _scope(county: str | None) -> str:
    for endings, scope in _KINDS:
        if county and county.endswith(endings):
            return scope
    return "county"
