# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Driving Chromium from outside, for live tests and screenshots.

Imported only in the environment, which has Playwright.
"""

import contextlib
import time

from playwright.sync_api import sync_playwright

#: Pixels of the window.
WIDTH, HEIGHT = 1366, 768
#: Milliseconds that an awaited thing may take to appear.
PATIENCE = 20_000
#: The same for the first page of a fresh database, whose scripts Odoo has to bundle.
FIRST_PATIENCE = 90_000
#: Seconds without a request after which a page counts as quiet.
QUIET = 0.5
#: What is on a page that was left, see :func:`follow`.
LEFT = "[data-left] *"
FOLLOW = """
(path) => {
    document.querySelector(".o_action_manager > *").dataset.left = "";
    const link = document.createElement("a");
    link.href = path;
    document.body.append(link);
    link.click();
    link.remove();
}
"""


@contextlib.contextmanager
def launched(executable):
    """Yield Playwright's Chromium.

    :param executable: its path
    """
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=executable,
            # Root has no sandbox, and it opens pages of this machine only.
            args=["--no-sandbox", "--disable-dev-shm-usage"],
        )
        yield chromium
        chromium.close()


@contextlib.contextmanager
def opened(chromium):
    """Yield a page that shares no cookie, store or cache with others of a browser.

    More tabs that do share them come from its ``context``.

    :param chromium: what :func:`launched` yields
    """
    context = chromium.new_context(viewport={"width": WIDTH, "height": HEIGHT})
    context.set_default_timeout(PATIENCE)
    settle = _follow_requests(context)
    yield context.new_page()
    settle()
    context.close()


def _follow_requests(context):
    """Return what waits until the pages of a browser ask nothing more of the server.

    Somebody who stops the server next would otherwise cut a request short, such as
    Discuss noting what has been read, and the server would log an error about it.
    """
    pending = set()

    def begin(request):
        # of a shared worker's script Chromium never tells that it has arrived
        if request.resource_type in ("fetch", "xhr"):
            pending.add(request)

    def end(request):
        pending.discard(request)

    context.on("request", begin)
    context.on("requestfinished", end)
    context.on("requestfailed", end)

    def settle():
        deadline = time.monotonic() + PATIENCE / 1000
        quiet_since = time.monotonic()
        while time.monotonic() < min(deadline, quiet_since + QUIET):
            context.pages[0].wait_for_timeout(50)
            if pending:
                quiet_since = time.monotonic()

    return settle


def follow(page, path):
    """Go to another page of the web client by a link, which loads no more than that.

    What one waits for next is not to be of the page that is left: ``:not({LEFT})``.

    :param path: as in "/odoo/contacts"
    """
    page.evaluate(FOLLOW, path)


def log_in(page, url, login="admin", password="admin"):
    """Log in to Odoo and wait for its web client.

    :param url: address of Odoo
    """
    page.goto(f"{url}/web/login")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", password)
    page.click("form.oe_login_form button[type=submit]")
    page.wait_for_selector(".o_main_navbar", timeout=FIRST_PATIENCE)


def choose(page, field, text):
    """Type into a field that offers choices, and take the first one offered.

    :param field: selector of its input
    :param text: what the wanted choice begins with
    """
    page.fill(field, text)
    page.locator(".dropdown-item, .o-autocomplete--dropdown-item").filter(
        has_text=text
    ).first.click()
