// The contents are open where there is room for them, and what a link leads to is unfolded.
(function () {
  const contents = document.querySelector(".contents details");
  const wide = matchMedia("(min-width: 70em)");
  const fit = () => { contents.open = wide.matches; };
  wide.addEventListener("change", fit);
  fit();
  const here = contents.querySelector("[aria-current]");
  if (here && wide.matches) { contents.parentElement.scrollTop = here.offsetTop - 200; }

  function unfold() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const folded = target && (target.closest("details") || target.parentElement.querySelector("details.solutions"));
    if (folded && target.id === "solutions") { folded.open = true; }
  }
  addEventListener("hashchange", unfold);
  unfold();

  // A drawing is as narrow as the page. Where that makes its letters too small to read, a button shows it in its own size. A
  // drawing's own style says how wide it must be to be read, which the book's style sheet overrides.
  const fitDrawing = frame => {
    const isLarge = frame.classList.contains("own-size");
    const button = frame.nextElementSibling;
    button.hidden = !isLarge && frame.clientWidth >= parseFloat(frame.firstElementChild.style.minWidth);
    button.textContent = isLarge ? "Fit this drawing to the page" : "Show this drawing larger";
  };
  const widths = new ResizeObserver(changes => { changes.forEach(change => fitDrawing(change.target)); reach(); });
  for (const drawing of document.querySelectorAll(".output :is(.course-ladder, .course-network) .course-scroll > svg")) {
    const frame = drawing.parentElement;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "size";
    button.onclick = () => { frame.classList.toggle("own-size"); fitDrawing(frame); reach(); };
    frame.after(button);
    widths.observe(frame);
  }

  // What scrolls sideways can be reached by the keyboard.
  const scrolling = "pre, .wide, .course-scroll, .output";
  function reach() {
    for (const element of document.querySelectorAll(scrolling)) {
      if (element.scrollWidth > element.clientWidth && getComputedStyle(element).overflowX === "auto") { element.tabIndex = 0; }
      else { element.removeAttribute("tabindex"); }
    }
  }
  addEventListener("resize", reach);
  addEventListener("toggle", reach, true);
  addEventListener("load", reach);
  reach();
})();
