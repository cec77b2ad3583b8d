"""Spark beside the embedded engine: one session in the process, and a cohort table as Spark reads it.

Spark comes with the extra `spark` and needs Java 17 or 21. It runs on the cores of this machine, or on the cluster that
the environment variable TUMORPROFIL_SPARK_MASTER names; a session that the program around has started is used as it is.
"""

import atexit
import logging
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import warnings
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyarrow as pa

from tumorprofil.cohort import freeze
from tumorprofil.cohort.cohort import Cohort
from tumorprofil.cohort.schema import TableSchema
from tumorprofil.errors import TumorprofilError, UsageError
from tumorprofil.terms.language import translate

MASTER = "TUMORPROFIL_SPARK_MASTER"
_ON_THIS_MACHINE = ("local", "spark://127.0.0.1:", "spark://localhost:")
# Spark takes a name with other characters for a pattern or an address; told not to, it silently skips a file that is
# not there.
_PLAIN = re.compile(r"[\w/.=+ -]+")
_lock = threading.Lock()
# The session that was started here, if it still runs, and the Java that it runs in, which outlives it.
_started: list[Any] = []
_gateways: list[Any] = []


class Table:
    """A cohort table as Spark reads it: the files of the freeze where they hold it, else files that are written for
    Spark and vanish with this object."""

    def __init__(self, cohort: Cohort, name: str, schema: TableSchema) -> None:
        self._name = name
        self._schema = schema
        self._files = [f"file:{file}" for file in self._frozen(cohort) or self._written(cohort)]

    def run(self, query: str, parameters: Mapping[str, int]) -> pa.Table:
        """The answer to a query in Spark's SQL that names the table as the cohort's workspace does."""
        shared = _session()
        try:
            # Names are a session's own, so that tables of two cohorts may share one.
            session = shared.newSession()
            # A column that a later version added is empty in an older freeze.
            table = session.read.schema(self._columns()).parquet(*self._files)
            table.createOrReplaceTempView(self._name)
            return _arrow(session.sql(query, args=dict(parameters)))
        except Exception as error:
            raise TumorprofilError(translate("Spark could not count: {why}").format(why=_why(error))) from error

    def _columns(self) -> str:
        types = {name: kind.replace("VARCHAR", "STRING") for name, kind in self._schema.types().items()}
        return ", ".join(f"`{name}` {kind}" for name, kind in types.items())

    def _frozen(self, cohort: Cohort) -> list[Path]:
        files = [file.resolve() for file in freeze.files(cohort, self._name)]
        return files if all(_PLAIN.fullmatch(str(file)) for file in files) else []

    def _written(self, cohort: Cohort) -> list[Path]:
        folder = Path(tempfile.mkdtemp(prefix="tumorprofil-"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        freeze.copy(cohort, folder, {self._schema.name: self._name})
        return sorted(folder.iterdir())


def _arrow(frame: Any) -> pa.Table:
    with warnings.catch_warnings():
        # pyspark leaves it to Python to close the connection that the answer came through.
        warnings.simplefilter("ignore", ResourceWarning)
        answer: pa.Table = frame.toArrow()
        return answer


def require() -> None:
    """Raises UsageError where Spark or Java is not installed."""
    if missing := [name for name in ("pyspark", "pandas") if find_spec(name) is None]:
        raise UsageError(
            translate("Spark is not installed ({missing}); install it with: {command}").format(
                missing=", ".join(missing), command="pip install 'tumorprofil[spark]'"
            )
        )
    if not os.environ.get("JAVA_HOME") and shutil.which("java") is None:
        raise UsageError(translate("Spark needs Java 17 or 21; install it, or say in JAVA_HOME where it is."))


def stop() -> None:
    """Stop the session that was started here, if one runs; a later query starts another."""
    with _lock:
        while _started:
            _started.pop().stop()


def _session() -> Any:
    from pyspark.sql import SparkSession

    with _lock:
        if _started:
            return _started[0]
        if found := SparkSession.getActiveSession():
            return found
        master = os.environ.get(MASTER) or "local[*]"
        try:
            _started.append(SparkSession(_context(master)))
        except Exception as error:
            raise TumorprofilError(
                translate("Spark ({master}) could not be started: {why}").format(master=master, why=_why(error))
            ) from error
        return _started[0]


def _context(master: str) -> Any:
    from pyspark import SparkConf, SparkContext

    settings = SparkConf().setAll(list(_settings(master).items()))
    interrupt = signal.getsignal(signal.SIGINT)
    context = SparkContext(conf=settings, gateway=_java(settings))
    context.setLogLevel("ERROR")
    if threading.current_thread() is threading.main_thread():
        # Spark's own handler outlives the session, and fails then.
        signal.signal(signal.SIGINT, interrupt)
    return context


def _settings(master: str) -> dict[str, str]:
    settings = {
        "spark.master": master,
        "spark.app.name": "tumorprofil",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        # Java runs a longer method uncompiled; without this the rules become one.
        "spark.sql.codegen.hugeMethodLimit": "8000",
        "spark.driver.defaultJavaOptions": f'"-Djava.io.tmpdir={_folder()}"',
        "spark.local.dir": str(_folder()),
        "spark.sql.warehouse.dir": str(_folder() / "warehouse"),
    }
    if master.startswith(_ON_THIS_MACHINE):
        # Nobody else shall reach it; the workers of a cluster must.
        settings |= {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
    if master.startswith("local"):
        # Two hundred parts, the default, are for a cluster.
        settings["spark.sql.shuffle.partitions"] = str(os.cpu_count() or 1)
    return settings


@lru_cache(maxsize=1)
def _folder() -> Path:
    """Where Spark keeps what it needs while the process lives."""
    folder = Path(tempfile.mkdtemp(prefix="tumorprofil-spark-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _log() -> Path:
    return _folder() / "log.txt"


def _java(settings: Any) -> Any:
    """Java with Spark in it, while the process lives. What it says goes to a file, not between our lines."""
    from pyspark.java_gateway import launch_gateway

    if not _gateways:
        # What it raises it also logs, some of it under the name of the root.
        logging.getLogger("py4j").setLevel(logging.CRITICAL)
        logging.getLogger().addFilter(lambda record: "py4j" not in record.pathname)
        with _interrupted_later(), _log().open("wb") as log, warnings.catch_warnings():
            # Python 3.12 warns of a fork beside threads; this one becomes another program at once.
            warnings.simplefilter("ignore", DeprecationWarning)
            _gateways.append(launch_gateway(settings, {"stdout": log, "stderr": subprocess.STDOUT}))
            atexit.register(_end, _gateways[0])
    return _gateways[0]


@contextmanager
def _interrupted_later() -> Iterator[None]:
    """Let Ctrl-C wait for the end of the block: a Java that is half started would never end."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    asked: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: asked.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if asked:
        signal.raise_signal(signal.SIGINT)


def _end(gateway: Any) -> None:
    with suppress(Exception):
        stop()
        # What Python lets go of later must not be told to a Java that is gone.
        gateway.shutdown()
    # Java ends when nobody can write to it any more.
    gateway.proc.stdin.close()
    gateway.proc.wait(timeout=10)


def _why(error: Exception) -> str:
    """The line that says most: of Java's answer, or of its log where it ended or could not reach a master."""
    said = str(error).splitlines()
    logged = _log().read_text("utf-8", "replace").splitlines() if _log().is_file() else []
    found = [line.removeprefix(": ") for line in said if line.startswith(": ")]
    if any("UnsupportedClassVersionError" in line for line in logged):
        return translate("it needs Java 17 or 21.")
    if "stopped SparkContext" in str(error):
        found = [line.partition("Reason: ")[2] for line in logged if "Reason: " in line][-1:]
    elif "[JAVA_GATEWAY_EXITED]" in str(error):
        ended = [line for line in logged if line.strip() and not line.startswith("\t")]
        found = [line.removeprefix('Exception in thread "main" ') for line in ended[-1:]]
    return [*found, *said, type(error).__name__][0]
