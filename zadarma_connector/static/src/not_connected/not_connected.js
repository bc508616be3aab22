// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {odooExceptionTitleMap} from "@web/core/errors/error_dialogs";
import {_t} from "@web/core/l10n/translation";

// nothing is invalid, and Odoo warns of nothing: something is still to be done
odooExceptionTitleMap.set(
    "odoo.addons.zadarma_connector.tools.trouble.NotConnected",
    _t("Not connected yet")
);
