# SPDX-License-Identifier: MIT OR Apache-2.0
import pytest
from service import BIN, Service


@pytest.fixture
def start():
    """start("items", "--database", url): a service that the test's end stops, and that must stop well."""
    services = []

    def start_service(program, *args, **options):
        services.append(Service(program, *args, **options))
        return services[-1]

    yield start_service
    for service in services:
        service.check_stopped_well()


@pytest.fixture
def items(start, tmp_path):
    """The items service on a database of its own."""
    return start("items", "--database", f"sqlite:{tmp_path}/items.db")


@pytest.fixture(scope="module")
def shared_items(tmp_path_factory):
    """One items service for all tests of a file that do not care what is in it."""
    service = Service("items", "--database", f"sqlite:{tmp_path_factory.mktemp('items')}/items.db")
    yield service
    service.check_stopped_well()


@pytest.fixture(scope="module")
def hello():
    service = Service("hello")
    yield service
    service.check_stopped_well()


@pytest.fixture(scope="module")
def kinds():
    """services/kinds.c: a route for every kind of member."""
    service = Service(BIN.parent / "tests/kinds", "--access-log=off")
    yield service
    service.check_stopped_well()
