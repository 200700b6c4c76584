from datetime import datetime

import pytest

from tests.office.desk import Desk


@pytest.fixture
def desk(db: None, now: datetime) -> Desk:
    """A coordinator's."""
    return Desk()
