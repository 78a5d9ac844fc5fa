"""Names of a city that does not exist, in Chinese and English; every one is made up."""

from __future__ import annotations

CITY = ("霁湾市", "Jiwan City")
DISTRICTS = (
    ("栖梧区", "Qiwu"), ("朗桥区", "Langqiao"), ("砚溪区", "Yanxi"), ("沐松区", "Musong"), ("枫渚区", "Fengzhu"),
    ("棠埠区", "Tangbu"), ("鹭亭区", "Luting"), ("澄岫区", "Chengxiu"), ("汐台区", "Xitai"), ("岑陌区", "Cenmo"),
    ("苇汀区", "Weiting"), ("昀坡区", "Yunpo"),
)  # fmt: skip
_FIRST = (
    ("云", "Yun"), ("柳", "Liu"), ("梧", "Wu"), ("澄", "Cheng"), ("霜", "Shuang"), ("桐", "Tong"), ("鹤", "He"),
    ("杏", "Xing"), ("砚", "Yan"), ("竹", "Zhu"), ("棠", "Tang"), ("苇", "Wei"), ("岚", "Lan"), ("枫", "Feng"),
    ("汐", "Xi"), ("槐", "Huai"), ("榆", "Yu"), ("荷", "He"), ("菱", "Ling"), ("芦", "Lu"), ("桂", "Gui"),
    ("荻", "Di"), ("橘", "Ju"),
)  # fmt: skip
_SECOND = (
    ("溪", "xi"), ("桥", "qiao"), ("亭", "ting"), ("湾", "wan"), ("台", "tai"), ("渡", "du"), ("坪", "ping"),
    ("浦", "pu"), ("岭", "ling"), ("塘", "tang"), ("巷", "xiang"), ("埂", "geng"), ("园", "yuan"),
)  # fmt: skip
# kind -> endings, Chinese and English
ENDINGS = {
    "street": (("街道", " Street"),),
    "community": (("社区", " Community"),),
    "compound": (("苑", " Court"), ("新村", " New Village"), ("花园", " Gardens"), ("里", " Lane")),
    "office": (("商务楼", " Offices"), ("软件公司", " Software"), ("事务所", " Partners")),
    "factory": (("机械厂", " Machine Works"), ("电子厂", " Electronics"), ("食品厂", " Foods")),
    "shop": (("便利店", " Convenience Store"), ("超市", " Supermarket"), ("药房", " Pharmacy")),
    "restaurant": (("面馆", " Noodle House"), ("饭店", " Restaurant"), ("茶楼", " Tea House")),
    "market": (("农贸市场", " Farmers' Market"), ("商场", " Mall")),
    "hospital": (("医院", " Hospital"),),
    "school": (("学校", " School"),),
    "kindergarten": (("幼儿园", " Kindergarten"),),
}
SITES = (
    ("airport", "霁湾机场入境口岸", "Jiwan Airport, international arrivals"),
    ("closed_loop_site", "霁湾冷链港", "Jiwan Cold-Chain Port"),
    ("closed_loop_site", "霁湾集中隔离点（苇汀）", "Jiwan Isolation Centre (Weiting)"),
    ("closed_loop_site", "霁湾定点医院", "Jiwan Designated Hospital"),
)


def name(kind: str, number: int) -> str:
    """The made-up name of the `number`-th place of a kind, as "中文 English"."""
    zh, en = _stem(number * 7 + len(kind) * 31)
    zh_end, en_end = ENDINGS[kind][number % len(ENDINGS[kind])]
    return f"{zh}{zh_end} {en}{en_end}"


def district(number: int) -> str:
    """The name of the `number`-th district."""
    zh, en = DISTRICTS[number]
    return f"{zh} {en} District"


def numbered(compound: str, building: int, unit: int | None = None) -> str:
    """The name of a building of a compound, or of a unit of it: "云溪苑3号楼2单元 Yunxi Court 3-2"."""
    zh, _, en = compound.partition(" ")
    if unit is None:
        return f"{zh}{building}号楼 {en} Bldg {building}"
    return f"{zh}{building}号楼{unit}单元 {en} {building}-{unit}"


def flat(unit: str, door: int) -> str:
    """The name of a flat of a unit: "云溪苑3号楼2单元502室 Yunxi Court 3-2-502"."""
    zh, _, en = unit.partition(" ")
    return f"{zh}{door}室 {en}-{door}"


def office(place: str) -> str:
    """The office of a street or community that issues orders there."""
    zh, _, en = place.partition(" ")
    return f"{zh}防控办 {en} control office"


def _stem(number: int) -> tuple[str, str]:
    zh1, en1 = _FIRST[number % len(_FIRST)]
    zh2, en2 = _SECOND[number // len(_FIRST) % len(_SECOND)]
    return zh1 + zh2, en1 + en2
