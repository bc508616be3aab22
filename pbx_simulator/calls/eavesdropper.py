# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Somebody who kept genuine notifications, and sends them again.

Their signatures stay valid: they have no nonce, and those of a call's course cover
neither event nor result (source: the official PHP SDK's `lib/Webhook`).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING

from . import faults

if TYPE_CHECKING:
    from ..account.account import Account
    from .faults import Fault
    from .parcel import Parcel
    from .truth import Call


class Eavesdropper:
    """Knows what was sent to one account.

    :param calls: all there are; the list goes on growing
    """

    def __init__(self, account: Account, calls: Sequence[Call]) -> None:
        self._account = account
        self._calls = calls

    def replay(
        self, fault: Fault, params: dict[str, str]
    ) -> tuple[dict[str, str], str | None] | None:
        """Choose what is sent in addition to a notification.

        :param fault: that says so
        :param params: of the notification that it strikes
        :return: parameters and header `Signature`, or None when there is nothing yet
        """
        kept = self._kept(params)
        if not kept:
            return None
        # The call's own draw would change its figures.
        parcel = random.Random(params["pbx_call_id"]).choice(kept)
        if fault.turned_into:
            return faults.turn_into(fault.turned_into, parcel.params), parcel.signature
        return parcel.params, parcel.signature

    def _kept(self, params: dict[str, str]) -> list[Parcel]:
        """Return the parcels of this event that came from other calls that are over."""
        return [
            parcel
            for call in self._calls
            if call.account == self._account.key
            and call.pbx_call_id != params["pbx_call_id"]
            and call.end
            for parcel in call.notifications
            if parcel.event == params["event"]
            and parcel.genuine
            and isinstance(parcel.status, int)
        ]
