// Keeps the total of a ballot up to date while it is filled in. Without this
// script the button "Add up again" does the same.

const form = document.querySelector("form[data-ballot]");
if (form) {
  const { ballot: kind, most, money, points, unit } = form.dataset;
  const box = form.querySelector(".sum");
  const shown = (key) => box.querySelector(`[data-sum="${key}"]`);
  // In Arabic a mark keeps the minus sign on the left of its number.
  const minus = (document.documentElement.dir === "rtl" ? "\u200e" : "") + "\u2212";
  const grouped = (n) => (n < 0 ? minus : "") + String(Math.abs(n)).replace(/\B(?=(\d{3})+$)/g, "\u202f");

  // amount writes minor units with all their decimals, as the server does.
  const point = document.documentElement.lang.startsWith("en") ? "." : ",";
  const amount = (minor) => {
    const whole = Math.floor(Math.abs(minor) / unit);
    const rest = String(Math.abs(minor) % unit).padStart(String(unit).length - 1, "0");
    return (minor < 0 ? minus : "") + grouped(whole) + point + rest;
  };
  const write = (key, text) => {
    const cell = shown(key);
    if (cell) cell.textContent = cell.textContent.replace(/\u200e?[\u2212-]?\d+(?:[\u202f\u00a0]\d{3})*(?:[.,]\d+)?/, text);
  };

  // say shows the sentence that is true of the total now: the server decided by
  // the same rules which one it was (ballot_says.go).
  const say = (key) => {
    box.querySelectorAll("[data-say]").forEach((p) => { p.hidden = p.dataset.say !== key; });
    box.querySelectorAll("[data-over]").forEach((p) => p.remove());
    box.classList.toggle("over", key === "over");
  };
  const blank = form.querySelector("[name=blank]");

  const count = (changed) => {
    let chosen = 0;
    let cheapest = Infinity; // of the projects not chosen
    let cost = 0;
    let given = 0;
    form.querySelectorAll("[name=pick]").forEach((field) => {
      const on = field.type === "checkbox" || field.type === "radio" ? field.checked : field.value !== "";
      if (!on) {
        cheapest = Math.min(cheapest, Number(field.closest("li").dataset.cost));
        return;
      }
      chosen++;
      cost += Number(field.closest("li").dataset.cost);
      if (kind === "points") given += Number(field.value.split("=").pop());
    });
    write("chosen", grouped(chosen));
    write("left", grouped(Math.max(0, most - chosen)));
    write("cost", amount(cost));
    write("money", amount(money - cost));
    write("points", grouped(points - given));
    if (!changed) return; // what the server says of a ballot that it has read is true, and says more
    const left = Number(money) > 0 ? money - cost : Infinity;
    const over = chosen > Number(most) || left < 0 || (kind === "points" && given > Number(points));
    const full = kind === "points" ? given === Number(points) : chosen === Number(most) || cheapest > left;
    say(chosen === 0 ? (blank && blank.checked ? "blank" : "none") : over ? "over" : full ? "full" : "room");
  };
  form.addEventListener("change", count);
  count();
}
