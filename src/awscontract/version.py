"""The version, for those parts of the package that import no other."""

__all__ = ["__version__"]

__version__ = "0.1.0"
