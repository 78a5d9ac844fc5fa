"""Rules by example run on the reference and on every engine."""

from functools import partial

import pytest

pytest.register_assert_rewrite("example")

from example import check  # noqa: E402


@pytest.fixture
def example(run):
    """Compares facts in and rows out, on one engine."""
    return partial(check, run)
