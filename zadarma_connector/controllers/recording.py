# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.http import request


class ZadarmaRecording(http.Controller):
    @http.route(
        "/zadarma/recording/<int:listening_id>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def recording(self, listening_id, save=None):
        """The sound of a recording that the user has begun to listen to.

        The only address that gives it; see ``zadarma.recording.listen``. Players ask
        for parts (Range), as often as they like.

        :param save: anything, if the browser shall save it as a file
        """
        file_sudo = request.env["zadarma.listening"]._file(listening_id)
        if not file_sudo:
            raise request.not_found()
        stream = request.env["ir.binary"]._get_stream_from(
            file_sudo, mimetype=file_sudo.mimetype
        )
        response = stream.get_response(as_attachment=bool(save))
        # nothing is left behind on the listener's machine
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["Accept-Ranges"] = "bytes"
        return response
