# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The methods of the API for what is else set in the cabinet: the menu with its
scenarios, the recording of extensions, the price plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from ..protocol import replies

if TYPE_CHECKING:
    from ..protocol.question import Question
    from .extension import Extension

_MAIN_MENU = "0"
_RECOGNITIONS = ("all", "optional", "off")
#: What is switched, and whether on, by each word.
_SWITCHES = {
    "on": ("store", "on"),
    "off": ("store email", "off"),
    "on_store": ("store", "on"),
    "off_store": ("store", "off"),
    "on_email": ("email", "on"),
    "off_email": ("email", "off"),
}


def menus(question: Question) -> Response:
    account = question.account
    menu = {
        "menu_id": _MAIN_MENU,
        "title": account.menu_title,
        "type": "readtext",
        "status": "on",
        "waitexten": 5,
    }
    return replies.success(pbx_id=account.pbx_id, ivrs=[menu])


def scenarios(question: Question) -> Response:
    account = question.account
    if question.params.get("menu_id") != _MAIN_MENU:
        return replies.wrong_parameters()
    listed = [
        {
            "id": str(number),
            "title": account.scenario_titles.get(f"0-{number}", f"Scenario {number}"),
            "push_button": number,
            "first_sips": [extension.number],
            "second_sips": [],
            "second_sips_delay": 10,
            "third_sips": [],
            "third_sips_delay": 20,
        }
        for number, extension in enumerate(account.extensions, 1)
    ]
    return replies.success(scenarios=listed)


def change_recording(question: Question) -> Response:
    account, params = question.account, question.params
    extension = account.extension(params.get("id", ""))
    recognition = params.get("speech_recognition", "optional")
    if not extension or recognition not in _RECOGNITIONS:
        return replies.wrong_parameters()
    if not _switch(extension, params.get("status", ""), params.get("email", "")):
        return replies.wrong_parameters()
    extension.recognition = params.get("speech_recognition", extension.recognition)
    sent = {"email": extension.record_email} if extension.record_email else {}
    return replies.success(
        internal_number=int(extension.number),
        recording="on" if extension.recorded or extension.record_email else "off",
        speech_recognition=extension.recognition,
        **sent,
    )


def _switch(extension: Extension, status: str, email: str) -> bool:
    """Switch where recordings of an extension go; tell whether that is possible."""
    if status not in _SWITCHES:
        return False
    where, state = _SWITCHES[status]
    email = email or extension.record_email
    if status == "on_email" and not email:
        return False
    if "store" in where:
        extension.recorded = state == "on"
    if "email" in where:
        extension.record_email = email if state == "on" else ""
    return True


def tariff(question: Question) -> Response:
    account = question.account
    return replies.success(
        info={
            "tariff_id": 5,
            "tariff_name": account.tariff,
            "is_active": True,
            "cost": account.tariff_cost,
            "currency": account.currency,
            "used_seconds": 0,
            "used_seconds_mobile": 0,
            "used_seconds_fix": 0,
            "used_seconds_speech_recognition": 0,
            "tariff_id_for_next_period": 5,
            "tariff_for_next_period": account.tariff,
        }
    )
