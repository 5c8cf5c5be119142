"""What the tests of the strategies share."""

import botocore.session
from botocore.config import Config


def client(service, **options):
    """A client whose requests nobody but a mounted emulator can answer."""
    return botocore.session.Session().create_client(
        service,
        "us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        endpoint_url="http://127.0.0.1:9",
        config=Config(retries={"total_max_attempts": 1}, **options),
    )
