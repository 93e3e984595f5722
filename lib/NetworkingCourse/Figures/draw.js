// Draws the figures of a page with plotly.js, in the page's own colours, now and whenever those change.
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
    const dressed = Object.assign({}, layout, { font: Object.assign({}, layout.font, { color: ink }), modebar: Object.assign({}, layout.modebar, { color: button, activecolor: ink }) });
    // A title that is too long for a narrow page continues on a second line, in smaller letters.
    const title = layout.title && layout.title.text;
    const letters = Math.floor((element.clientWidth - 40) / 8);
    if (title && element.clientWidth > 0 && element.clientWidth < 600 && title.length > letters) {
      const lines = title.replace(/<[^>]*>/g, "").match(new RegExp(`.{1,${letters}}(?=\\s|$)\\s?`, "g")) || [title];
      dressed.title = Object.assign({}, layout.title, {
        text: `<b>${lines.join("<br>")}</b>`,
        font: Object.assign({}, layout.title.font, { size: 13 }),
        x: 0.02,
        xanchor: "left",
        xref: "container",
      });
    }
    for (const key of Object.keys(layout)) {
      if (/^[xy]axis\d*$/.test(key)) {
        dressed[key] = Object.assign({}, layout[key], { gridcolor: faint, linecolor: ink, tickcolor: ink, zerolinecolor: faint });
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

  const drawn = new Map();

  function draw(id, specification, attempts) {
    const element = document.getElementById(id);
    if (!element) {
      // Some front ends run a script before its output is on the page.
      if (attempts > 0) { requestAnimationFrame(() => draw(id, specification, attempts - 1)); }
      return;
    }
    element.replaceChildren();
    drawn.set(id, specification);
    Plotly.newPlot(element, inked(specification.data, colours(element).ink), dress(specification.layout, element), specification.config)
      .then(() => element.setAttribute("data-drawn", "true"));
  }

  function redrawAll() {
    for (const [id, specification] of drawn) {
      const element = document.getElementById(id);
      if (element) { Plotly.react(element, inked(specification.data, colours(element).ink), dress(specification.layout, element), specification.config); }
      else { drawn.delete(id); }
    }
  }

  window.networkingCourseFigures = { drawing: true, push: ([id, specification]) => draw(id, specification, 60) };
  waiting.forEach(window.networkingCourseFigures.push);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawAll);
  new MutationObserver(redrawAll).observe(document.body, { attributes: true, attributeFilter: ["class", "data-jp-theme-name", "data-vscode-theme-id"] });
})();
