"""Papers as PDF: what they say goes in as data, Typst sets it with fonts that a package carries."""

from sizao.papers.draw import draw, draw_pictures
from sizao.papers.fonts import find_fonts
from sizao.papers.paper import Both, Chart, Code, Figures, Letter, Page, Row, Sheet, Situation

__all__ = [
    "Both",
    "Chart",
    "Code",
    "Figures",
    "Letter",
    "Page",
    "Row",
    "Sheet",
    "Situation",
    "draw",
    "draw_pictures",
    "find_fonts",
]
