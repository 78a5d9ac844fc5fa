"""Engines: DuckDB by default; Spark or PostgreSQL when one machine is not enough. The same SQL, the same answers."""

from sizao.engine.closing import Closing
from sizao.engine.engine import Engine, Format, open_engine
from sizao.engine.place import placed_together, remove

__all__ = ["Closing", "Engine", "Format", "open_engine", "placed_together", "remove"]
