// Draws the figures of a page with plotly.js: in the page's own colours and in its width, now and whenever those change.
(function () {
  const waiting = window.networkingCourseFigures || [];
  if (waiting.drawing) { return; }

  function colours(element) {
    const ink = getComputedStyle(element).color;
    const thinned = share => ink.replace(/^rgba?\(([^,]+),([^,]+),([^,)]+).*$/, `rgba($1,$2,$3,${share})`);
    return { ink, faint: thinned(0.18), button: thinned(0.65) };
  }

  function dress(layout, element) {
    const { ink, faint, button } = colours(element);
    const dressed = {
      ...layout,
      font: { ...layout.font, color: ink },
      modebar: { ...layout.modebar, color: button, activecolor: ink },
      // What a reader zoomed or hid remains so when the colours or the width change.
      uirevision: "kept",
    };
    for (const key of Object.keys(layout)) {
      if (/^[xy]axis\d*$/.test(key)) {
        dressed[key] = { ...layout[key], gridcolor: faint, linecolor: ink, tickcolor: ink, zerolinecolor: faint };
      }
    }
    return dressed;
  }

  // The colour "ink" in a trace stands for the page's own colour of text.
  function inked(value, ink, name) {
    if (name === "color" && value === "ink") { return ink; }
    if (Array.isArray(value)) { return value.map(item => inked(item, ink, name)); }
    if (value && typeof value === "object") { return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inked(item, ink, key)])); }
    return value;
  }

  // From here to narrowed: charts on narrow pages, on which panels side by side have no room for their texts. All lengths are
  // in pixels.
  const size = { title: 15, panel: 13, text: 12, tick: 11 };
  const lineHeight = 1.3;
  const rightMargin = 14;
  const pen = document.createElement("canvas").getContext("2d");

  function widthOf(text, fontSize, weight = "normal") {
    pen.font = `${weight} ${fontSize}px system-ui, sans-serif`;
    return pen.measureText(text).width;
  }

  const plain = title => title.text.replace(/<[^>]*>/g, "");

  // Whether the page is too narrow for the panels side by side, or for the title in one line. On most computers it never is.
  // What is hidden has the width 0, and is drawn again when it is shown.
  function isNarrow(width, layout) {
    const panels = Object.keys(layout).filter(key => /^xaxis\d*$/.test(key)).length;
    const needed = Math.max(600, 200 * panels, widthOf(plain(layout.title), 17, "bold") + 110);
    return width > 0 && width < Math.min(800, needed);
  }

  // The lines of a text, broken at spaces and after hyphens. A word that is wider than the room has a line of its own.
  function lines(text, room, fontSize, weight) {
    const found = [""];
    for (const word of text.split(/(?<=\s|\w-)/)) {
      const longer = found[found.length - 1] + word;
      if (longer !== word && widthOf(longer.trimEnd(), fontSize, weight) > room) { found.push(word); }
      else { found[found.length - 1] = longer; }
    }
    return found.map(line => line.trim());
  }

  const broken = (...text) => lines(...text).join("<br>");
  const heightOf = (text, fontSize) => text ? text.split("<br>").length * fontSize * lineHeight : 0;

  // The panels of a figure, from left to right. A panel whose vertical axis is like the first one's leaves its texts out.
  function panelsOf(layout) {
    const first = layout.yaxis;
    return Object.keys(layout).filter(key => /^xaxis\d*$/.test(key)).map(key => {
      const x = layout[key];
      const yKey = key.replace("x", "y");
      const y = layout[yKey];
      const [from, to] = x.domain || [0, 1];
      return {
        xKey: key,
        yKey,
        x,
        y: { ...y, title: y.title && y.title.text ? y.title : first.title, showticklabels: true },
        title: (layout.annotations || []).find(note => note.x >= from && note.x <= to),
      };
    });
  }

  const isNamed = axis => Boolean(axis.ticktext) && axis.type !== "log";

  // A row has room for the lines of its name; the height of other panels has nothing to do with the page's width.
  function plotHeight({ y }) {
    if (!isNamed(y)) { return 220; }
    const row = Math.max(26, ...y.ticktext.map(text => heightOf(text, size.tick) + 6));
    return Math.max(80, row * Math.abs(y.range[1] - y.range[0]));
  }

  const axisTitle = (axis, room) =>
    ({ ...axis.title, text: broken(axis.title.text, room, size.text), font: { size: size.text }, standoff: 6 });

  // About what plotly.js will need; it makes the margin wider itself if this is too little.
  function leftMargin({ y }, height) {
    const ticks = y.ticktext ? Math.max(...y.ticktext.flatMap(text => text.split("<br>")).map(text => widthOf(text, size.tick))) : 32;
    return ticks + 14 + (y.title ? heightOf(broken(y.title.text, height, size.text), size.text) + 6 : 0);
  }

  // Texts along a horizontal axis stay level, so there are only as many of them as have room beside each other.
  function levelTicks(axis, room) {
    if (isNamed(axis)) {
      const slot = room / Math.abs(axis.range[1] - axis.range[0]) - 6;
      const ticktext = axis.ticktext.map(text => broken(text, slot, size.tick));
      const fits = ticktext.every(text => text.split("<br>").every(line => widthOf(line, size.tick) <= slot));
      return fits ? { ticktext, tickangle: 0 } : { tickangle: -90 };
    }
    if (axis.type === "log") {
      const decade = room / (axis.range[1] - axis.range[0]);
      const places = axis.tickvals.map((value, i) => ({ at: Math.log10(value) * decade, half: widthOf(axis.ticktext[i], size.tick) / 2 }));
      const fits = places.every((place, i) => i === 0 || place.at - place.half > places[i - 1].at + places[i - 1].half + 4);
      const kept = axis.tickvals.map((value, i) => i).filter(i => fits || Number.isInteger(Math.log10(axis.tickvals[i])));
      return { tickvals: kept.map(i => axis.tickvals[i]), ticktext: kept.map(i => axis.ticktext[i]), tickangle: 0 };
    }
    // An axis that counts in ones, such as clients, does so only while there is room for it.
    const counts = axis.dtick && room / Math.abs(axis.range[1] - axis.range[0]) / axis.dtick > 22;
    return { ...(counts ? {} : { tick0: undefined, dtick: undefined, nticks: Math.floor(room / 55) }), tickangle: 0 };
  }

  // What stands below a panel: the texts along its axis, and that axis's title. If that has several lines, plotly.js moves it
  // down by the height of all but one.
  function depthBelow(x) {
    const ticks = x.tickangle ? Math.max(...x.ticktext.map(text => widthOf(text, size.tick)))
      : Math.max(...(x.ticktext || [""]).map(text => heightOf(text || " ", size.tick)));
    const title = heightOf(x.title.text, size.text);
    return ticks + title + Math.max(0, title - size.text * lineHeight) + 22;
  }

  // The height of a legend that goes on in a next row when a row is full, as plotly.js lays it out: 45 for each entry's mark.
  function legendHeight(names, room) {
    let [total, row, used] = [20, 0, 0];
    for (const name of names) {
      const width = 45 + Math.max(...name.split("<br>").map(line => widthOf(line, size.text)));
      if (used > 0 && used + width > room) { [total, row, used] = [total + row, 0, 0]; }
      [row, used] = [Math.max(row, heightOf(name, size.text) + 4), used + width];
    }
    return total + row;
  }

  // The figure for a narrow page: panels below each other, each with all its texts; the legend below them; long texts in lines.
  function narrowed({ data, layout, config }, width) {
    const panels = panelsOf(layout);
    for (const panel of panels) {
      const { y } = panel;
      if (isNamed(y)) { y.ticktext = y.ticktext.map(text => broken(text, 0.36 * width, size.tick)); }
      panel.height = plotHeight(panel);
      // Even an empty title would take room.
      y.title = y.title && y.title.text ? axisTitle(y, panel.height) : undefined;
    }
    const left = Math.max(...panels.map(panel => leftMargin(panel, panel.height)));
    const room = width - left - rightMargin;
    for (const panel of panels) {
      // In the middle below its panel, a title may be wider than that by both margins.
      const title = axisTitle(panel.x, room + 2 * rightMargin - 12);
      panel.x = { ...panel.x, ...levelTicks(panel.x, room), title };
      if (panel.title) { panel.title = { ...panel.title, text: broken(panel.title.text, room, size.panel) }; }
    }

    // From the top of the first panel's plot downwards.
    let bottom = 0;
    panels.forEach((panel, i) => {
      const gap = i === 0 ? 0 : depthBelow(panels[i - 1].x) + heightOf(panel.title && panel.title.text, size.panel) + 8;
      panel.top = bottom + gap;
      bottom = panel.top + panel.height;
    });
    const share = y => 1 - y / bottom;

    const title = broken(plain(layout.title), width - 12, size.title, "bold");
    const traces = data.map(trace => ({ ...trace, name: broken(trace.name, room - 50, size.text) }));
    const names = traces.filter(trace => trace.showlegend !== false).map(trace => trace.name);
    const top = heightOf(title, size.title) + heightOf(panels[0].title && panels[0].title.text, size.panel) + 22;
    const below = depthBelow(panels[panels.length - 1].x);
    const margin = { l: left, r: rightMargin, t: top, b: below + legendHeight(names, room) };
    const height = margin.t + bottom + margin.b;
    const axes = panels.flatMap(panel => {
      // A finger that moves over the chart scrolls the page.
      const common = { tickfont: { size: size.tick }, fixedrange: true, automargin: true };
      return [
        [panel.xKey, { ...panel.x, ...common, domain: [0, 1] }],
        [panel.yKey, { ...panel.y, ...common, domain: [share(panel.top + panel.height), share(panel.top)] }],
      ];
    });
    return {
      data: traces,
      layout: {
        ...layout,
        ...Object.fromEntries(axes),
        title: {
          ...layout.title,
          text: `<b>${title}</b>`,
          font: { ...layout.title.font, size: size.title },
          ...{ xref: "container", x: 0, xanchor: "left", pad: { l: 4 } },
          // This places the baseline of its first line, however many follow.
          ...{ yref: "container", y: 1 - (size.title + 4) / height, yanchor: "bottom" },
        },
        annotations: panels.filter(panel => panel.title).map(panel => ({
          ...panel.title,
          font: { ...panel.title.font, size: size.panel },
          ...{ x: 0, xanchor: "left", align: "left", y: share(panel.top), yanchor: "bottom" },
        })),
        font: { ...layout.font, size: size.text },
        legend: { ...layout.legend, x: 0, y: -below / bottom, tracegroupgap: 0 },
        height,
        margin,
        dragmode: false,
      },
      config: { ...config, displayModeBar: false },
    };
  }

  // What plotly.js gets. With both width and height given, it leaves following the page's width to this script.
  function prepared(specification, element) {
    const width = element.clientWidth;
    const { data, layout, config } = isNarrow(width, specification.layout) ? narrowed(specification, width) : specification;
    const dressed = dress(layout, element);
    return [element, inked(data, colours(element).ink), width > 0 ? { ...dressed, width } : dressed, config];
  }

  const drawn = new Map();

  function draw(id, specification, attempts) {
    const element = document.getElementById(id);
    if (!element) {
      // Some front ends run a script before its output is on the page.
      if (attempts > 0) { requestAnimationFrame(() => draw(id, specification, attempts - 1)); }
      return;
    }
    element.replaceChildren();
    drawn.set(id, { specification, width: element.clientWidth });
    Plotly.newPlot(...prepared(specification, element)).then(() => element.setAttribute("data-drawn", "true"));
    widths.observe(element);
  }

  function redraw(id) {
    const element = document.getElementById(id);
    if (!element) {
      drawn.delete(id);
      return;
    }
    const { specification, width } = drawn.get(id);
    drawn.set(id, { specification, width: element.clientWidth });
    // plotly.js does not move everything when the panels change places; then it begins anew.
    const [before, now] = [width, element.clientWidth].map(at => isNarrow(at, specification.layout));
    if (before !== now) { Plotly.purge(element); }
    Plotly.react(...prepared(specification, element));
  }

  const redrawAll = () => [...drawn.keys()].forEach(redraw);

  // A window is resized, a phone is turned, a sidebar or a slide is opened.
  const widths = new ResizeObserver(entries => requestAnimationFrame(() => {
    for (const { target } of entries) {
      if (target.clientWidth > 0 && drawn.has(target.id) && drawn.get(target.id).width !== target.clientWidth) { redraw(target.id); }
    }
  }));

  window.networkingCourseFigures = { drawing: true, push: ([id, specification]) => draw(id, specification, 60) };
  waiting.forEach(window.networkingCourseFigures.push);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawAll);
  new MutationObserver(redrawAll).observe(document.body, { attributes: true, attributeFilter: ["class", "data-jp-theme-name", "data-vscode-theme-id"] });
})();
