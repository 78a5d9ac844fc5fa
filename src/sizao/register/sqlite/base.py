"""Django's SQLite, whose writers take turns: SQLite's own waiting lets the lucky pass those who wait long."""

from __future__ import annotations

from typing import Any

from django.db.backends.sqlite3 import base

from sizao.register.sqlite.turns import Turns, turns_of


class DatabaseWrapper(base.DatabaseWrapper):
    """A transaction waits for its turn before it begins; then SQLite's own lock is nearly always free."""

    _turn: Turns | None = None

    def _start_transaction_under_autocommit(self) -> None:
        turns = None if self.is_in_memory_db() else turns_of(str(self.settings_dict["NAME"]))
        if turns is not None and self._turn is None:
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
