# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The languages that can be recognized, as the API names them."""

LANGUAGE = "en-EN"  # when none is asked for
LANGUAGES = ("en-EN", "de-DE", "es-ES", "fr-FR", "pl-PL", "ru-RU", "uk-UA")
