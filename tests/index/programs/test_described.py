"""The description of the routes against the routes: whatever it allows or forbids is answered as it says."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from index.programs import OpenLibrary, Rules, answers, api_routes
from index.programs.access import add_token
from index.storage.people import Role
from ingest.draft import draft_of_text
from tests.making import link_models

schemathesis = pytest.importorskip("schemathesis")


@pytest.mark.slow
def test_whatever_the_description_allows_or_forbids_is_answered_as_it_says(
    sample_library: Path, tmp_path: Path, many: int
) -> None:
    """With ids that nothing has and ids that are there. Some of what the description allows is refused all the same: a
    draft without words, a date such as 2024-13."""
    schemathesis.checks.load_all_checks()
    names = ("positive_data_acceptance", "ignored_auth")  # that a token is asked for: test_routes
    too_strict = [schemathesis.checks.CHECKS.get_one(name) for name in names]
    library = Path(shutil.copytree(sample_library, tmp_path / "library", copy_function=link_models))
    headers = {"Authorization": f"Bearer {add_token(library, 'editor', Role.EDITOR)}"}
    opened = OpenLibrary(library)
    source = answers.list_sources(opened.index())[0]["id"]
    rules = Rules(seconds=600.0, a_minute=10**9, allows_write=True)
    app = Starlette(routes=api_routes(library, opened.index, draft_of_text, rules))
    operations = [each.ok() for each in schemathesis.openapi.from_asgi("/api/openapi.json", app).get_all_operations()]
    assert len(operations) == 11  # all but the description itself
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
            if is_there and "id" in (case.path_parameters or {}):
                case.path_parameters["id"] = source
            case.call_and_validate(excluded_checks=too_strict, headers=headers)

        ask()
