"""Opening a database by its address. Ibis is needed for this alone, and brought in when it is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from atlas_data.problems import AtlasError, Problem

FORM = 2  # of the tables in a database: since 2 texts are folded as searches are (atlas_data/searching.py)
REMEDY = "pip install 'ai-production-atlas[engines]'"
_ADDRESS = re.compile(r"[a-z][a-z0-9+]*://")


def is_address(source: Any) -> bool:
    """Whether a source is the address of a database.

    >>> is_address("duckdb:///atlas.duckdb"), is_address("folder/atlas.zip"), is_address(None)
    (True, False, False)
    """
    return isinstance(source, str) and _ADDRESS.match(source) is not None


def scheme(address: str) -> str:
    """Which engine an address asks for.

    >>> scheme("postgres://host/atlas")
    'postgresql'
    """
    name = address.partition("://")[0]
    return {"postgres": "postgresql", "pyspark": "spark"}.get(name, name)


def shown(address: str) -> str:
    """An address without the password, for messages.

    >>> shown("postgresql://me:secret@host/atlas?password=x")
    'postgresql://host/atlas'
    """
    kind, _, rest = address.partition("://")
    return f"{kind}://{rest.rpartition('@')[2].partition('?')[0]}"


def folder(address: str) -> Path:
    """The file or folder that an address names after its scheme (and for Spark its master)."""
    return Path(urlsplit(address).path)


def connect(address: str) -> Any:
    """An Ibis connection that reads. Raises :class:`AtlasError` when there is no such engine or database."""
    try:
        import ibis
    except ImportError:
        raise AtlasError([Problem(shown(address), "", f"needs Ibis and the driver of its engine: {REMEDY}")]) from None
    if scheme(address) == "duckdb" and not Path(address.partition("://")[2].partition("?")[0]).is_file():
        raise AtlasError([Problem(shown(address), "", "does not exist")])
    try:
        if scheme(address) == "spark":
            return _spark(address, ibis)
        connection = ibis.connect(address, **({"read_only": True} if scheme(address) == "duckdb" else {}))
        if scheme(address) == "postgresql":
            # Its estimates for sets of terms are far off: every query counts many rows, which hashing does best.
            connection.raw_sql("SET work_mem = '256MB'; SET enable_nestloop = off; SET jit = off").close()
        return connection
    except AtlasError:
        raise
    except Exception as error:  # each engine has errors of its own
        said = " ".join(str(error).split())[:300]
        said = said if "@" not in said else type(error).__name__  # some drivers repeat the password
        raise AtlasError([Problem(shown(address), "", f"cannot be opened: {said}; its driver comes with {REMEDY}")]) from None


def _spark(address: str, ibis: Any) -> Any:
    """A Spark session over a folder of Parquet tables: on this machine, or on the master that the address names."""
    from pyspark.sql import SparkSession

    place, tables = urlsplit(address), folder(address)
    if not place.netloc and not tables.is_dir():
        raise AtlasError([Problem(shown(address), "", "does not exist")])
    builder = SparkSession.builder.appName("atlas").config("spark.ui.enabled", "false")
    builder = builder.master(f"spark://{place.netloc}" if place.netloc else "local[*]")
    # A process has one Spark, which all would share; a session of its own keeps each atlas its tables, whose names are the same.
    session = builder.getOrCreate().newSession()
    session.conf.set("spark.sql.session.timeZone", "UTC")
    if not place.netloc:
        session.conf.set("spark.sql.shuffle.partitions", "2")  # of one machine, more only cost
    connection = ibis.pyspark.connect(session)
    for name in sorted(path.name for path in tables.iterdir() if path.is_dir()):
        connection._session.read.parquet(str(tables / name)).createOrReplaceTempView(name)
    return connection
