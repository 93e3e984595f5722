// The reader's choice of light or dark, made before the page is drawn. Without one, the system's applies.
(function () {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  // A browser may forbid a page to remember anything.
  const remembered = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
  const remember = theme => { try { localStorage.setItem("theme", theme); } catch { /* Then it holds for this page. */ } };
  const current = () => root.dataset.theme || (system.matches ? "dark" : "light");
  if (remembered()) { root.dataset.theme = remembered(); }

  addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    // The script that draws charts looks at the body's class.
    const show = () => {
      document.body.className = `${document.body.className.replace(/\b(light|dark)\b/, "")} ${current()}`.trim();
      button.textContent = current() === "dark" ? "Light" : "Dark";
    };
    button.addEventListener("click", () => {
      root.dataset.theme = current() === "dark" ? "light" : "dark";
      remember(root.dataset.theme);
      show();
    });
    system.addEventListener("change", show);
    show();
  });
})();
