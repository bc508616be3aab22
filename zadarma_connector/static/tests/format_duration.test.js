// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {expect, test} from "@odoo/hoot";
import {formatDuration} from "@zadarma_connector/calls/format_duration";

test("seconds are shown as on a telephone", () => {
    expect([0, 7, 60, 750, 3599, 3600, 3723].map(formatDuration)).toEqual([
        "0:00",
        "0:07",
        "1:00",
        "12:30",
        "59:59",
        "1:00:00",
        "1:02:03",
    ]);
});
