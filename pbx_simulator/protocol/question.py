# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a method of Zadarma's API is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..account.account import Account
    from ..simulator import Simulator


@dataclass(frozen=True)
class Question:
    """One request whose signature was right.

    :param account: of whoever asks
    :param params: as they came, the last of several values
    :param simulator: that is asked
    """

    account: Account
    params: dict[str, str]
    simulator: Simulator
