// Unpacks plotly.js once a page, however often the first cell is run. Then the figures are drawn.
(function (packed) {
  async function unpack() {
    const bytes = Uint8Array.from(atob(packed), letter => letter.charCodeAt(0));
    const text = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
    const script = document.createElement("script");
    // plotly.js registers with an AMD loader, such as the classic notebook's, instead of setting a global. So the loader is
    // hidden from it.
    script.textContent = `(function (define, module, exports) {\n${text}\n}).call(window);`;
    // An inline script runs at once, and is allowed wherever this one is; a script from a URL may not be.
    document.head.append(script);
    script.remove();
  }
  window.networkingCoursePlotly = window.networkingCoursePlotly || (window.Plotly ? Promise.resolve() : unpack());
  window.networkingCoursePlotly.then(() => {
/* draw */
  });
})("packed text");
