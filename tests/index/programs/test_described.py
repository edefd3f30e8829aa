"""The description of the routes against the routes: whatever it allows or forbids is answered as it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from index.programs import OpenLibrary, answers, api_routes
from ingest.draft import draft_of_text
from views.program_routes import ROUTES

schemathesis = pytest.importorskip("schemathesis")


@pytest.mark.slow
def test_whatever_the_description_allows_or_forbids_is_answered_as_it_says(sample_library: Path, many: int) -> None:
    """With ids that nothing has and ids that are there. Some of what the description allows is refused all the same: a
    draft without words, a date such as 2024-13."""
    schemathesis.checks.load_all_checks()
    too_strict = schemathesis.checks.CHECKS.get_one("positive_data_acceptance")
    opened = OpenLibrary(sample_library)
    source = answers.list_sources(opened.index())[0]["id"]
    app = Starlette(routes=[*api_routes(sample_library, opened.index, draft_of_text, 600.0), ROUTES[0]])
    operations = [each.ok() for each in schemathesis.openapi.from_asgi("/api/openapi.json", app).get_all_operations()]
    assert len(operations) == 9  # all but the description itself
    for operation in operations:
        modes = (
            list(schemathesis.GenerationMode)
            if operation.query or operation.body
            else [schemathesis.GenerationMode.POSITIVE]
        )
        cases = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in modes))

        @given(cases, st.booleans())
        @settings(max_examples=many, suppress_health_check=list(HealthCheck))
        def ask(case: Any, is_there: bool) -> None:
            if is_there and case.path_parameters:
                case.path_parameters["id"] = source
            case.call_and_validate(excluded_checks=[too_strict])

        ask()
