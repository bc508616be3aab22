# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a method of Zadarma's API is asked."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Question:
    """One request whose signature was right.

    :param account: the `Account` of whoever asks
    :param params: as they came, the last of several values
    :param simulator: the `Simulator` that is asked
    """

    account: Any
    params: dict[str, str]
    simulator: Any
