// The one script. Every page works without it; it only saves a step here and
// there: copying a link, counting characters, showing one's own menu on pages
// that are the same for everybody, keeping the number of signatures fresh.

const all = (selector, act) => document.querySelectorAll(selector).forEach(act);

// number writes n as the server does: thousands apart by a narrow space.
const number = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, "\u202f");

// A form came back with mistakes: begin reading there.
document.querySelector("[data-focus]")?.focus();

// Copy the link that stands in the field beside the button.
all("[data-copy]", (button) => {
  const field = document.getElementById(button.dataset.copy);
  const label = button.textContent;
  button.hidden = false;
  field.addEventListener("focus", () => field.select());
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      field.select();
      document.execCommand("copy");
    }
    button.textContent = button.dataset.done;
    button.setAttribute("aria-live", "polite");
    setTimeout(() => { button.textContent = label; }, 3000);
  });
});

// Say how many characters are left; to a screen reader only after a pause.
all("textarea[data-max]", (area) => {
  const shown = document.getElementById(area.id + "-limit");
  if (!shown) return;
  const spoken = document.createElement("span");
  spoken.className = "vh";
  spoken.setAttribute("aria-live", "polite");
  shown.after(spoken);
  let pause;
  const count = () => {
    const left = Number(area.dataset.max) - [...area.value].length;
    const sentence = left < 0 ? shown.dataset.over : shown.dataset.left;
    shown.textContent = sentence.replace("%", number(Math.abs(left)));
    shown.classList.toggle("over", left < 0);
    clearTimeout(pause);
    pause = setTimeout(() => { spoken.textContent = shown.textContent; }, 1000);
  };
  area.addEventListener("input", count);
});

// Public pages are the same for everybody; whoever is signed in gets their menu now.
all("a[data-menu]", async (link) => {
  try {
    const answer = await fetch(link.dataset.menu, { headers: { Accept: "text/html" } });
    if (answer.status !== 200 || answer.redirected) return;
    const box = document.createElement("template");
    box.innerHTML = await answer.text();
    const menu = box.content.querySelector(".menu");
    if (menu) link.replaceWith(menu);
  } catch {
    // The plain link stays.
  }
});

// A menu closes when one goes elsewhere.
addEventListener("click", (event) => all(".menu[open]", (menu) => {
  if (!menu.contains(event.target)) menu.open = false;
}));
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  all(".menu[open]", (menu) => {
    menu.open = false;
    menu.querySelector("summary").focus();
  });
});

// On a narrow window the filter link also folds its form away again.
all('a[href="#filters"]', (link) => link.addEventListener("click", (event) => {
  if (location.hash !== "#filters") return;
  event.preventDefault();
  location.hash = "";
}));

// A task of several pages should not be lost by a slip of the thumb.
all("form[data-unsaved]", (form) => {
  let changed = false;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  addEventListener("beforeunload", (event) => {
    if (!changed) return;
    event.preventDefault();
    event.returnValue = "";
  });
});

// One press sends once, however slow the network.
all("form[method=post]", (form) => {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
    setTimeout(() => { sent = false; }, 5000);
  });
});
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

// A page that asks to wait tries again by itself, and says so.
all("[data-again]", (note) => {
  note.hidden = false;
  setTimeout(() => location.reload(), 1000 * note.dataset.again);
});

// Keep the number of signatures fresh while somebody is looking.
all("[data-count-url]", (box) => {
  const show = (name, n) => {
    const place = box.querySelector(name);
    if (place && Number.isInteger(n)) place.textContent = number(n);
  };
  let wait = 15000;
  const ask = async () => {
    if (document.visibilityState === "visible") {
      try {
        const answer = await fetch(box.dataset.countUrl);
        if (!answer.ok) throw new Error(answer.status);
        const { count, supporters } = await answer.json();
        show("[data-count]", count);
        show("[data-supporters]", supporters);
        const bar = box.querySelector("progress");
        const threshold = Number(box.dataset.threshold);
        if (bar && threshold > 0) bar.value = Math.min(1000, Math.floor(1000 * count / threshold));
        wait = 15000;
      } catch {
        wait = Math.min(wait * 2, 240000);
      }
    }
    setTimeout(ask, wait);
  };
  setTimeout(ask, wait);
});
