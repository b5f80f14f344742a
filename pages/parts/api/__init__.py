"""Read-only addresses beside the dashboard that return its tables; described by ``/api/openapi.json``."""

from pages.parts.api.addresses import routes

__all__ = ["routes"]
