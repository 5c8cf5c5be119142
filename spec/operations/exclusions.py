"""Operations whose shapes look like those of a listing that pages, and the reasons why their contracts are not derived from them.

They come from the operations' documentation, at https://docs.aws.amazon.com, or from what it leaves open. Who knows better says so: `--paging`, a recipe or a contract file come first.
"""

from __future__ import annotations

__all__ = ["EXCLUSIONS", "OTHERWISE"]

_ONE_PAGE = "its documentation says that there are too few items for a second page"
_PARTS = "a page may end in the middle of an item"
_RANKED = "its items are ranked: most callers want the best ones and no more"
_CHOICE = "it offers a choice, which is not a list of what there is"
_STREAM = "it is read again and again while a conversation goes on"
_TOTALS = "its documentation does not say whether the totals beside the items are those of the page"

EXCLUSIONS: dict[str, str] = {
    "ce:GetReservationCoverage": _TOTALS,
    "ce:GetReservationUtilization": _TOTALS,
    "ce:GetSavingsPlansUtilizationDetails": _TOTALS,
    "chime-sdk-voice:SearchAvailablePhoneNumbers": _CHOICE,
    "chime:SearchAvailablePhoneNumbers": _CHOICE,
    "cloudtrail:SearchSampleQueries": _RANKED,
    "cognito-sync:ListDatasets": _TOTALS,
    "cognito-sync:ListIdentityPoolUsage": _TOTALS,
    "connect-contact-lens:ListRealtimeContactAnalysisSegments": _STREAM,
    "connectparticipant:GetTranscript": _STREAM,
    "geo-places:SearchNearby": _RANKED,
    "geo-places:SearchText": _RANKED,
    "glue:GetEntityRecords": "it is a preview of records, whose limit is all that the caller wants",
    "iottwinmaker:GetPropertyValueHistory": _PARTS,
    "lakeformation:GetTableObjects": _PARTS,
    "lightsail:GetSetupHistory": _ONE_PAGE,
    "opensearch:GetUpgradeHistory": _ONE_PAGE,
    "pi:GetResourceMetrics": _PARTS,
    "sagemaker:DescribeFeatureGroup": "it describes one feature group, and its first page holds 2,500 features",
}

#: What no names of members can describe, and what to do instead.
OTHERWISE: dict[str, str] = {
    "lightsail:GetRelationalDatabaseLogEvents": "No contract describes that yet",
    "logs:GetLogEvents": "No contract describes that yet; logs:FilterLogEvents with logStreamNames lists the same events by an ordinary nextToken",
}
