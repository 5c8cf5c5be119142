"""Operations by name, and their contracts: from a contract file, else from a recipe and botocore's paginator, else from the paginator or the shapes alone."""

from ...errors import UnknownOperation
from .loading import DEFAULT, access_reports, judged, load, of_client, parse_paging, resolve

__all__ = ["DEFAULT", "UnknownOperation", "access_reports", "judged", "load", "of_client", "parse_paging", "resolve"]
