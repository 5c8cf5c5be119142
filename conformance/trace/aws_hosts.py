"""Which hosts belong to AWS."""

import re
from urllib.parse import urlsplit

__all__ = ["is_aws_host"]

#: https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html and the isolated partitions in botocore's data
_AWS_HOST = re.compile(
    r"(?:^|\.)(?:amazonaws\.(?:com|com\.cn|eu)|api\.aws|aws\.dev|api\.amazonwebservices\.(?:com\.cn|eu)"
    r"|(?:c2s|csp)\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|hci\.ic\.gov)\.?$",
    re.IGNORECASE,
)


def is_aws_host(url: str) -> bool:
    """Whether the URL's host belongs to AWS, in any partition."""
    return _AWS_HOST.search(urlsplit(url).hostname or "") is not None
