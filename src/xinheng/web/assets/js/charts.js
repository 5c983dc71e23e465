// Draws every <figure class="xh-chart" data-chart="ID"> from the JSON block with that id,
// and gives the same figures as a table for readers who cannot see the drawing.
import { BarChart, GaugeChart, HeatmapChart, LineChart, PieChart, ScatterChart, TreemapChart } from "echarts/charts";
import {
  AriaComponent,
  DataZoomInsideComponent,
  DatasetComponent,
  GridComponent,
  LegendScrollComponent,
  LegendPlainComponent,
  MarkAreaComponent,
  MarkLineComponent,
  MarkPointComponent,
  TooltipComponent,
  VisualMapComponent,
} from "echarts/components";
import { init, registerLocale, registerTheme, use } from "echarts/core";
import langEN from "echarts/lib/i18n/langEN.js";
import langZH from "echarts/lib/i18n/langZH.js";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";

import { words } from "./words.js";

use([
  AriaComponent, BarChart, DataZoomInsideComponent, DatasetComponent, GaugeChart, GridComponent, HeatmapChart,
  LabelLayout, LegendPlainComponent, LegendScrollComponent, LineChart, MarkAreaComponent, MarkLineComponent,
  MarkPointComponent, PieChart, SVGRenderer, ScatterChart, TooltipComponent, TreemapChart,
  VisualMapComponent,
]);
registerLocale("ZH", langZH);
registerLocale("EN", langEN);

const ink = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function theme() {
  const axis = {
    axisLine: { lineStyle: { color: ink("--xh-line-strong") } },
    axisTick: { show: false },
    axisLabel: { color: ink("--xh-ink-soft"), fontSize: 12 },
    splitLine: { lineStyle: { color: ink("--xh-line") } },
  };
  return {
    color: [1, 2, 3, 4, 5, 6, 7, 8].map((place) => ink(`--xh-series-${place}`)),
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: ink("--xh-ink") },
    categoryAxis: { ...axis, splitLine: { show: false } },
    valueAxis: { ...axis, axisLine: { show: false } },
    timeAxis: { ...axis, splitLine: { show: false } },
    legend: { textStyle: { color: ink("--xh-ink-soft") }, icon: "roundRect", itemWidth: 10, itemHeight: 10 },
    line: { symbolSize: 5, lineStyle: { width: 2 } },
    bar: { itemStyle: { borderRadius: 2 }, barMaxWidth: 36 },
    tooltip: {
      backgroundColor: ink("--xh-surface"),
      borderColor: ink("--xh-line-strong"),
      textStyle: { color: ink("--xh-ink"), fontSize: 12 },
    },
  };
}

const DEFAULTS = {
  animationDuration: 300,
  aria: { enabled: true },
  grid: { left: 8, right: 16, top: 36, bottom: 8, containLabel: true },
  tooltip: { trigger: "axis", confine: true },
};

export function draw(root) {
  const figures = [...root.querySelectorAll("[data-chart]"), ...(root.matches?.("[data-chart]") ? [root] : [])];
  for (const figure of figures) {
    if (figure.dataset.drawn !== undefined) continue;
    const source = document.getElementById(figure.dataset.chart);
    if (source) drawOne(figure, JSON.parse(source.textContent));
  }
}

function drawOne(figure, option) {
  figure.dataset.drawn = "";
  registerTheme("xinheng", theme());
  const canvas = document.createElement("div");
  canvas.className = "xh-chart-drawing";
  canvas.setAttribute("aria-hidden", "true");
  figure.prepend(canvas);
  const locale = document.documentElement.lang.startsWith("zh") ? "ZH" : "EN";
  const chart = init(canvas, "xinheng", { renderer: "svg", locale });
  chart.setOption({ ...DEFAULTS, ...option });
  new ResizeObserver(() => chart.resize()).observe(canvas);
  chart.on("click", (point) => point.data?.href && window.location.assign(point.data.href));
  const table = asTable(option);
  if (table) figure.append(table);
}

const list = (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
const plain = (point) => (point !== null && typeof point === "object" && !Array.isArray(point) ? point.value : point);

/** The option's series as a table: a row a category, a column a series. */
function asTable(option) {
  const categories = [...list(option.xAxis), ...list(option.yAxis)].find((axis) => axis.data)?.data;
  const series = list(option.series).filter((one) => Array.isArray(one.data));
  if (!series.length) return null;
  const rows = new Map();
  series.forEach((one, column) => {
    one.data.forEach((point, index) => {
      const value = plain(point);
      const paired = Array.isArray(value);
      const name = String(paired && !categories ? value[0] : (point?.name ?? plain(categories?.[index]) ?? index + 1));
      if (!rows.has(name)) rows.set(name, Array(series.length).fill(""));
      rows.get(name)[column] = paired ? value.slice(categories ? 0 : 1).join(" / ") : (value ?? "");
    });
  });
  return tableOf(series.map((one) => one.name ?? ""), rows);
}

function tableOf(names, rows) {
  const details = document.createElement("details");
  details.className = "xh-chart-table";
  const summary = details.appendChild(document.createElement("summary"));
  summary.textContent = words("chartTable");
  const table = details.appendChild(document.createElement("table"));
  table.className = "table table-sm xh-table";
  const cell = (row, tag, text) => {
    row.appendChild(document.createElement(tag)).textContent = text;
  };
  const head = table.createTHead().insertRow();
  cell(head, "th", "");
  for (const name of names) cell(head, "th", name);
  const body = table.createTBody();
  for (const [name, values] of rows) {
    const row = body.insertRow();
    cell(row, "th", name);
    for (const value of values) cell(row, "td", typeof value === "number" ? value.toLocaleString() : value);
  }
  return details;
}
