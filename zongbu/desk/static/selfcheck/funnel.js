// The funnel of a screening: one bar per condition, drawn from the table beside it. ECharts comes as a global.

const COLOURS = ["#2f7d4a", "#d9a227", "#8a96a5"];

function draw(holder) {
  const table = document.getElementById(holder.dataset.funnel);
  const rows = [...table.tBodies[0].rows].map((row) => {
    const cells = [...row.cells].map((cell) => cell.textContent.trim());
    return { result: cells[0], condition: cells[1], counts: cells.slice(2).map((text) => Number(text.replaceAll(",", ""))) };
  });
  holder.hidden = false;
  holder.setAttribute("role", "img");
  holder.setAttribute("aria-label", table.caption.textContent);
  const narrow = holder.clientWidth < 560;
  const widest = Math.max(...rows.map((row) => row.counts.reduce((sum, count) => sum + count, 0)));
  const chart = window.echarts.init(holder, null, { height: rows.length * 30 + 70 });
  const names = [table.dataset.met, table.dataset.open, table.dataset.failing];
  chart.setOption({
    aria: { enabled: false },
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    color: COLOURS,
    legend: { top: 0, left: 0, data: names },
    grid: { left: 8, right: 24, top: 36, bottom: 8, containLabel: true },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      axisPointer: { type: "shadow" },
      formatter: (items) => {
        const row = rows[items[0].dataIndex];
        return [`${row.result}：${row.condition}`, ...items.map((item) => `${item.seriesName} ${item.value.toLocaleString()}`)].join("\n");
      },
    },
    xAxis: { type: "value", minInterval: 1, splitNumber: narrow ? 3 : 5, max: "dataMax", axisLabel: { showMaxLabel: !narrow, hideOverlap: true } },
    yAxis: {
      type: "category",
      inverse: true,
      data: rows.map((row) => `${row.result}｜${row.condition}`),
      axisTick: { show: false },
      axisLabel: {
        width: narrow ? 130 : 300,
        overflow: "truncate",
        color: "#1c2733",
        formatter: (label) => (narrow ? label.split("｜")[1] : label.replace("｜", " · ")),
      },
    },
    series: names.map((name, position) => ({
      name,
      type: "bar",
      stack: "all",
      barMaxWidth: 20,
      data: rows.map((row) => row.counts[position]),
      label: { show: position === 2 && !narrow, position: "inside", color: "#1c2733", formatter: (item) => (item.value > widest / 15 ? item.value.toLocaleString() : "") },
    })),
  });
  new ResizeObserver(() => chart.resize()).observe(holder);
}

for (const holder of document.querySelectorAll("[data-funnel]")) draw(holder);
