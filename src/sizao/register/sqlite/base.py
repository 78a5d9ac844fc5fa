"""Django's SQLite, whose writers take turns: SQLite's own waiting lets the lucky pass those who wait long.

It opens a file and never makes one (see sizao.register.sqlite.file): where the register's file is gone, an empty one
in its place would hide that, and undo the log of what was written last.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db.backends.sqlite3 import base

from sizao.register.sqlite.file import check_file, close_to_others
from sizao.register.sqlite.turns import Turns, turns_of


class DatabaseWrapper(base.DatabaseWrapper):
    """A transaction waits for its turn before it begins; then SQLite's own lock is nearly always free.

    Connecting, beginning a transaction, and a statement outside one raise RegisterMovedError where the file is gone
    or another.
    """

    _turn: Turns | None = None

    def get_connection_params(self) -> dict[str, Any]:
        """Of a file that is there."""
        params: dict[str, Any] = super().get_connection_params()
        if not self.is_in_memory_db():
            params["database"] = f"file:{quote(str(Path(params['database']).absolute()))}?mode=rw"
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Readable by its owner alone: SQLite gives its log the file's permissions."""
        if self.is_in_memory_db():
            return super().get_new_connection(conn_params)
        name = str(self.settings_dict["NAME"])
        check_file(name)
        close_to_others(name)
        found = super().get_new_connection(conn_params)
        try:
            check_file(name)  # it may have been exchanged in between
        except BaseException:
            found.close()
            raise
        return found

    def create_cursor(self, name: str | None = None) -> Any:
        """Outside a transaction, also to begin one: some writes, as of who looked at what, are a statement alone."""
        if not self.in_atomic_block and not self.is_in_memory_db():
            check_file(str(self.settings_dict["NAME"]))
        return super().create_cursor(name)

    def _start_transaction_under_autocommit(self) -> None:
        name = None if self.is_in_memory_db() else str(self.settings_dict["NAME"])
        if name is not None and self._turn is None:
            turns = turns_of(name)
            turns.take(self.settings_dict["OPTIONS"].get("timeout", 5.0))
            self._turn = turns
        try:
            super()._start_transaction_under_autocommit()
        except BaseException:
            self._give_up_turn()
            raise

    def _commit(self) -> Any:
        super()._commit()  # where it fails, a rollback follows
        self._give_up_turn()

    def _rollback(self) -> Any:
        try:
            super()._rollback()
        finally:
            self._give_up_turn()

    def _close(self) -> Any:
        try:
            super()._close()
        finally:
            self._give_up_turn()

    def _give_up_turn(self) -> None:
        turns, self._turn = self._turn, None
        if turns is not None:
            turns.give_up()
