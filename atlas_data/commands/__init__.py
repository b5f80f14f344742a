"""The commands of ``python -m atlas_data``: one module each, with ``add_to(commands)`` and a function that runs it."""
