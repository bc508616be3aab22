# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import tempfile

from werkzeug.utils import send_file

from odoo import http
from odoo.http import Response, request


class ZadarmaPrivacy(http.Controller):
    @http.route("/zadarma/person/<int:request_id>", type="http", auth="user")
    def person(self, request_id):
        """All that is kept of a person, as one ZIP; see ``zadarma.person.request``.

        :param request_id: of a request of the current user
        """
        # closed by the server when all is sent
        file = tempfile.TemporaryFile()  # noqa: SIM115
        wanted = request.env["zadarma.person.request"].browse(request_id).exists()
        if not wanted:
            raise request.not_found()
        wanted._write_zip(file)
        file.seek(0)
        response = send_file(
            file,
            request.httprequest.environ,
            mimetype="application/zip",
            as_attachment=True,
            download_name="calls.zip",
            response_class=Response,
        )
        # nothing is left behind on the way
        response.headers["Cache-Control"] = "private, no-store"
        return response
