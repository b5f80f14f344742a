"""An atlas held in a database, opened through Ibis: whatever engine people already run counts in it.

``load_atlas("duckdb:///path/to/file")``, ``postgresql://…``, ``spark:///folder`` or any other address that Ibis knows. The tables are
those of the data dictionary, as ``python -m atlas_data export duckdb:///path/to/file`` writes them, and a few that make counting quick:

- ``atlas_facts``: one row a workflow: its ``place`` in the atlas, for each facet the number of its set of terms (``f_<facet>``),
  and how many items each of its lists has (``n_<list>``).
- ``atlas_sets``: the terms of each of these sets, one row a term: ``facet``, ``code``, ``term`` (its place in ``atlas_terms``).
- ``atlas_terms``: the terms of each facet in order; ``atlas_texts``: title, summary and labels, case folded, for searching.
- ``atlas_about``: name, origin and version, as JSON. The table ``workflows`` has the ``place`` too.

Workflows that have a set of terms in common are counted once, and the sets are then opened into terms. (Bridge tables: Kimball, R. and
Ross, M. (2013), The Data Warehouse Toolkit, third edition, chapter 8.)

- :mod:`~atlas_data.engines.writing` writes the tables, :mod:`~atlas_data.engines.connecting` opens the database;
- :mod:`~atlas_data.engines.engine` asks it, :mod:`~atlas_data.engines.rows` is what stands for packed bits meanwhile;
- :mod:`~atlas_data.engines.opening` puts an :class:`~atlas_data.Atlas` together; :mod:`~atlas_data.engines.listing` is its frame
  of workflows.
"""
