"""The client, fuzzed: against every behaviour that the contract allows."""

from inventory import services

from awscontract import fuzz_client


def test_services():
    """Whatever a valid service does, `services` collects the whole report."""
    fuzz_client(services)
