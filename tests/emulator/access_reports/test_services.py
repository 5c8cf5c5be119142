"""The default report looks like a real organization's."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from awscontract.emulator import Organization
from awscontract.emulator.access_reports.organization import accounts_of
from awscontract.emulator.access_reports.services import default_report, service_names
from awscontract.spec.model import operation

CREATED = datetime(2026, 3, 1, 12, tzinfo=UTC)
ROOT = Organization().root
REPORT = default_report(262, accounts_of(ROOT), CREATED)
USED = [each for each in REPORT if each.time is not None]


def test_size_and_share() -> None:
    """It lists 262 services, each once, of which about a tenth was accessed."""
    assert len({each.key for each in REPORT}) == 262
    assert 20 <= len(USED) <= 40


def test_details_together() -> None:
    """An accessed service has all details and a count above 0, any other none and 0."""
    assert all(each.region and each.entity and each.total > 0 for each in USED)
    assert {(each.region, each.entity, each.total) for each in REPORT if not each.accessed} == {(None, None, 0)}


def test_variety() -> None:
    """There are ties in time, several Regions and several accounts in different units; iam was never used."""
    ties = Counter(each.time for each in USED)
    units = {(each.entity or "").rpartition("/")[0] for each in USED}

    assert sum(count > 1 for count in ties.values()) >= 5
    assert len(ties) >= 15
    assert len({each.region for each in USED}) >= 4
    assert len(units) >= 3
    assert not next(each for each in REPORT if each.key == "iam").accessed


def test_orders_differ() -> None:
    """Neither the order of the report nor that of the namespaces is the order of the times, or its reverse."""
    times = [each.time.timestamp() for each in USED if each.time]
    by_key = [each.time.timestamp() for each in sorted(USED, key=lambda each: each.key) if each.time]

    assert all(found not in (sorted(times), sorted(times, reverse=True)) for found in (times, by_key))


def test_times() -> None:
    """Times are whole seconds, before the job was created, within the tracking period of 400 days."""
    assert all(each.time.microsecond == 0 for each in USED if each.time)
    assert all(CREATED - timedelta(days=400) < each.time < CREATED for each in USED if each.time)


def test_namespaces_fit_the_model() -> None:
    """Every namespace is one that the model allows, with the traps for orders that are not by code point."""
    item = operation("iam", "GetOrganizationsAccessReport").output_shape.members["AccessDetails"].member  # type: ignore[union-attr]
    bounds = item.members["ServiceNamespace"].metadata
    keys = [key for key, _ in service_names()]

    assert all(re.fullmatch(bounds["pattern"], key, re.ASCII) and len(key) <= bounds["max"] for key in keys)
    assert len(keys) == len(set(keys)) >= 262
    used = {each.key for each in REPORT}
    assert {"a4b", "app-integrations", "appconfig", "agent-registry", "agentaccess-mcp", "execute-api", "s3"} <= used


def test_names_hold_punctuation() -> None:
    """Display names hold hyphens and parentheses, as real ones do."""
    assert any(" - " in each.name for each in REPORT)
    assert any("(" in each.name for each in REPORT)


def test_longer_than_the_list() -> None:
    """A report may be longer than the list of real services, and still lists none twice."""
    longer = default_report(1500, accounts_of(ROOT), CREATED)

    assert len({each.key for each in longer}) == 1500


@pytest.mark.parametrize("entity", Organization().entities)
def test_entities_inside(entity: str) -> None:
    """Every EntityPath is an account under the reported entity, and no count exceeds the accounts there."""
    accounts = accounts_of(entity)
    used = [each for each in default_report(262, accounts, CREATED) if each.accessed]

    assert all(f"{each.entity}/".startswith(f"{entity}/") and each.total <= len(accounts) for each in used)
    assert bool(used) == bool(accounts)
    if entity in accounts:
        assert {(each.entity, each.total) for each in used} == {(entity, 1)}


def test_management_account_left_out() -> None:
    """A report of the root leaves the management account out, which has a report of its own."""
    (management,) = set(Organization().accounts) - set(accounts_of(ROOT))

    assert accounts_of(management) == (management,)
