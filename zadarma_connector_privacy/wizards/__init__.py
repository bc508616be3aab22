# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import privacy_lookup_wizard, privacy_lookup_wizard_line
