# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A telephone number that an account has at Zadarma."""

from dataclasses import dataclass
from typing import Any

from ..protocol import checks

STATUSES = (
    "on",
    "parking",
    "checking",
    "checking_upload",
    "reserved_on",
    "reserved_checking",
    "reserved_checking_upload",
)


@dataclass
class DirectNumber:
    """An own number, which customers can dial while its status is `on`.

    :param number: digits of E.164
    :param name: which its owner gave it; may be empty
    :param status: one of `STATUSES`
    :param country: its name in English; may be empty
    :param description: the city or the kind of number; may be empty
    :param stop_date: `YYYY-MM-DD`, until when it is paid for
    :param monthly_fee: what it costs each month
    :param autorenew: whether it is paid for anew by then
    :param sms_possible: whether it can take SMS at all
    :param receive_sms: whether SMS to it are taken
    :raises SimulatorError: a value is not possible
    """

    number: str
    name: str = ""
    status: str = "on"
    country: str = ""
    description: str = ""
    stop_date: str = "2037-01-01"
    monthly_fee: float | int = 2
    autorenew: bool = True
    sms_possible: bool = True
    receive_sms: bool = False

    def __post_init__(self) -> None:
        self.number = checks.phone_digits("number", self.number)
        for setting, kind in self.__annotations__.items():
            value = getattr(self, setting)
            checks.typed(f"number {self.number}: {setting}", value, kind)
        checks.one_of(f"number {self.number}: status", self.status, STATUSES)
        checks.date(f"number {self.number}: stop_date", self.stop_date)

    def describe(self, currency: str) -> dict[str, Any]:
        """Return what the API tells of it."""
        return {
            "number": self.number,
            "status": self.status,
            "country": self.country,
            "description": self.description,
            "number_name": self.name or None,
            "sip": "00001",
            "sip_name": None,
            "start_date": "2021-01-01 00:00:00",
            "stop_date": f"{self.stop_date} 00:00:00",
            "monthly_fee": self.monthly_fee,
            "currency": currency,
            "channels": 2,
            "minutes": 0,
            "autorenew": "true" if self.autorenew else "false",
            "is_on_test": "false",
            "type": "common",
            "receive_sms": "on" if self.receive_sms else "off",
        }
