// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {
    contains,
    defineMailModels,
    openDiscuss,
    start,
    startServer,
} from "@mail/../tests/mail_test_helpers";
import {describe, expect, test} from "@odoo/hoot";
import {Command, getService, serverState} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");
defineMailModels();

const ICON = ".o-mail-DiscussContent-header .o-mail-ImStatus i";

async function chat(status) {
    const pyEnv = await startServer();
    const partnerId = pyEnv["res.partner"].create({name: "Marc", im_status: status});
    pyEnv["res.users"].create({partner_id: partnerId});
    const channelId = pyEnv["discuss.channel"].create({
        channel_member_ids: [
            Command.create({partner_id: serverState.partnerId}),
            Command.create({partner_id: partnerId}),
        ],
        channel_type: "chat",
    });
    await start();
    await openDiscuss(channelId);
    return partnerId;
}

test("whoever is in a call has a telephone", async () => {
    const partnerId = await chat("call_online");
    await contains(`${ICON}.fa-phone.text-success[title='In a call']`);
    expect(getService("mail.store").onlineMemberStatuses).toInclude("call_away");
    getService("mail.store")["res.partner"].get(partnerId).updateImStatus("online");
    await contains(`${ICON}.fa-circle[title='Online']`);
    await contains(`${ICON}.fa-phone`, {count: 0});
});

test("other words are Odoo's", async () => {
    await chat("away");
    await contains(`${ICON}.fa-circle[title='Idle']`);
    await contains(`${ICON}.fa-phone`, {count: 0});
});
