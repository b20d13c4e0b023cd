
// Only adds to a page that reads well without it: theme, print, filter, sort, copy. It writes text, never markup, and asks nobody.
"use strict";
(() => {
  const find = (selector, within = document) => [...within.querySelectorAll(selector)];
  const root = document.documentElement;
  for (const part of find(".tools, .filter, .copy")) part.hidden = false;

  const theme = document.getElementById("theme");
  const dark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const label = () => { theme.textContent = dark() ? "Light theme" : "Dark theme"; };
  theme.addEventListener("click", () => { root.dataset.theme = dark() ? "light" : "dark"; label(); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", label);
  label();

  document.getElementById("print").addEventListener("click", () => print());
  // Browsers that cannot unfold by style alone: unfold for the printer, fold again afterwards.
  let unfolded = [];
  addEventListener("beforeprint", () => { unfolded = find("details:not([open])"); for (const each of unfolded) each.open = true; });
  addEventListener("afterprint", () => { for (const each of unfolded) each.open = false; });

  const unfold = document.getElementById("unfold");
  if (unfold) {
    let all = false;
    unfold.addEventListener("click", () => {
      all = !all;
      for (const each of find("details.claim")) each.open = all;
      unfold.textContent = all ? "Hide all evidence" : "Show all evidence";
    });
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest(".copy");
    if (!button) return;
    const code = button.previousElementSibling;
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    } catch {
      // The browser keeps its clipboard to itself: select the command, so that one key copies it.
      getSelection().selectAllChildren(code);
    }
  });

  const table = document.getElementById("inventory");
  if (!table) return;
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const words = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const text = document.getElementById("filter-text");
  const verdict = document.getElementById("filter-verdict");
  const shown = document.getElementById("filter-count");
  const filter = () => {
    const wanted = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let many = 0;
    for (const row of rows) {
      const fits = (!verdict.value || row.dataset.verdict === verdict.value) && wanted.every((word) => words.get(row).includes(word));
      row.hidden = !fits;
      many += fits;
    }
    shown.textContent = `${many.toLocaleString("en")} shown`;
  };
  text.addEventListener("input", filter);
  verdict.addEventListener("change", filter);
  document.getElementById("filter").addEventListener("submit", (event) => event.preventDefault());

  const key = (row, column) => { const cell = row.cells[column]; return "sort" in cell.dataset ? Number(cell.dataset.sort) : cell.textContent.trim(); };
  const compare = (a, b) => (typeof a === "number" ? a - b : a.localeCompare(b, "en", { numeric: true }));
  const headings = find("thead th", table);
  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = heading.textContent;
    heading.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = heading.getAttribute("aria-sort") === "ascending";
      for (const other of headings) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", down ? "descending" : "ascending");
      const keys = new Map(rows.map((row) => [row, key(row, column)]));
      rows.sort((a, b) => (down ? -1 : 1) * compare(keys.get(a), keys.get(b)));
      body.append(...rows);
    });
  });
})();
