// How far money has gone, by measure or district: stacked bars, drawn from the table below. ECharts comes as a global.

const COLOURS = { paid: "#1b6e35", committed: "#0b57b3", reserved: "#d9a227" };
function draw(holder) {
  const table = document.getElementById(holder.dataset.finance);
  const rows = [...table.tBodies[0].rows];
  holder.hidden = false;
  holder.setAttribute("role", "img");
  holder.setAttribute("aria-label", table.caption.textContent);
  const narrow = holder.clientWidth < 560;
  const chart = window.echarts.init(holder, null, { height: rows.length * 34 + 80 });
  const parts = Object.keys(COLOURS);
  const shown = (value) => `${value.toLocaleString(undefined, { maximumFractionDigits: 2 })} ${holder.dataset.unit}`;
  chart.setOption({
    aria: { enabled: false },
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    color: Object.values(COLOURS),
    legend: { top: 0, left: 0, data: parts.map((part) => holder.dataset[part]) },
    grid: { left: 8, right: 32, top: 36, bottom: 8, containLabel: true },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      axisPointer: { type: "shadow" },
      formatter: (items) => [items[0].name, ...items.map((item) => `${item.seriesName} ${shown(item.value)}`)].join("\n"),
    },
    xAxis: {
      type: "value",
      splitNumber: narrow ? 2 : 4,
      axisLabel: { hideOverlap: true, alignMaxLabel: "right", formatter: (value) => `${value.toLocaleString()} ${holder.dataset.unit}` },
    },
    yAxis: {
      type: "category",
      inverse: true,
      data: rows.map((row) => row.dataset.title),
      axisTick: { show: false },
      axisLabel: { width: narrow ? 110 : 220, overflow: "truncate", color: "#1c2733" },
    },
    series: parts.map((part) => ({
      name: holder.dataset[part],
      type: "bar",
      stack: "all",
      barMaxWidth: 20,
      data: rows.map((row) => Number(row.dataset[part]) / Number(holder.dataset.factor)),
    })),
  });
  new ResizeObserver(() => chart.resize()).observe(holder);
}

for (const holder of document.querySelectorAll("[data-finance]")) draw(holder);
