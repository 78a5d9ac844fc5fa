"""Writes the bulletin of a day from its figures: in the official wording of late 2022, or in English."""

from sizao.bulletin.write.bulletin import write_bulletin

__all__ = ["write_bulletin"]
