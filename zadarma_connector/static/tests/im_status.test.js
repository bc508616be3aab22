// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {ImStatus} from "@mail/core/common/im_status";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {expect, test} from "@odoo/hoot";
import {getService, mountWithCleanup} from "@web/../tests/web_test_helpers";

defineMailModels();

async function show(status) {
    await mountWithCleanup(ImStatus, {props: {persona: {im_status: status}}});
}

test("whoever is in a call has a telephone", async () => {
    await show("call_online");
    expect(".o-mail-ImStatus i").toHaveCount(1);
    expect(".o-mail-ImStatus i.fa-phone.text-success").toHaveAttribute(
        "title",
        "In a call"
    );
    const statuses = getService("mail.store").onlineMemberStatuses;
    expect(statuses).toInclude("call_away");
    expect(statuses).toInclude("online");
});

test("a call shows how present somebody is", async () => {
    await show("call_away");
    expect(".o-mail-ImStatus i.fa-phone.o-yellow").toHaveCount(1);
});

test("other words are Odoo's", async () => {
    await show("away");
    expect(".o-mail-ImStatus i.fa-circle").toHaveAttribute("title", "Idle");
    expect(".o-mail-ImStatus i.fa-phone").toHaveCount(0);
});
