from __future__ import annotations

from collections.abc import Callable

import pytest
from command import Home

NAMES = ["google", "s3", "salesforce", "shopify_connection", "slack", "stripe"]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_to_be_mended(home: Callable[..., Home], name: str) -> None:
    made = home(name, {})
    report = made.run("check", made.variables["CONNECTOR_COMPONENT"])
    assert "no faults; checked: " in report.out + report.err
