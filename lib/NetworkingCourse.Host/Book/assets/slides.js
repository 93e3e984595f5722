// Slides: a section is shown in steps, each as full as the screen allows. The arrow keys left and right go from step to step;
// Page Down, Space and the arrow down first scroll on where a step is taller than the screen. Escape ends.
(function () {
  const main = document.getElementById("main");
  const sections = [...main.querySelectorAll(":scope > section[aria-labelledby]")];
  const button = document.getElementById("slides");
  let steps = [];
  let at = 0;
  let size = "";
  if (sections.length < 2) { button.hidden = true; return; }

  const corner = document.createElement("div");
  corner.className = "place";
  corner.hidden = true;
  corner.innerHTML = '<span class="more">more below ↓</span><span role="status"></span>'
    + '<button type="button" title="Escape" aria-label="Leave the slides">×</button>';
  document.body.append(corner);
  const [more, number, leave] = corner.children;

  const isOn = () => document.body.classList.contains("slides");
  const isBelow = () => document.documentElement.scrollHeight - innerHeight - scrollY > 4;
  const isAgain = index => index > 0 && steps[index - 1].includes(steps[index][0]);
  // How small the letters of a step may become so that it fits.
  const leastZoom = 0.78;
  const isCode = element => element.matches(".code, .setup");
  const first = index => isAgain(index) ? steps[index][1] : steps[index][0];

  const height = (from, to) => to.getBoundingClientRect().bottom - from.getBoundingClientRect().top;

  // The steps of a section, all of which is visible: lists of its elements. Each begins with the section's heading, which is
  // small in all steps but the first.
  function split(section, room, smallHeading) {
    const [heading, ...rest] = section.children;
    const fitsBelowSmallHeading = (elements, most = room) => height(elements[0], elements.at(-1)) + smallHeading <= most;
    // A code cell stays together with its output where both fit, if need be with smaller letters.
    const parts = [];
    for (const element of rest) {
      const before = parts.at(-1);
      const isOutput = element.matches(".output") && before?.length === 1 && isCode(before[0]);
      const goesOn = isOutput && fitsBelowSmallHeading([before[0], element], room / leastZoom);
      if (goesOn) { before.push(element); } else { parts.push([element]); }
    }

    const all = [[heading]];
    for (const part of parts) {
      const step = all.at(-1);
      const isFirst = all.length === 1;
      const fits = isFirst ? height(heading, part.at(-1)) <= room : fitsBelowSmallHeading([step[1], ...part]);
      if (fits || step.length === 1) {
        step.push(...part);
        continue;
      }

      // What is said right before a cell goes on with it.
      const lead = step.at(-1);
      const isLead = isCode(part[0]) && step.length > 2 && !isCode(lead) && !lead.matches(".output");
      all.push([heading, ...(isLead && fitsBelowSmallHeading([lead, ...part]) ? [step.pop()] : []), ...part]);
    }

    return all;
  }

  // A step with little on it goes together with a neighbour: where both fit, where they do so with slightly smaller letters,
  // or where the next one is taller than the screen anyway. If none does, it gets something of the step before it.
  function fill(all, room, smallHeading) {
    const cost = (step, before) => before?.includes(step[0]) && step.length > 1
      ? smallHeading + height(step[1], step.at(-1))
      : height(step[0], step.at(-1));
    const isLittle = at => cost(all[at], all[at - 1]) < 0.36 * room;
    const join = (one, next) => [...one, ...next.filter(element => !one.includes(element))];
    for (let at = 0; at < all.length; at++) {
      if (!isLittle(at)) { continue; }
      const [before, step, next] = [all[at - 1], all[at], all[at + 1]];
      const choices = [];
      const offer = (from, one, other, isTall) =>
        choices.push({ from, step: join(one, other), isSame: one[0] === other[0], isTall });
      if (next) { offer(at, step, next, cost(next, step) > room); }
      if (before) { offer(at - 1, before, step, false); }
      for (const choice of choices) { choice.cost = cost(choice.step, all[choice.from - 1]); }
      const best = choices.find(choice => choice.isSame && choice.cost <= room)
        || choices.filter(choice => choice.isSame && choice.cost <= room / leastZoom).sort((a, b) => a.cost - b.cost)[0]
        || choices.find(choice => choice.isSame && choice.isTall)
        || choices.find(choice => !choice.isSame && choice.cost <= room);
      if (best) {
        all.splice(best.from, 2, best.step);
        // What has been joined may still be little.
        at = best.from - 1;
        continue;
      }

      // What ends the step before it, a cell with its output or a block of text.
      const count = before?.at(-1).matches(".output") && isCode(before.at(-2)) ? 2 : 1;
      const moved = before?.slice(-count);
      if (before && before[0] === step[0] && before.length > count + 1
        && cost(before.slice(0, -count), all[at - 2]) > 0.36 * room && smallHeading + height(moved[0], step.at(-1)) <= room) {
        all.splice(at - 1, 2, before.slice(0, -count), [step[0], ...moved, ...step.slice(1)]);
      }
    }

    // A step that is slightly too tall gets smaller letters. The rounding of heights takes a few pixels.
    all.forEach((step, at) => {
      const share = 0.98 * room / cost(step, all[at - 1]);
      step.zoom = share < 0.98 && share >= 0.98 * leastZoom ? share : 1;
    });
    return all;
  }

  // The letters and marks of charts grow with the screen. Their widths are their own.
  const factor = () => Math.max(1.2, Math.min(2.4, innerHeight / 600));
  function larger(value, name) {
    if (typeof value === "number") { return /^([lrtb]|size|height)$/.test(name) ? value * factor() : value; }
    if (!value || typeof value !== "object" || ArrayBuffer.isView(value)) { return value; }
    // The points of a trace have no size of their own.
    if (Array.isArray(value)) { return typeof value[0] === "object" ? value.map(item => larger(item)) : value; }
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, larger(item, key)]));
  }

  // Whatever else draws a chart draws it as on a page, and it is enlarged after that.
  const charts = [...main.querySelectorAll(".course-figure > [role=img]")];
  const plainHeights = new WeakMap();
  const followed = new WeakSet();
  function enlarge(chart) {
    if (!chart.layout || !isOn() || plainHeights.has(chart.layout)) { return; }
    if (!followed.has(chart)) {
      followed.add(chart);
      chart.on("plotly_afterplot", () => enlarge(chart));
    }

    const layout = larger(chart.layout);
    plainHeights.set(layout, chart.layout.height);
    Plotly.react(chart, larger(chart.data), layout);
  }

  function keepRoom(on) {
    for (const chart of charts.filter(chart => chart.layout)) {
      chart.style.minHeight = on ? `${factor() * (plainHeights.get(chart.layout) || chart.layout.height)}px` : "";
    }
  }

  function arrange() {
    const style = getComputedStyle(main);
    size = `${innerWidth} ${innerHeight}`;
    main.style.setProperty("--larger", factor());
    main.classList.add("whole");
    main.style.zoom = "";
    keepRoom(true);
    // The rounding of heights takes a few pixels.
    const room = innerHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom) - 4;
    const smallHeading = 2.2 * parseFloat(style.fontSize);
    steps = fill(sections.flatMap(section => split(section, room, smallHeading)), room, smallHeading);
    main.classList.remove("whole");
  }

  function show(index, atItsEnd = false) {
    if (!steps[index]) { return; }
    at = index;
    const step = steps[at];
    sections.forEach(section => section.classList.toggle("shown", step.some(element => section.contains(element))));
    main.querySelectorAll(".on").forEach(element => element.classList.remove("on"));
    step.forEach(element => element.classList.add("on"));
    step[0].classList.toggle("again", isAgain(at));
    main.style.zoom = step.zoom || "";
    number.textContent = `${at + 1} / ${steps.length}`;
    charts.filter(chart => step.some(element => element.contains(chart))).forEach(enlarge);
    // Charts take the width of the screen, and what scrolls sideways can be reached by the keyboard.
    dispatchEvent(new Event("resize"));
    scrollTo(0, atItsEnd ? document.documentElement.scrollHeight : 0);
    sign();
  }

  const showWith = element => show(steps.findIndex(step => step.some(shown => shown.contains(element))));
  const sign = () => { more.hidden = !isBelow(); };

  function turn(on) {
    const all = [...main.querySelectorAll(":scope > section > *")];
    const visible = all.find(element => element.getBoundingClientRect().bottom > 80);
    document.body.classList.toggle("slides", on);
    button.setAttribute("aria-pressed", on);
    corner.hidden = !on;
    if (on) {
      arrange();
      showWith(visible || all.at(-1));
    } else {
      main.style.zoom = "";
      keepRoom(false);
      dispatchEvent(new Event("resize"));
      first(at).scrollIntoView();
    }
  }

  function scroll(direction, share) {
    const isMore = direction > 0 ? isBelow() : scrollY > 0;
    if (isMore) { scrollBy(0, direction * share * innerHeight); } else { show(at + direction, direction < 0); }
  }

  const keys = {
    ArrowRight: () => show(at + 1),
    ArrowLeft: () => show(at - 1),
    PageDown: () => scroll(1, 0.85),
    PageUp: () => scroll(-1, 0.85),
    ArrowDown: () => scroll(1, 0.25),
    ArrowUp: () => scroll(-1, 0.25),
    Home: () => show(0),
    End: () => show(steps.length - 1),
    Escape: () => turn(false),
  };

  // Fields keep all keys, and what scrolls by itself keeps those along it.
  function keeps(element, key) {
    const box = element.closest("[tabindex='0']");
    const isAcross = box && box.scrollWidth > box.clientWidth && /^Arrow(Left|Right)$/.test(key);
    const isAlong = box && box.scrollHeight > box.clientHeight && /^(Page|Arrow)(Up|Down)$/.test(key);
    return key !== "Escape" && (element.closest("input, select, textarea") || isAcross || isAlong);
  }

  button.addEventListener("click", () => { turn(!isOn()); button.blur(); });
  leave.addEventListener("click", () => turn(false));
  addEventListener("keydown", event => {
    const isSpace = event.key === " ";
    const key = isSpace ? (event.shiftKey ? "PageUp" : "PageDown") : event.key;
    const isOther = !isOn() || !keys[key] || event.ctrlKey || event.altKey || event.metaKey;
    if (isOther || keeps(event.target, key) || (isSpace && event.target.closest("a, button, summary"))) { return; }
    keys[key]();
    event.preventDefault();
  });
  addEventListener("scroll", sign);
  new ResizeObserver(sign).observe(main);
  addEventListener("resize", () => {
    if (isOn() && size !== `${innerWidth} ${innerHeight}`) {
      const element = first(at);
      arrange();
      showWith(element);
    }
  });
  addEventListener("hashchange", () => {
    const target = isOn() && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target) { showWith(target); }
  });
})();
