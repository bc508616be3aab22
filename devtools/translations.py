# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The addons' translations, brought up to date with their terms.

Odoo writes the template ``i18n/<addon>.pot``; each language's file gets the new terms,
empty, and loses those that are gone. Run in the environment, which has polib:
``python -m devtools.translations``.
"""

import subprocess

from . import addons, database, environment, places

#: Odoo's codes of the languages that are kept complete, besides English.
LANGUAGES = ("de", "es", "fr", "pl", "ru", "uk")


def update():
    """Export the templates and bring each language's file up to date.

    :raises errors.Problem: when the addons cannot be installed
    """
    with environment.ready() as ready:
        with database.temporary(ready, "translations") as name:
            for addon in addons.names():
                folder = places.CHECKOUT / addon / "i18n"
                folder.mkdir(exist_ok=True)
                export(ready, name, addon, folder / f"{addon}.pot")
        subprocess.run(
            [ready.python, "-m", "devtools.translations"],
            cwd=places.CHECKOUT,
            check=True,
        )


def export(environment, name, addon, path):
    """Write the terms of an addon as Odoo finds them.

    :param environment: an ``environment.Environment``
    :param name: a database that has the addon
    :param path: the file that is written
    """
    subprocess.run(
        [
            *(environment.python, environment.odoo.bin, "i18n", "export"),
            *("-d", name, "-o", path, addon),
        ],
        env=environment.environ(),
        check=True,
    )


def merge(folder):
    """Bring the languages' files in an addon's ``i18n`` up to date; tell what lacks.

    :return: list of sentences
    """
    # the set-up runs without it
    import polib

    [template_path] = folder.glob("*.pot")
    template = polib.pofile(str(template_path))
    for term in ("POT-Creation-Date", "PO-Revision-Date"):
        # else each run would change the file
        template.metadata.pop(term, None)
    template.save()
    lacking = []
    for language in LANGUAGES:
        path = folder / f"{language}.po"
        translated = polib.pofile(str(path)) if path.exists() else polib.POFile()
        translated.metadata = {**template.metadata, "Language": language}
        translated.merge(template)
        for entry in translated.obsolete_entries():
            translated.remove(entry)
        translated.sort(key=lambda entry: entry.msgid)
        translated.save(str(path))
        empty = len(translated.untranslated_entries())
        if empty:
            lacking.append(f"{path.relative_to(places.CHECKOUT)}: {empty} to translate")
    return lacking


if __name__ == "__main__":
    for addon in addons.names():
        for sentence in merge(places.CHECKOUT / addon / "i18n"):
            print(sentence)
