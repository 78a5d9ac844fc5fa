"""Reads a QR code as a telephone would: from its dots, without asking what it was made of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

BLOCKS = {  # (version, level): how many codewords of data each block holds
    (2, "L"): [34], (3, "L"): [55], (4, "L"): [80], (5, "L"): [108],
    (2, "M"): [28], (3, "M"): [44], (4, "M"): [32, 32], (5, "M"): [43, 43], (6, "M"): [27] * 4,
}  # fmt: skip
LEVELS = {1: "L", 0: "M", 3: "Q", 2: "H"}
MASKS = (
    lambda y, x: (y + x) % 2 == 0,
    lambda y, x: y % 2 == 0,
    lambda y, x: x % 3 == 0,
    lambda y, x: (y + x) % 3 == 0,
    lambda y, x: (y // 2 + x // 3) % 2 == 0,
    lambda y, x: y * x % 2 + y * x % 3 == 0,
    lambda y, x: (y * x % 2 + y * x % 3) % 2 == 0,
    lambda y, x: ((y + x) % 2 + y * x % 3) % 2 == 0,
)


def dots_of(svg: str) -> list[list[bool]]:
    """The dark dots of a drawn code, without the margin."""
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1", svg)
    dark = {(int(y), int(x) + n) for x, y, wide in runs for n in range(int(wide))}
    top, left = min(y for y, _ in dark), min(x for _, x in dark)
    size = max(x for _, x in dark) - left + 1
    return [[(y + top, x + left) in dark for x in range(size)] for y in range(size)]


def read_code(svg: str) -> str:
    """What a drawn code says."""
    dots = dots_of(svg)
    size = len(dots)
    version = (size - 17) // 4
    said = sum(dots[8][x] << (14 - n) for n, x in enumerate((0, 1, 2, 3, 4, 5, 7, 8))) ^ 0b101010000010010
    level, mask = LEVELS[said >> 13], MASKS[said >> 10 & 7]
    bits = [dots[y][x] != mask(y, x) for y, x in _way(size, version)]
    words = [sum(bit << (7 - n) for n, bit in enumerate(bits[at : at + 8])) for at in range(0, len(bits) - 7, 8)]
    blocks = BLOCKS[version, level]
    assert len(set(blocks)) == 1
    data = [words[n * len(blocks) + block] for block in range(len(blocks)) for n in range(blocks[0])]
    flow = "".join(f"{word:08b}" for word in data)
    text = b""
    while (mode := flow[:4]) not in ("0000", ""):
        assert mode == "0100", f"not a code of bytes: {mode}"
        length = int(flow[4:12], 2)
        text += bytes(int(flow[12 + 8 * n : 20 + 8 * n], 2) for n in range(length))
        flow = flow[12 + 8 * length :]
    return text.decode()


def _way(size: int, version: int) -> Iterator[tuple[int, int]]:
    """The dots that hold data, in their order: two columns at a time from the right, up and down."""
    near = size - 7
    held = {(y, x) for y, x in product(range(9), range(9))}
    held |= {(y, x) for y in range(9) for x in range(size - 8, size)}
    held |= {(x, y) for y, x in held if x >= size - 8}
    held |= {(6, n) for n in range(size)} | {(n, 6) for n in range(size)}
    if version > 1:
        held |= {(y, x) for y, x in product(range(near - 2, near + 3), repeat=2)}
    right, up = size - 1, True
    while right > 0:
        right -= right == 6
        for y in range(size - 1, -1, -1) if up else range(size):
            yield from ((y, x) for x in (right, right - 1) if (y, x) not in held)
        right, up = right - 2, not up
