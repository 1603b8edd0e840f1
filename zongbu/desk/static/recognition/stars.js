// The make-up of a score: one bar per indicator, drawn from the table beside it. ECharts comes as a global.

const COLOURS = ["#0b57b3", "#d5dce5"];

function draw(holder) {
  const table = document.getElementById(holder.dataset.breakdown);
  const rows = [...table.tBodies[0].rows].map((row) => ({
    title: row.dataset.title,
    got: Number(row.dataset.points || 0),
    lost: Math.max(0, Number(row.dataset.weight) - Number(row.dataset.points || 0)),
  }));
  holder.hidden = false;
  holder.setAttribute("role", "img");
  holder.setAttribute("aria-label", table.caption.textContent);
  const narrow = holder.clientWidth < 560;
  const chart = window.echarts.init(holder, null, { height: rows.length * 34 + 70 });
  const names = [table.dataset.got, table.dataset.lost];
  const shown = (value) => value.toLocaleString(undefined, { maximumFractionDigits: 2 });
  chart.setOption({
    aria: { enabled: false },
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    color: COLOURS,
    legend: { top: 0, left: 0, data: names },
    grid: { left: 8, right: 32, top: 36, bottom: 8, containLabel: true },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      axisPointer: { type: "shadow" },
      formatter: (items) => [items[0].name, ...items.map((item) => `${item.seriesName} ${shown(item.value)}`)].join("\n"),
    },
    xAxis: { type: "value", splitNumber: narrow ? 3 : 5 },
    yAxis: {
      type: "category",
      inverse: true,
      data: rows.map((row) => row.title),
      axisTick: { show: false },
      axisLabel: { width: narrow ? 110 : 220, overflow: "truncate", color: "#1c2733" },
    },
    series: ["got", "lost"].map((part, position) => ({
      name: names[position],
      type: "bar",
      stack: "all",
      barMaxWidth: 20,
      data: rows.map((row) => row[part]),
    })),
  });
  new ResizeObserver(() => chart.resize()).observe(holder);
}

for (const holder of document.querySelectorAll("[data-breakdown]")) draw(holder);
