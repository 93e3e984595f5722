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
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const folded = target?.closest("details") || (target?.id === "solutions" && target.parentElement.querySelector(".solutions"));
    if (folded && !folded.open) {
      folded.open = true;
      target.scrollIntoView();
    }
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

  // So is a picture. Its letters are about a 70th of its width.
  const narrow = matchMedia("(max-width: 40em)");
  for (const picture of document.querySelectorAll("main p > img:only-child")) {
    const frame = document.createElement("span");
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "size" });
    picture.replaceWith(frame);
    frame.className = "framed";
    frame.append(picture);
    frame.after(button);
    const fitPicture = () => {
      button.hidden = !narrow.matches;
      if (!narrow.matches) { frame.classList.remove("own-size"); }
      button.textContent = frame.classList.contains("own-size") ? "Fit this picture to the page" : "Show this picture larger";
    };
    button.onclick = () => { frame.classList.toggle("own-size"); fitPicture(); reach(); };
    narrow.addEventListener("change", fitPicture);
    fitPicture();
  }

  // A table that is slightly too wide gets smaller letters, and its cells more lines. On a phone, that is only done where it is
  // enough: for tables of few columns.
  function tighten() {
    for (const frame of document.querySelectorAll(".course-scroll:has(> table)")) {
      const isTooWide = () => frame.scrollWidth > frame.clientWidth + 1;
      const columns = frame.querySelector("tr").children.length;
      frame.classList.remove("tight");
      frame.classList.toggle("tight", isTooWide() && (!narrow.matches || columns <= 4));
      if (narrow.matches && isTooWide()) { frame.classList.remove("tight"); }
    }
  }

  // What scrolls sideways can be reached by the keyboard.
  const scrolling = "pre, .wide, .course-scroll, .output, .framed";
  function reach() {
    tighten();
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
