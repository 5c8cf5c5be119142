from typing import Any
def derive(name: str) -> dict[str, Any]: raise NotImplementedError
def drift() -> list[str]: raise NotImplementedError
def model_part(name: str) -> dict[str, Any]: raise NotImplementedError
def schema(name: str) -> dict[str, Any]: raise NotImplementedError
def schema_names() -> tuple[str, ...]: raise NotImplementedError
