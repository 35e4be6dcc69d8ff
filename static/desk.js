// Shortcuts for the queue of the desk. Off until somebody switches them on for
// their browser, and heard only while a line of the queue has the focus, so that
// they take no key away from a screen reader or from a field (WCAG 2.1.4).

const key = "musharaka.desk.shortcuts";
let on = false;
try { on = localStorage.getItem(key) === "on"; } catch { /* storage is refused: they stay off */ }

// The switch, on the page that explains them.
document.querySelectorAll("[data-shortcuts]").forEach((box) => {
  const button = box.querySelector("button");
  const status = box.querySelector("[role=status]");
  const show = () => {
    button.textContent = on ? button.dataset.off : button.dataset.on;
    status.textContent = on ? status.dataset.isOn : status.dataset.isOff;
  };
  box.hidden = false;
  show();
  button.addEventListener("click", () => {
    on = !on;
    try { localStorage.setItem(key, on ? "on" : "off"); } catch { /* for this page alone */ }
    show();
  });
});

const queue = document.querySelector("[data-queue]");
const rows = queue ? [...queue.querySelectorAll("[data-row]")] : [];

// go puts the focus on the title of the line that is by so many further on.
const go = (row, by) => rows[rows.indexOf(row) + by]?.querySelector("[data-open]").focus();

const acts = {
  j: (row) => go(row, 1),
  k: (row) => go(row, -1),
  ArrowDown: (row) => go(row, 1),
  ArrowUp: (row) => go(row, -1),
  x: (row) => { const box = row.querySelector("input[type=checkbox]"); if (box) box.checked = !box.checked; },
  o: (row) => row.querySelector("[data-open]").click(),
  t: (row) => row.querySelector("[data-take]")?.click(),
  a: () => queue.querySelector("button[value=assign]")?.focus(),
};

queue?.addEventListener("keydown", (event) => {
  const row = event.target.closest("[data-row]");
  if (!on || !row || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  const act = acts[event.key];
  if (!act) return;
  event.preventDefault();
  act(row);
});
