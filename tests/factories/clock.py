from datetime import UTC, datetime

# Tuesday, noon in UTC, early morning in Seattle.
NOW = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
