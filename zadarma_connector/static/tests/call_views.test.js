// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {expect, test} from "@odoo/hoot";
import {Deferred, animationFrame} from "@odoo/hoot-mock";
import {Component, useState, xml} from "@odoo/owl";
import {
    getService,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {user} from "@web/core/user";
import {WAITING, useLiveView} from "@zadarma_connector/call_views/use_live_view";

defineMailModels();

test("a page that was left before it was there listens to nothing", async () => {
    const rights = new Deferred();
    patchWithCleanup(user, {hasGroup: () => rights});
    onRpc(...WAITING.watch, () => expect.step("watch"));
    class View extends Component {
        static props = ["*"];
        static template = xml`<i />`;

        setup() {
            useLiveView(WAITING, () => {});
        }
    }
    class Parent extends Component {
        static components = {View};
        static props = ["*"];
        static template = xml`<View t-if="state.isShown" />`;

        setup() {
            this.state = useState({isShown: false});
        }
    }
    const {state} = await mountWithCleanup(Parent);
    patchWithCleanup(getService("bus_service"), {
        addChannel: () => expect.step("listen"),
    });
    state.isShown = true;
    await animationFrame();
    state.isShown = false;
    await animationFrame();
    rights.resolve(true);
    await animationFrame();
    expect.verifySteps([]);
});
