"""The operation's own error for a token of ours that was altered, or that is sent with other parameters."""

from __future__ import annotations

from typing import Any, NoReturn

from .contracts import Paging

__all__ = ["refuse"]


def refuse(client: Any, paging: Paging, message: str) -> NoReturn:
    """Raise the error that a client raises for a wrong token, as if the backend had refused it.

    :raises botocore.exceptions.ClientError: always; of the class that the client has for the error's code, where it has one.
    """
    _, _, operation = paging.operation.partition(":")
    response = {
        "Error": {"Code": paging.refusal, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": 400, "HTTPHeaders": {}, "RetryAttempts": 0},
    }
    raise client.exceptions.from_code(paging.refusal)(response, operation)
