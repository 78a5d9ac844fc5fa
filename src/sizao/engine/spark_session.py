"""The Spark session that the engine works in: the caller's, a remote one, or a quiet local one, once a process."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pyspark import SparkConf, SparkContext, java_gateway
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from sizao.errors import SizaoError

GIB = 1 << 30

# What the SQL counts on, whatever the session's owner has set: days in UTC, overflow an error, old dates as written.
SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
}


def new_session() -> SparkSession:
    """A session with names and settings of its own, on the active session's cluster, on SPARK_REMOTE, or local.

    Raises SizaoError: `no-java`, `no-spark`, `missing-extra`.
    """
    try:
        active = SparkSession.getActiveSession()
        session = active.newSession() if active else _remote() or _local().newSession()
    except ImportError as error:  # Spark Connect asks for more than the extra brings
        raise SizaoError("missing-extra", _first_line(error), todo="pip install 'pyspark[connect]'") from None
    except PySparkException as error:
        raise _no_spark(_first_line(error)) from None
    for key, value in SETTINGS.items():
        session.conf.set(key, value)
    return session


def end_session(session: SparkSession) -> None:
    """Lets a session of `new_session` go; the cluster, or the local Spark of this process, goes on."""
    if not isinstance(session, SparkSession):  # one of Spark Connect: it keeps the process from ending until stopped
        session.stop()


def _remote() -> SparkSession | None:
    """A session of Spark Connect, if SPARK_REMOTE names a server."""
    address = os.environ.get("SPARK_REMOTE")
    if not address:
        return None
    server = urlsplit(address)
    if server.scheme == "sc" and server.hostname:  # asked first, because Spark itself would try for ten minutes
        place = (server.hostname, server.port or 15002)
        try:
            socket.create_connection(place, timeout=10).close()
        except OSError as error:
            raise _no_spark(f"SPARK_REMOTE: nobody answers at {place[0]}:{place[1]} ({error})") from None
    return SparkSession.builder.remote(address).create()


def _local() -> SparkSession:
    """A session on SIZAO_SPARK_MASTER (default: every core here); started once, it ends with the process."""
    if SparkContext._active_spark_context is not None:
        return SparkSession.builder.getOrCreate()
    _check_java()
    folder = Path(tempfile.mkdtemp(prefix="sizao-spark-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    log = folder / "spark.log"
    conf = _settings(folder)
    try:
        with log.open("wb") as sink:
            launch: Callable[..., Any] = java_gateway.launch_gateway
            gateway = SparkContext._gateway or launch(conf, {"stdout": sink, "stderr": subprocess.STDOUT})
        context = SparkContext(conf=conf, gateway=gateway)
    except Exception as error:
        said = [text for text in log.read_text(errors="replace").splitlines() if "rror" in text or "xception" in text]
        raise _no_spark(said[0].strip() if said else _first_line(error)) from None
    context.setLogLevel("ERROR")
    atexit.register(context.stop)
    return SparkSession(context)


def _settings(folder: Path) -> SparkConf:
    master = os.environ.get("SIZAO_SPARK_MASTER", "local[*]")
    conf = SparkConf().setMaster(master).setAppName("sizao")
    conf.set("spark.ui.enabled", "false").set("spark.ui.showConsoleProgress", "false")
    conf.set("spark.driver.memory", _memory()).set("spark.driver.maxResultSize", "0")
    if master.startswith("local"):
        conf.set("spark.driver.bindAddress", "127.0.0.1").set("spark.driver.host", "127.0.0.1")
        conf.set("spark.local.dir", str(folder)).set("spark.sql.warehouse.dir", str(folder / "warehouse"))
        conf.set("spark.sql.shuffle.partitions", str(4 * (os.cpu_count() or 1)))
    return conf


def _memory() -> str:
    """SIZAO_MEMORY, or half of the machine's memory and at most 4 GiB, as the Java runtime spells it."""
    if wanted := os.environ.get("SIZAO_MEMORY"):
        if read := re.fullmatch(r"(\d+)\s*([kmgt])(i?b)?", wanted.strip(), re.IGNORECASE):
            return f"{read[1]}{read[2].lower()}"
        raise SizaoError("bad-memory", f"SIZAO_MEMORY is {wanted!r}", todo="write it like 4GB or 800MB")
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{min(4 * GIB, machine // 2) >> 20}m"


def _check_java() -> None:
    home = os.environ.get("JAVA_HOME")
    if not shutil.which(str(Path(home) / "bin" / "java") if home else "java"):
        what = (
            f"JAVA_HOME is {home}, and no java is there" if home else "Spark runs on Java, and no java is on the PATH"
        )
        raise SizaoError(
            "no-java", what, todo="install Java 17 or newer (Debian: apt install openjdk-17-jre-headless)"
        )


def _no_spark(said: str) -> SizaoError:
    return SizaoError("no-spark", f"Spark does not start: {said}", todo="see docs/engines.md")


def _first_line(error: BaseException) -> str:
    return str(error).strip().split("\n")[0]
