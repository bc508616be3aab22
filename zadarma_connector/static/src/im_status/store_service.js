// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Store} from "@mail/core/common/store_service";
import {patch} from "@web/core/utils/patch";

patch(Store.prototype, {
    /** Whoever is in a call is there. */
    get onlineMemberStatuses() {
        const inCall = ["call_online", "call_away", "call_busy"];
        return [...super.onlineMemberStatuses, ...inCall];
    },
});
