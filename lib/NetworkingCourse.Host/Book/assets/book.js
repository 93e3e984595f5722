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
