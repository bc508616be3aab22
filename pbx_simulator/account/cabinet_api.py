# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The methods of the API for what is else set in the cabinet: the menu with its
scenarios, the recording of extensions, the price plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from ..protocol import replies

if TYPE_CHECKING:
    from ..protocol.question import Question

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
    recognition = params.get("speech_recognition", "")
    known = not recognition or recognition in _RECOGNITIONS
    if not extension or params.get("status") not in _SWITCHES or not known:
        return replies.wrong_parameters()
    where, state = _SWITCHES[params["status"]]
    email = params.get("email") or extension.record_email
    if where == "email" and state == "on" and not email:
        return replies.wrong_parameters()
    if "store" in where:
        extension.recorded = state == "on"
    if "email" in where:
        extension.record_email = email if state == "on" else ""
    extension.recognition = recognition or extension.recognition
    sent = {"email": extension.record_email} if extension.record_email else {}
    return replies.success(
        internal_number=int(extension.number),
        recording="on" if extension.recorded or extension.record_email else "off",
        speech_recognition=extension.recognition,
        **sent,
    )


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
