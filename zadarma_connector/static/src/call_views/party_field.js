// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {
    Many2OneAvatarField,
    many2OneAvatarField,
} from "@web/views/fields/many2one_avatar/many2one_avatar_field";

/** The customer of a call; where there can be none, who it was instead: colleagues, or
 * somebody who withheld the number. */
export class PartyField extends Many2OneAvatarField {
    static template = "zadarma_connector.PartyField";

    get isSomebodyElse() {
        const {data} = this.props.record;
        return !data[this.props.name] && !data.external_number;
    }
}

registry.category("fields").add("zadarma_party", {
    ...many2OneAvatarField,
    component: PartyField,
    displayName: _t("Other party of a call"),
    isEmpty: () => false,
    fieldDependencies: [
        {name: "display_name", type: "char"},
        {name: "external_number", type: "char"},
    ],
});
