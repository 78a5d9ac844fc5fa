"""Rules of risk areas by example, on the reference and on every engine that answers at once."""

from functools import partial

import pytest

pytest.register_assert_rewrite("area_example")

from area_example import check_areas  # noqa: E402

from engines import POSTGRES  # noqa: E402
from engines_of_areas import run_areas_on  # noqa: E402


@pytest.fixture(scope="session", params=["reference", "duckdb", "sqlite", POSTGRES])
def run_areas(request):
    return run_areas_on(request.param)


@pytest.fixture
def example(run_areas):
    """Compares infections in and areas out, on one engine."""
    return partial(check_areas, run_areas)
