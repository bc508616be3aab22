# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.http import request

from ..zadarma_api.notification import PATH, echo_token

#: Far above what a notification needs; a larger body is refused unread.
_MAX_CONTENT_LENGTH = 64 * 1024


class ZadarmaNotify(http.Controller):
    @http.route(
        [PATH, f"{PATH}/<string:token>"],
        type="http",
        auth="public",
        methods=["GET", "POST"],
        csrf=False,
        # the PBX keeps no cookies: each notification would leave a session behind
        save_session=False,
        max_content_length=_MAX_CONTENT_LENGTH,
    )
    def notify(self, token=None, **params):
        """What the PBX tells and asks; see ``zadarma.account._notified``.

        :param token: selects an account, proves nothing
        """
        httprequest = request.httprequest
        if "zd_echo" in params:
            echo = echo_token(params["zd_echo"])
            return self._plain(echo) if echo else self._refuse()
        answer = request.env["zadarma.account"]._notified(
            # not params, which mixes in the query string: only the body is signed
            httprequest.form.to_dict(),
            httprequest.headers.get("Signature"),
            token,
        )
        return self._refuse() if answer is None else request.make_json_response(answer)

    @staticmethod
    def _plain(text):
        return request.make_response(text, [("Content-Type", "text/plain")])

    @staticmethod
    def _refuse():
        return request.make_response("", status=403)
