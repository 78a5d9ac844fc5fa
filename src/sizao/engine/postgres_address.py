"""Where PostgreSQL is: an address from the environment, never shown with its password."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict

from sizao.errors import SizaoError

NAMES = ("SIZAO_POSTGRES", "DATABASE_URL")
TODO = "set SIZAO_POSTGRES to an address like postgresql://user:password@host:5432/name"


def connect() -> psycopg.Connection[Any]:
    """A connection to SIZAO_POSTGRES, or else DATABASE_URL. Raises SizaoError `no-database`, `database-encoding`."""
    name = next((name for name in NAMES if os.environ.get(name)), None)
    if name is None:
        raise SizaoError("no-database", "no address of PostgreSQL is set", todo=TODO)
    address = os.environ[name]
    try:
        parts = conninfo_to_dict(address)
    except psycopg.Error:  # its words may quote the password
        raise SizaoError("no-database", f"{name} is no address of PostgreSQL", todo=TODO) from None
    where = f"{parts.get('host', 'local socket')}:{parts.get('port', 5432)}/{parts.get('dbname', '')}"
    try:
        database = psycopg.connect(address, autocommit=True, client_encoding="UTF8", application_name="sizao")
    except psycopg.Error as error:
        said = _without(str(parts.get("password") or ""), str(error).strip().split("\n")[0])
        what = f"PostgreSQL cannot be reached: {said}"
        raise SizaoError("no-database", what, where=f"{name} ({where})", todo=TODO) from None
    encoding = database.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        database.close()
        what = f"the database keeps its text as {encoding}"
        raise SizaoError("database-encoding", what, where=where, why="names need UTF-8", todo="use a UTF8 database")
    return database


def _without(password: str, text: str) -> str:
    for secret in filter(None, (password, quote(password, safe=""))):
        text = text.replace(secret, "***")
    return text
