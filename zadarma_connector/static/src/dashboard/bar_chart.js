// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
/* global Chart */
import {Component, useEffect, useRef} from "@odoo/owl";

/** Stacked bars: one for each row, a part for each series; a click opens a part. */
export class ZadarmaBarChart extends Component {
    static template = "zadarma_connector.BarChart";
    static props = {
        label: String,
        rows: Array,
        series: Array,
        onOpen: Function,
    };

    setup() {
        this.canvas = useRef("canvas");
        useEffect(
            () => {
                const chart = this.draw();
                return () => chart.destroy();
            },
            () => [this.props.rows]
        );
    }

    open({index, datasetIndex}) {
        this.props.onOpen(this.props.rows[index], this.props.series[datasetIndex]);
    }

    draw() {
        const style = getComputedStyle(this.canvas.el);
        const color = (name) => style.getPropertyValue(`--zadarma-${name}`);
        return new Chart(this.canvas.el, {
            type: "bar",
            data: {
                labels: this.props.rows.map((row) => row.label),
                datasets: this.props.series.map(({name, label}) => ({
                    label,
                    data: this.props.rows.map((row) => row[name]),
                    backgroundColor: color(name),
                    borderRadius: 2,
                })),
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                onClick: (ev, [part]) => part && this.open(part),
                onHover: ({native}, [part]) => {
                    native.target.style.cursor = part ? "pointer" : "";
                },
                plugins: {
                    legend: {
                        position: "bottom",
                        labels: {boxWidth: 12, color: style.color},
                    },
                },
                scales: {
                    x: {
                        stacked: true,
                        grid: {display: false},
                        ticks: {color: style.color},
                    },
                    y: {
                        stacked: true,
                        beginAtZero: true,
                        grid: {color: color("grid")},
                        ticks: {precision: 0, color: style.color},
                    },
                },
            },
        });
    }
}
