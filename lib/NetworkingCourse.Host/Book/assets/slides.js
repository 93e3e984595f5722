// Slides: one section a screen. The arrow keys, Page Up and Page Down go on and back, and Escape ends.
(function () {
  const sections = [...document.querySelectorAll("main > section")];
  const button = document.getElementById("slides");
  let at = 0;
  if (sections.length < 2) { button.hidden = true; return; }

  function show(index) {
    at = Math.max(0, Math.min(sections.length - 1, index));
    sections.forEach((section, i) => section.classList.toggle("shown", i === at));
    scrollTo(0, 0);
    // Charts take the width of the screen.
    dispatchEvent(new Event("resize"));
  }

  function turn(on) {
    document.body.classList.toggle("slides", on);
    button.setAttribute("aria-pressed", on);
    const visible = sections.findIndex(section => section.getBoundingClientRect().bottom > 80);
    if (on) { show(Math.max(0, visible)); } else { dispatchEvent(new Event("resize")); sections[at].scrollIntoView(); }
  }

  button.addEventListener("click", () => { turn(!document.body.classList.contains("slides")); button.blur(); });
  addEventListener("keydown", event => {
    if (!document.body.classList.contains("slides") || event.target.closest("input, pre[tabindex], [tabindex='0']")) { return; }
    const step = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 }[event.key];
    if (step) { show(at + step); event.preventDefault(); }
    if (event.key === "Home") { show(0); }
    if (event.key === "End") { show(sections.length - 1); }
    if (event.key === "Escape") { turn(false); }
  });
})();
