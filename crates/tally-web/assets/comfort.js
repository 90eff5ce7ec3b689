// Comfort only: every page works without this file. Keys, rows that are walked, forms that send themselves.
"use strict";

const typing = () => /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? "");
const rows = () => [...document.querySelectorAll("main tbody tr")].filter((row) => row.querySelector("a[href]"));
let at = -1;

function walk(step) {
  const all = rows();
  if (all.length === 0) return;
  all[at]?.classList.remove("on");
  at = Math.min(Math.max(at + step, 0), all.length - 1);
  all[at].classList.add("on");
  all[at].scrollIntoView({ block: "nearest" });
}

const keys = {
  "/": () => document.getElementById("find")?.focus(),
  "?": () => location.assign("/help"),
  j: () => walk(1),
  k: () => walk(-1),
  x: () => rows()[at]?.querySelector("input[type=checkbox]")?.click(),
  Enter: () => (rows()[at]?.querySelector("th a[href]") ?? rows()[at]?.querySelector("a[href]"))?.click(),
  n: () => document.querySelector("a[rel=next]")?.click(),
  p: () => document.querySelector("a[rel=prev]")?.click(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) {
    if (event.key === "k" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); keys["/"](); }
    return;
  }
  if (event.key === "Escape") {
    document.querySelectorAll("details[open].drop, details[open].who").forEach((it) => it.removeAttribute("open"));
    if (typing()) document.activeElement.blur();
    return;
  }
  if (typing() || (event.key === "Enter" && (at < 0 || document.activeElement !== document.body))) return;
  const key = keys[event.key];
  if (key) { event.preventDefault(); key(); }
});

// A list's filters take effect as they are chosen: the same form, the same address, only the content is exchanged.
async function load(address) {
  const answer = await fetch(address, { headers: { accept: "text/html" } });
  if (!answer.ok || answer.redirected) return location.assign(address);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.querySelector("main").replaceWith(page.querySelector("main"));
  document.title = page.title;
  at = -1;
}

document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-live]");
  if (!form) return;
  const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
  const address = `${form.getAttribute("action") ?? location.pathname}?${query}`;
  const name = event.target.id;
  history.pushState(null, "", address);
  load(address).then(() => name && document.getElementById(name)?.focus());
});
addEventListener("popstate", () => load(location.href));

// "All on this page" ticks the rows.
document.addEventListener("click", (event) => {
  const all = event.target.closest?.("input[data-all]");
  if (all) all.closest("form, table").querySelectorAll("tbody input[type=checkbox]").forEach((box) => { box.checked = all.checked; });
  // A menu closes when something else is chosen.
  document.querySelectorAll("details[open].drop, details[open].who").forEach((it) => { if (!it.contains(event.target)) it.removeAttribute("open"); });
});

// A file dropped anywhere on the import page lands in its field.
const drop = document.querySelector("form[data-drop]");
if (drop) {
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    const field = drop.querySelector("input[type=file]");
    field.files = event.dataTransfer.files;
    field.focus();
  });
}

// A page that waits for something long looks again by itself.
const again = document.querySelector("[data-again]");
if (again) setTimeout(() => location.reload(), 1500);
