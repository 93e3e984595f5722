// Searches titles and text. The index is a script beside this one, loaded when it is first needed: a page that was opened as a
// file may load scripts, and nothing else.
(function () {
  const top = document.documentElement.dataset.top;
  const field = document.getElementById("search");
  const list = document.getElementById("found");
  let chosen = -1;
  let shownFor = "";

  function load() {
    load.done = load.done || new Promise(resolve => {
      const script = document.createElement("script");
      script.src = `${top}assets/search-index.js`;
      script.onload = resolve;
      // The next search tries again.
      script.onerror = () => { load.done = undefined; resolve(); };
      document.head.append(script);
    });
    return load.done;
  }

  // Every word must occur. A word in a title counts more than one in the text.
  function rank(entry, words) {
    let sum = 0;
    for (const word of words) {
      const points = (entry.t.toLowerCase().includes(word) ? 8 : 0) + (entry.h.toLowerCase().includes(word) ? 12 : 0)
        + Math.min(4, entry.x.toLowerCase().split(word).length - 1);
      if (points === 0) { return 0; }
      sum += points;
    }
    return sum;
  }

  // The text around the first of the words that is in it, from a whole word to a whole word, with all of the words marked.
  function excerpt(text, words) {
    const lower = text.toLowerCase();
    const hits = words.map(word => lower.indexOf(word)).filter(at => at >= 0);
    const hit = hits.length > 0 ? Math.min(...hits) : 0;
    const from = hit < 50 ? 0 : text.lastIndexOf(" ", hit - 40) + 1;
    const until = text.length <= from + 130 ? text.length : text.lastIndexOf(" ", from + 130);
    const shown = text.slice(from, Math.max(until, hit + 1));
    const parts = shown.split(new RegExp(`(${words.map(word => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")})`, "i"));
    // The odd ones are what was searched for.
    const marked = parts.map((part, i) => i % 2 ? Object.assign(document.createElement("mark"), { textContent: part }) : part);
    return [from > 0 ? "… " : "", ...marked, until < text.length ? " …" : ""];
  }

  function choose(index) {
    chosen = index;
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", i === index));
    field.setAttribute("aria-activedescendant", index < 0 ? "" : `found-${index}`);
    list.children[index]?.scrollIntoView({ block: "nearest" });
  }

  function show(entries, words) {
    list.replaceChildren(...entries.map((entry, i) => {
      const item = document.createElement("li");
      Object.assign(item, { id: `found-${i}`, role: "option" });
      const title = document.createElement("b");
      title.textContent = entry.h === entry.t ? entry.t : `${entry.t}: ${entry.h}`;
      const text = document.createElement("span");
      text.append(...excerpt(entry.x, words));
      item.append(title, text);
      item.addEventListener("mousedown", () => { location.href = top + entry.u; });
      item.dataset.link = top + entry.u;
      return item;
    }));
    if (entries.length === 0 && words.length > 0) {
      list.innerHTML = '<li class="nothing" role="option" aria-disabled="true">Nothing found</li>';
    }
    const open = words.length > 0;
    list.hidden = !open;
    field.setAttribute("aria-expanded", open);
    choose(entries.length > 0 ? 0 : -1);
  }

  async function search() {
    const text = field.value;
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    await load();
    const ranked = (words.length ? window.bookIndex || [] : []).map(entry => [rank(entry, words), entry]);
    show(ranked.filter(([points]) => points > 0).sort((a, b) => b[0] - a[0]).slice(0, 12).map(([, entry]) => entry), words);
    shownFor = text;
  }

  // Enter may come before the list is up to date: while the index is loading, it is that of an earlier text.
  async function follow() {
    if (field.value !== shownFor) { await search(); }
    const link = list.children[chosen]?.dataset.link;
    if (link) {
      location.href = link;
      close();
    }
  }

  function close() { show([], []); }

  field.addEventListener("input", search);
  field.addEventListener("focus", load);
  field.addEventListener("blur", close);
  field.addEventListener("keydown", event => {
    const count = list.querySelectorAll("[data-link]").length;
    if (event.key === "ArrowDown" && count) { choose((chosen + 1) % count); event.preventDefault(); }
    if (event.key === "ArrowUp" && count) { choose((chosen + count - 1) % count); event.preventDefault(); }
    if (event.key === "Enter") { follow(); }
    if (event.key === "Escape") { field.value = ""; close(); }
  });
  addEventListener("keydown", event => {
    if (event.key === "/" && !/^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) {
      field.focus();
      event.preventDefault();
    }
  });
})();
