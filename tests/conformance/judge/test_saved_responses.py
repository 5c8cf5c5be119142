"""Files that hold no response, or one that is not worth reading, are refused in one line."""

import pytest

from awscontract.conformance.judge.validate import NoResponse, validate
from awscontract.spec.operations import load


@pytest.mark.parametrize("depth", [100, 800, 100_000])
def test_deep_nesting_is_refused(depth):
    attribute = '{"L":[' * depth + '{"S":"x"}' + "]}" * depth
    body = f'{{"Items": [{{"a": {attribute}}}], "Count": 1}}'.encode()
    with pytest.raises(NoResponse, match=r"^deep\.json: nested more than 64 levels deep$"):
        validate([("deep.json", body)], load("dynamodb:Scan"))


def test_as_deep_as_documents_may_be_is_read():
    attribute = '{"L":[' * 25 + '{"S":"x"}' + "]}" * 25
    body = f'{{"Items": [{{"a": {attribute}}}], "Count": 1}}'.encode()
    assert validate([("items.json", body)], load("dynamodb:Scan")).verdict == "conforms"
