"""Values as keys of a memo, though they cannot be hashed or are long to compare."""

from __future__ import annotations

from typing import Generic, TypeVar

Value = TypeVar("Value")


class Identical(Generic[Value]):
    """A value that equals itself alone; it lives as long as it is a key.

    Examples
    --------
    >>> one, other = [1], [1]
    >>> Identical(one) == Identical(one), Identical(one) == Identical(other)
    (True, False)
    """

    def __init__(self, value: Value) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Identical) and other.value is self.value
