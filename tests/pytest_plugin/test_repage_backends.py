"""Whatever answers a test's clients: moto, botocore.stub, an HTTP endpoint, a call that the test replaces; in any thread, by any kind of client."""

from __future__ import annotations

import pytest

from repage_kit import Project, summary

pytest.importorskip("moto.iam.models")  # imported here, else each inner run would do so anew

MOTO = """
    import boto3, os, pytest
    from moto import mock_aws

    os.environ |= {"AWS_DEFAULT_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}

    @pytest.fixture(autouse=True)
    def users():
        with mock_aws():
            iam = boto3.client("iam")
            for name in ("a", "b", "c"):
                iam.create_user(UserName=name)
            yield iam
"""

#: Ways to make clients, all of which read only the first page.
MAKERS = {
    "a client of the module": """
        iam = boto3.client("iam")
        def names():
            return [each["UserName"] for each in iam.list_users()["Users"]]
    """,
    "a cached client": """
        @functools.lru_cache
        def client(name):
            return boto3.session.Session().client(name)
        def names():
            return [each["UserName"] for each in client("iam").list_users()["Users"]]
    """,
    "the client of a resource": """
        def names():
            return [each["UserName"] for each in boto3.resource("iam").meta.client.list_users()["Users"]]
    """,
    "a thread": """
        def names():
            found = []
            def work():
                found.extend(each["UserName"] for each in boto3.client("iam").list_users()["Users"])
            thread = threading.Thread(target=work)
            thread.start()
            thread.join()
            return found
    """,
    "the method in a pool": """
        def names():
            with concurrent.futures.ThreadPoolExecutor() as pool:
                return [each["UserName"] for each in pool.submit(boto3.client("iam").list_users).result()["Users"]]
    """,
    "a generator": """
        def names():
            def users():
                yield from boto3.client("iam").list_users()["Users"]
            return (each["UserName"] for each in users())
    """,
    "a class": """
        class Users:
            def __init__(self):
                self.call = boto3.client("iam").list_users
            def names(self):
                return [each["UserName"] for each in self.call()["Users"]]
        def names():
            return Users().names()
    """,
}


#: Those that are not like each other; nightly the rest.
OFTEN = ("a client of the module", "a thread", "the method in a pool", "a class")


@pytest.mark.parametrize(
    "text",
    [pytest.param(text, id=name, marks=[pytest.mark.nightly] * (name not in OFTEN)) for name, text in MAKERS.items()],
)
def test_kinds_of_clients(project: Project, text: str) -> None:
    """On moto each of them shows that it reads only a first page."""
    project.write("conftest.py", MOTO)
    project.write("app.py", "import boto3, concurrent.futures, functools, threading\n" + Project.dedented(text))

    result = project.run("def test_it(users):\n    assert list(app.names()) != ['a', 'b', 'c']\n")

    result.assert_outcomes(passed=1)
    assert "iam:ListUsers" in summary(result)[1]


def test_right_on_moto(project: Project) -> None:
    """Loops, paginators and resources notice nothing; nor do the tests' own calls."""
    project.write("conftest.py", MOTO)
    project.write(
        "app.py",
        """
        import boto3

        def by_paginator():
            pages = boto3.client("iam").get_paginator("list_users").paginate()
            return [each["UserName"] for page in pages for each in page["Users"]]

        def by_search():
            return list(boto3.client("iam").get_paginator("list_users").paginate().search("Users[].UserName"))

        def by_resource():
            return [each.name for each in boto3.resource("iam").users.all()]
        """,
    )
    tests = """
        import pytest

        @pytest.mark.parametrize("read", [app.by_paginator, app.by_search, app.by_resource])
        def test_it(users, read):
            assert len(users.list_users()["Users"]) == 3
            assert read() == ["a", "b", "c"]
    """
    result = project.run(tests)

    result.assert_outcomes(passed=3)
    assert summary(result)[0].endswith("; no place left pages unread")


def test_stubber(project: Project) -> None:
    """Each response of a `Stubber` is used up once, in its order, with the parameters that it expects."""
    tests = """
        import botocore.session, pytest
        from botocore.stub import Stubber

        USER = {"Path": "/", "UserName": "a", "UserId": "A" * 16, "Arn": "arn:aws:iam::123456789012:user/a", "CreateDate": 0}

        def test_it():
            iam = botocore.session.Session().create_client("iam", "us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
            with Stubber(iam) as stubber:
                stubber.add_response("list_users", {"Users": [USER, USER], "IsTruncated": True, "Marker": "m"}, {})
                stubber.add_response("list_users", {"Users": [USER], "IsTruncated": False}, {"Marker": "m"})
                stubber.add_client_error("list_users", "ServiceFailure", expected_params={})
                assert len(app.all_names(iam)) == 3
                with pytest.raises(iam.exceptions.ServiceFailureException):
                    app.all_names(iam)
                stubber.assert_no_pending_responses()
    """
    project.run(tests).assert_outcomes(passed=1)


def test_an_endpoint(project: Project) -> None:
    """Over HTTP too; how many requests are sent is not changed."""
    tests = """
        def test_it():
            import botocore.session
            from awscontract.emulator import Emulator, serve

            with serve(Emulator("iam:ListUsers")) as server:
                iam = botocore.session.Session().create_client(
                    "iam", "us-east-1", endpoint_url=server.url, aws_access_key_id="x", aws_secret_access_key="x"
                )
                sent = []
                iam.meta.events.register("before-send.iam", lambda request, **_: sent.append(request))
                assert len(iam.list_users()["Users"]) > 3
                assert len(app.names(iam)) <= 3
                assert len(sent) == 2
    """
    result = project.run(tests)

    result.assert_outcomes(passed=1)


def test_a_call_that_the_test_replaces(project: Project) -> None:
    """As hundreds of tests do it: a function in place of botocore's, which goes on to the real one for other operations."""
    tests = """
        import botocore.client
        from unittest.mock import patch

        real = botocore.client.BaseClient._make_api_call

        def fake(self, operation_name, kwargs):
            if operation_name == "ListUsers":
                assert kwargs == {}
                return {"Users": [{"UserName": "x"}, {"UserName": "y"}]}
            return real(self, operation_name, kwargs)

        def test_it(iam):
            with patch("botocore.client.BaseClient._make_api_call", new=fake):
                assert app.names(iam) == ["x"]
    """
    project.run(tests).assert_outcomes(passed=1)
