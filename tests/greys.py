"""How light colours are, and how well one is seen on another."""

from __future__ import annotations


def lightness(colour: str) -> float:
    """CIE L*, 0 black to 100 white: what greyscale and the colour-blind are left with."""
    return 116 * _luminance(colour) ** (1 / 3) - 16


def contrast(colour: str, ground: str) -> float:
    """How well one is seen on the other (WCAG 2): 4.5 or more for text."""
    light, dark = sorted((_luminance(colour), _luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
