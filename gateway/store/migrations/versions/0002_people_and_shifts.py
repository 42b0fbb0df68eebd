"""People, shifts, uploads and reports: the tables around the work on a case."""

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables that are new, part by part."""
