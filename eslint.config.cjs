// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
const js = require("@eslint/js");
const globals = require("globals");

module.exports = [
    js.configs.recommended,
    {
        // Odoo serves what is below these folders as modules, whatever their ending.
        files: ["**/static/src/**/*.js", "**/static/tests/**/*.js"],
        languageOptions: {
            ecmaVersion: 2024,
            sourceType: "module",
            globals: {...globals.browser, odoo: "readonly", luxon: "readonly"},
        },
        rules: {
            curly: "error",
            eqeqeq: ["error", "smart"],
            "no-console": "error",
            "no-eval": "error",
            "no-shadow": "error",
            "no-var": "error",
            "prefer-const": "error",
        },
    },
];
