# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Zadarma says and wants, without Odoo.

``signature`` proves who speaks, ``client`` asks the API, ``notification`` names
what the PBX tells us, ``clock`` reads its wall clock and ``fold`` turns all that
is known of one call into the call itself. ``download`` fetches what was recorded,
``transcript`` reads what was said. ``numbers`` reads telephone numbers, as people write
them and as the PBX sends them.
"""
