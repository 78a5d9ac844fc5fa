"""Every code that reading and checking tables can report: what it means and what becomes of the row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sizao.errors import Effect, Problem
from sizao.words import Lang


@dataclass(frozen=True)
class Code:
    """`effect` is "refused" (the row, column, table or folder that the meaning names is left out) or "kept"."""

    effect: Effect
    en: str
    zh: str

    def text(self, lang: Lang) -> str:
        return self.en if lang == "en" else self.zh


CODES: Mapping[str, Code] = MappingProxyType(
    {
        # the folder and its files
        "missing-folder": Code("refused", "there is no such folder", "文件夹不存在"),
        "no-tables": Code("refused", "the folder holds no table", "文件夹中没有任何表"),
        "two-files": Code(
            "refused", "a table is there both as CSV and as Parquet", "同一张表同时有 CSV 和 Parquet 文件"
        ),
        "unknown-table": Code("kept", "a file is named like no table; it is not read", "文件名不是任何表名，未读取"),
        "empty-table": Code(
            "kept",
            "a table has no row (refused where it has no header either)",
            "表中没有数据行（连表头也没有则不予读取）",
        ),
        "missing-column": Code(
            "refused", "a column that the table must have is not there: the table", "缺少必需的列：整表不予读取"
        ),
        "unknown-column": Code(
            "refused", "a column that the contract does not name: the column", "契约中没有的列：该列不予读取"
        ),
        "duplicate-column": Code("refused", "a column is there twice: the table", "列名重复：整表不予读取"),
        "bad-encoding": Code(
            "refused", "bytes that are neither UTF-8 nor GB18030: the row", "既非 UTF-8 也非 GB18030 的字节：该行"
        ),
        "mixed-encoding": Code(
            "kept", "a line in another encoding than most of its file", "该行编码与文件其余部分不同"
        ),
        "broken-parquet": Code(
            "refused",
            "a Parquet file that is cut off, empty or none: the table",
            "Parquet 文件残缺、为空或格式不符：整表",
        ),
        # one row
        "ragged-row": Code(
            "refused",
            "a row with more or fewer cells than the header, or a quote never closed",
            "该行单元格数与表头不符，或引号未闭合",
        ),
        "missing-value": Code("refused", "an empty cell that must be filled", "必填单元格为空"),
        "wrong-type": Code(
            "refused",
            "not a number, truth value or text as the contract asks (a whole Parquet column: the table)",
            "类型与契约不符（Parquet 整列不符：整表）",
        ),
        "bad-value": Code("refused", "not one of the allowed values", "不在允许值之列"),
        "bad-date": Code(
            "refused", "not an ISO date, or not an instant with its offset", "不是 ISO 日期，或时间未带时区偏移"
        ),
        "date-out-of-range": Code("refused", "before 1900 or after 2100", "早于1900年或晚于2100年"),
        "date-order": Code("refused", "an end before its beginning", "结束早于开始"),
        "not-exactly-one": Code("refused", "of some columns exactly one must be filled", "若干列中必须且只能填一列"),
        "duplicate-id": Code("refused", "a row with the key of an earlier one", "主键与前面某行重复"),
        "reserved-kind": Code("refused", "an event kind that stands for a case", "事件类别与病例的写法相同"),
        "void-itself": Code("refused", "an event that takes itself back", "事件撤销自身"),
        "confirmed-after-death": Code("kept", "a case confirmed after the death", "死亡之后才确诊"),
        "occurred-after-recorded": Code(
            "kept",
            "happened later than it was recorded, in every time zone",
            "发生日期晚于记录时间（在任何时区都是）",
        ),
        # between rows and tables
        "unknown-person": Code("kept", "a person who is not in people", "people 表中没有此人"),
        "unknown-place": Code("kept", "a place that is not in places", "places 表中没有此场所"),
        "unknown-case": Code("kept", "a case that is not in cases", "cases 表中没有此病例"),
        "unknown-void": Code(
            "kept",
            "voids an event that is not there (kind void: it does nothing)",
            "所更正的事件不存在（void 不起作用）",
        ),
        "void-of-void": Code(
            "kept", "voids a void; the first event does not come back", "撤销的是一次撤销；原事件不会恢复"
        ),
        "two-discharges": Code(
            "kept", "two dates of discharge; the latest recorded holds", "有两个出院日期；以最后记录的为准"
        ),
        "overlapping-cases": Code(
            "kept",
            "a person is confirmed again before the discharge of an earlier case",
            "同一人在前一病例出院前再次确认",
        ),
        "fact-after-death": Code("kept", "a fact after the person's death", "事实发生在死亡之后"),
    }
)


def problem(
    code: str,
    file: str,
    what: str,
    todo: str,
    *,
    line: int | None = None,
    column: str | None = None,
    value: str | None = None,
    effect: Effect | None = None,
) -> Problem:
    """A Problem with the effect that CODES gives for its code, unless told otherwise."""
    return Problem(code, file, what, todo, line, column, value, effect or CODES[code].effect)
