# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, http
from odoo.http import request

from ..models.journal.zadarma_event_intake import JournalBusy
from ..tools.transaction import see_others
from ..zadarma_api.notification import PATH, echo_token

#: Far above what a notification needs; a larger body is not read.
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
    def notify(self, **_arguments):
        """What the PBX tells and asks; see ``zadarma.account._notified``.

        Odoo's arguments mix path, query and body, whose names strangers choose; each
        is taken from where Zadarma puts it. The path may end with an account's token,
        which selects the account and proves nothing.
        """
        httprequest = request.httprequest
        form = httprequest.form.to_dict()
        echo = httprequest.args.get("zd_echo", form.get("zd_echo"))
        # beside an event it is one more parameter that no signature covers
        if echo is not None and "event" not in form:
            token = echo_token(echo)
            return self._plain(token) if token else self._forbidden()
        # the one connection of all that follows: whoever waited for a second one could
        # do so for ever, where all of them are held by others who wait
        see_others(request.env.cr)
        env = request.env(user=SUPERUSER_ID, context={})
        env.transaction.default_env = env
        try:
            answer = env["zadarma.account"]._notified(
                form,
                httprequest.headers.get("Signature"),
                httprequest.path.removeprefix(PATH).strip("/"),
            )
        except JournalBusy:
            return request.make_response("", status=503)
        if answer is None:
            return self._forbidden()
        return request.make_json_response(answer)

    @staticmethod
    def _plain(text):
        return request.make_response(text, [("Content-Type", "text/plain")])

    @staticmethod
    def _forbidden():
        return request.make_response("", status=403)
