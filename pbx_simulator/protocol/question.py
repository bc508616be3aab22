# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a method of Zadarma's API is asked."""

from dataclasses import dataclass
from typing import Any

from ..account.account import Account


@dataclass(frozen=True)
class Question:
    """One request whose signature was right.

    :param simulator: the `Simulator` that is asked
    """

    account: Account
    params: dict[str, str]
    simulator: Any
