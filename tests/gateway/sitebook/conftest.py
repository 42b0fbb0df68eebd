"""What every test of the sitebook stands on."""

from __future__ import annotations

import pytest

from tests.gateway.rulebook.desk import site_of
from tests.gateway.sitebook.estate import Estate, write_people


@pytest.fixture
def estate(tmp_path):
    folder = site_of(tmp_path / "site")
    write_people(folder)
    it = Estate(folder)
    yield it
    it.dies()
