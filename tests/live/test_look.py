# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whether card, dialler and player can be read: on bright and dark pages, and on a
telephone's width."""

import pytest

from devtools import browser, dark_mode

PHONE = {"width": 375, "height": 700}
#: Odoo's own muted text on white has 4.34; icons need 3 (WCAG 2.2, 1.4.11).
CONTRAST, CONTRAST_OF_ICONS = 4.3, 3
#: Returns a line for each text or icon that is hard to read, or out of the window.
AUDIT = """
([selector, contrast, contrastOfIcons]) => {
    const parse = (color) => {
        const [red, green, blue, alpha = 1] = color.match(/[\\d.]+/g).map(Number);
        return {channels: [red, green, blue], alpha};
    };
    const blend = (upper, lower) =>
        upper.channels.map(
            (channel, i) => channel * upper.alpha + lower[i] * (1 - upper.alpha)
        );
    const background = (element) => {
        const color = parse(getComputedStyle(element).backgroundColor);
        return color.alpha === 1 || !element.parentElement
            ? color.channels
            : blend(color, background(element.parentElement));
    };
    const luminance = (channels) => {
        const [red, green, blue] = channels.map((channel) => {
            const share = channel / 255;
            return share <= 0.04045
                ? share / 12.92
                : ((share + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const isRead = (element) =>
        element.checkVisibility({opacityProperty: true, visibilityProperty: true}) &&
        !element.closest(".visually-hidden, :disabled");
    const complaints = [];
    for (const element of document.querySelectorAll(`${selector} *`)) {
        const text = [...element.childNodes]
            .filter(({nodeType}) => nodeType === Node.TEXT_NODE)
            .map(({data}) => data.trim())
            .join("");
        const isIcon = element.matches("i.fa");
        if (!(text || isIcon) || !isRead(element)) {
            continue;
        }
        const lower = background(element);
        const upper = blend(parse(getComputedStyle(element).color), lower);
        const [dark, light] = [lower, upper].map(luminance).sort((a, b) => a - b);
        const ratio = (light + 0.05) / (dark + 0.05);
        const {left, right} = element.getBoundingClientRect();
        if (ratio < (isIcon ? contrastOfIcons : contrast)) {
            complaints.push(`${ratio.toFixed(2)}: ${element.className} ${text}`);
        }
        if (left < -1 || right > innerWidth + 1) {
            complaints.push(`outside: ${element.className} ${text}`);
        }
    }
    return complaints;
}
"""


#: Waits until what slides or fades in has its whole colour; what turns never ends.
SETTLED = """
async () => {
    const frame = () => new Promise(requestAnimationFrame);
    await frame().then(frame);
    const ending = document
        .getAnimations()
        .filter(({effect}) => Number.isFinite(effect.getComputedTiming().endTime));
    await Promise.allSettled(ending.map(({finished}) => finished));
}
"""


def legible(page, selector):
    """Require that all can be read that something shows."""
    page.wait_for_selector(selector)
    page.evaluate(SETTLED)
    complaints = page.evaluate(AUDIT, [selector, CONTRAST, CONTRAST_OF_ICONS])
    assert not complaints
    assert page.locator(f"{selector} *").count()


@pytest.mark.parametrize("is_dark", [False, True])
def test_card_dialler_and_player_can_be_read(odoo, pbx, connect, page, is_dark):
    account = connect(odoo)
    account.give_extension()
    call = {"from": account.caller, "to": "101", "pace": 0}
    pbx.dial("incoming-answered", **call)
    page.set_default_timeout(browser.FIRST_PATIENCE)
    browser.log_in(page, odoo.url)
    if is_dark:
        dark_mode.switch_on(page, odoo.url, odoo.client())
    page.goto(f"{odoo.url}/odoo/action-zadarma_connector.action_zadarma_call")
    page.wait_for_selector(".o_list_view .o_data_row")
    color = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (color == "rgb(27, 29, 38)") == is_dark
    for event in ("NOTIFY_START", "NOTIFY_INTERNAL", "NOTIFY_ANSWER"):
        account.notify(
            {
                "event": event,
                "call_start": "2026-10-05 10:00:00",
                "pbx_call_id": "in_0000000000000000000000000000000000000002",
                "caller_id": account.caller,
                "called_did": "442037691881",
                "internal": "101",
            }
        )
    card = ".o_zadarma_card[data-phase=talking]"
    for size in ({"width": browser.WIDTH, "height": browser.HEIGHT}, PHONE):
        page.set_viewport_size(size)
        legible(page, card)
        # over the card that it was opened from
        page.click(f"{card} .o_zadarma_listen")
        legible(page, ".o_zadarma_popover")
        page.click(".o_zadarma_popover .btn-close")
        page.wait_for_selector(".o_zadarma_popover", state="detached")
    page.click(f"{card} .o_zadarma_dismiss")
    page.click("button[title=Phone]")
    page.wait_for_selector(".o_zadarma_telephone")
    legible(page, ".o_zadarma_dialler")
