// Unpacks plotly.js once a page, however often the first cell is run. Then the figures are drawn.
(function (packed) {
  // The reverse of Base85.Encode. What is missing of the last five digits counts as the highest.
  function decode(text) {
    const digits = [], bytes = new Uint8Array(Math.floor(text.length * 4 / 5));
    for (let code = 33, digit = 0; code < 127; code++) {
      if (!"\"$&'<>\\`{".includes(String.fromCharCode(code))) digits[code] = digit++;
    }
    for (let from = 0, to = 0; from < text.length; from += 5, to += 4) {
      let number = 0;
      for (let i = from; i < from + 5; i++) number = number * 85 + (i < text.length ? digits[text.charCodeAt(i)] : 84);
      for (let i = 0; i < 4; i++) bytes[to + i] = number >>> (24 - 8 * i);
    }
    return bytes;
  }

  async function unpack() {
    const text = await new Response(new Blob([decode(packed)]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
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
