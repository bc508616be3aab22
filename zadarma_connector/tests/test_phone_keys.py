# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
import time

from odoo.tests import TransactionCase
from odoo.tools import SQL

from ..zadarma_api.numbers import characters, keys

#: What texts with numbers consist of, the usual more often.
_CHARACTERS = "0123456789" * 6 + " ./()-+,;" * 3 + "()--/ \t\n\\'|:=sw#xABCabcяё☎\u200b"
_PARTS = (
    *("+380 44 364 57 13", "044 364-57-13", "1-800-FLOWERS", "380443645713.0", " - "),
    *(" / ", "/12", " (12)", "+48 (0)22 307 18 45", "3.80443645713E+11", " ext. 12"),
)


class TestPhoneKeys(TransactionCase):
    """The index sees what Python sees."""

    def _assert_same_keys(self, texts):
        rows = self.env.execute_query(
            SQL(
                "SELECT phone, %s FROM unnest(%s) AS new(phone)",
                SQL(keys.keys_sql("phone")),
                texts,
            )
        )
        self.assertEqual(len(rows), len(texts))
        for text, found in rows:
            self.assertEqual(set(found) - {""}, keys.keys(text), repr(text))

    def test_random_texts(self):
        chance = random.Random(1)
        odd = _CHARACTERS + characters.WRITTEN
        self._assert_same_keys(
            [
                "".join(chance.choices(some, k=chance.randrange(45)))
                for some in (_CHARACTERS, odd, "0123456789 -+")
                for _time in range(3000)
            ]
        )

    def test_texts_of_usual_parts(self):
        chance = random.Random(2)
        self._assert_same_keys(
            [
                "".join(
                    chance.choice((*_PARTS, *_CHARACTERS))
                    for _part in range(chance.randrange(8))
                )
                for _time in range(3000)
            ]
        )

    def test_long_texts(self):
        began = time.monotonic()
        self._assert_same_keys(
            [
                *("9" * 100_000, "1-" * 50_000, "a(1" * 30_000, "1234567 " * 10_000),
                *(f"{'x' * keys.LONGEST}+380443645713" for _time in range(2)),
            ]
        )
        self.assertLess(time.monotonic() - began, 20)

    def test_a_text_that_is_none_has_no_keys(self):
        [[found]] = self.env.execute_query(
            SQL(
                "SELECT %s FROM (SELECT NULL::text AS phone) AS new",
                SQL(keys.keys_sql("phone")),
            )
        )
        self.assertFalse(found)
