// The districts of the city, coloured by the numbers of the table beside. ECharts comes as a global.

async function draw(holder) {
  const table = document.getElementById(holder.dataset.map);
  const rows = [...table.tBodies[0].rows].map((row) => ({
    code: row.dataset.code,
    name: row.cells[0].textContent.trim(),
    value: Number(row.cells[1].textContent.replaceAll(",", "")),
  }));
  const answer = await fetch(holder.dataset.boundaries);
  if (!answer.ok) return;
  const boundaries = await answer.json();
  const named = new Map(rows.map((row) => [row.code, row]));
  for (const feature of boundaries.features) {
    const row = named.get(String(feature.properties.adcode));
    if (row) feature.properties.name = row.name;
  }
  holder.hidden = false;
  holder.setAttribute("role", "img");
  holder.setAttribute("aria-label", table.caption.textContent);
  window.echarts.registerMap("districts", boundaries);
  const chart = window.echarts.init(holder);
  const largest = Math.max(...rows.map((row) => row.value), 1);
  chart.setOption({
    aria: { enabled: false },
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    tooltip: {
      renderMode: "richText",
      formatter: (item) => `${item.name} ${Number.isFinite(item.value) ? item.value.toLocaleString() : 0} ${holder.dataset.unit}`,
    },
    visualMap: {
      min: 0,
      max: largest,
      left: 0,
      bottom: 0,
      itemHeight: 90,
      precision: 0,
      calculable: false,
      inRange: { color: ["#eef3f9", "#a9c6e8", "#5b93d0"] },
      text: [largest.toLocaleString(), "0"],
    },
    series: [
      {
        type: "map",
        map: "districts",
        data: rows.map((row) => ({ name: row.name, value: row.value })),
        selectedMode: false,
        itemStyle: { borderColor: "#7c8897", borderWidth: 0.8 },
        label: {
          show: true,
          fontSize: 11,
          color: "#1c2733",
          textBorderColor: "#fff",
          textBorderWidth: 3,
          formatter: (item) => (Number.isFinite(item.value) ? `${item.name}\n${item.value}` : item.name),
        },
        labelLayout: { hideOverlap: true },
        emphasis: { itemStyle: { areaColor: "#f5d27a" }, label: { color: "#1c2733" } },
      },
    ],
  });
  new ResizeObserver(() => chart.resize()).observe(holder);
}

for (const holder of document.querySelectorAll("[data-map]")) draw(holder);
