# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The methods `GET` and `DELETE /v1/pbx/record/request`, and the links they lead to.

Source: the official specification; that one id is enough, that both together are
answered as `pbx_call_id` is, and the words "File not found", from projects.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wrappers import Request, Response
from werkzeug.wsgi import FileWrapper

from ..protocol import replies
from .mp3 import CONTENT_TYPE

if TYPE_CHECKING:
    from ..protocol.question import Question
    from ..simulator import Simulator
    from .recordings import Recording


LIFETIMES = range(180, 5_184_000 + 1)  # seconds
USUAL_LIFETIME = "1800"
NOT_FOUND = "File not found"


def request_recording(question: Question) -> Response:
    params, simulator = question.params, question.simulator
    lifetime = params.get("lifetime", USUAL_LIFETIME)
    if not re.fullmatch("[0-9]{1,9}", lifetime) or int(lifetime) not in LIFETIMES:
        return replies.wrong_parameters()
    recordings, refusal = _find(question)
    if refusal:
        return refusal
    until = simulator.clock() + timedelta(seconds=int(lifetime))
    links = [
        simulator.url + simulator.recordings.link(question.account, one, until)
        for one in recordings
    ]
    local = until.astimezone(question.account.zone)
    return replies.success(
        **({"links": links} if "pbx_call_id" in params else {"link": links[0]}),
        lifetime_till=local.strftime("%Y-%m-%d %H:%M:%S"),
    )


def delete_recording(question: Question) -> Response:
    recordings, refusal = _find(question)
    if refusal:
        return refusal
    for recording in recordings:
        question.simulator.recordings.delete(question.account, recording)
    names = [recording.file_name for recording in recordings]
    if "pbx_call_id" in question.params:
        return replies.success(deleted_files=names, failed_files=[])
    return replies.success(file_name=names[0])


def download(request: Request, simulator: Simulator) -> Response:
    """Return what a link leads to, whole or the part that is asked for."""
    recording = simulator.recordings.follow(request.path, simulator.clock())
    if not recording:
        return replies.error(404, NOT_FOUND)
    file = recording.open()
    response = Response(
        # Its types want a whole file; it calls no more than read, seek and tell.
        FileWrapper(file, 32_768),  # type: ignore[arg-type]
        headers={"Content-Length": str(file.size)},
        content_type=CONTENT_TYPE,
        direct_passthrough=True,
    )
    try:
        response.make_conditional(
            request, accept_ranges=True, complete_length=file.size
        )
    except RequestedRangeNotSatisfiable as error:
        return error.get_response(request.environ)
    del response.headers["Date"]  # the server adds it
    return response


def _find(question: Question) -> tuple[list[Recording], Response | None]:
    """Return the recordings that are asked for, or a refusal."""
    params, simulator = question.params, question.simulator
    one = params.get("pbx_call_id") or params.get("call_id")
    if not one:
        return [], replies.wrong_parameters()
    recordings = simulator.recordings.find(question.account, one, simulator.clock())
    if not recordings:
        return [], replies.error(400, NOT_FOUND)
    return recordings, None
