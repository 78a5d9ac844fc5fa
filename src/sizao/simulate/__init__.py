"""The made-up city of the demo."""

from sizao.simulate.city import make_city

__all__ = ["make_city"]
