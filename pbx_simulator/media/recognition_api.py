# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The methods `PUT` and `GET /v1/speech_recognition`.

Source: the official specification; that only the `call_id` of a leg will do, although
its example is a `pbx_call_id`, from a project that met it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from ..protocol import replies
from .languages import LANGUAGE, is_language
from .recordings_api import NOT_FOUND

if TYPE_CHECKING:
    from ..account.account import Account
    from ..calls.truth import Leg
    from ..protocol.question import Question
    from .transcripts import Transcript

NOT_ENABLED = "Speech recognition is not enabled"


def begin_recognition(question: Question) -> Response:
    params, simulator = question.params, question.simulator
    lang = params.get("lang", LANGUAGE)
    if not params.get("call_id") or not is_language(lang):
        return replies.wrong_parameters()
    leg = _leg(question)
    if not leg:
        return replies.error(400, NOT_FOUND)
    if not _is_enabled(question.account, leg):
        return replies.error(400, NOT_ENABLED)
    simulator.transcripts.begin(question.account, leg, lang)
    return replies.success()


def recognition(question: Question) -> Response:
    account, params = question.account, question.params
    form = params.get("return", "phrases")
    asked = params.get("lang", LANGUAGE)
    if not _is_well_formed(params, form, asked):
        return replies.wrong_parameters()
    leg = _leg(question)
    if not leg or not _is_enabled(account, leg):
        return _answer(asked, "not available for recognize")
    transcripts = question.simulator.transcripts
    found = transcripts.of(account, leg.call_id)
    # Without a wish, any that there is will do.
    lang = asked if "lang" in params or not found else next(iter(found))
    transcript = found.get(lang)
    others = [one for one in found if one != lang]
    if not transcript:
        return _answer(lang, "ready for recognize", otherLangs=others)
    if not transcripts.is_ready(account, transcript):
        return _answer(lang, "in progress", otherLangs=others)
    if account.recognition_outcome == "error":
        return _answer(lang, "error", otherLangs=others)
    said = {form: _said(transcript, form)}
    return _answer(lang, "recognized", otherLangs=others, **said)


def _said(transcript: Transcript, form: str) -> list[dict[str, Any]]:
    if form == "words":
        return transcript.words
    return [{"result": it.text, "channel": it.channel} for it in transcript.phrases]


def _is_well_formed(params: dict[str, str], form: str, lang: str) -> bool:
    return (
        bool(params.get("call_id"))
        and form in ("words", "phrases")
        and is_language(lang)
        and params.get("alternatives", "0") in ("0", "1")
    )


def _leg(question: Question) -> Leg | None:
    """Return the leg whose recording is there, or None."""
    call_id = question.params["call_id"]
    simulator = question.simulator
    kept = simulator.recordings.find(question.account, call_id, simulator.clock())
    return next((one.leg for one in kept if one.leg.pbx_call_id != call_id), None)


def _is_enabled(account: Account, leg: Leg) -> bool:
    extension = account.extension(leg.extension)
    return extension is not None and extension.recognition != "off"


def _answer(lang: str, status: str, **values: object) -> Response:
    return replies.success(lang=lang, recognitionStatus=status, **values)
