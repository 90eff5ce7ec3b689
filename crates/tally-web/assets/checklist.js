// Answering a checklist from the keyboard. Comfort only: without this file each question has its form and its button.
// y, p, n and a answer the question at hand, j and k walk. What is missing is said beside the question.
"use strict";

{
const cards = () => [...document.querySelectorAll("[data-check]")];
const typing = () => document.activeElement?.matches("textarea, select, input:not([type=radio], [type=checkbox])");
let here = null;

// A question is known by its id: what is saved is exchanged for what the server says of it.
function go(card) {
  if (!card) return;
  document.querySelectorAll("[data-check].on").forEach((one) => one.classList.remove("on"));
  here = card.id;
  card.classList.add("on");
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = cards();
  const at = all.findIndex((card) => card.id === here);
  go(all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)]);
}

function tell(card, word, ink) {
  const line = card.querySelector("[data-saved]");
  if (!line) return;
  line.textContent = word;
  line.className = `saved ${ink}`;
}

// One after the other: what is sent later is newer.
let queue = Promise.resolve();

function send(card, form) {
  const [id, address, body] = [card.id, form.action, new URLSearchParams(new FormData(form))];
  tell(card, "saving", "soft");
  queue = queue.then(() => sent(id, address, body));
  return queue;
}

async function sent(id, address, body) {
  const say = (word, ink) => tell(document.getElementById(id), word, ink);
  try {
    const answer = await fetch(address, { method: "POST", body, headers: { accept: "application/json" } });
    if (!answer.ok) {
      const said = await answer.json();
      return say(`✗ not saved: ${said.detail ?? said.title}`, "bad-ink");
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    // Where somebody writes just now, only what stands above the fields is exchanged.
    const busy = document.getElementById(id).contains(document.activeElement) && typing();
    const standing = `#${CSS.escape(id)} [data-standing]`;
    for (const css of [busy ? standing : `#${CSS.escape(id)}`, "#progress", "#groups", "#complete"]) {
      const [old, fresh] = [document.querySelector(css), page.querySelector(css)];
      if (old && fresh) old.replaceWith(fresh);
    }
    if (here === id && !busy) go(document.getElementById(id));
    say("✓ saved", "good-ink");
  } catch {
    say("✗ not saved: the server did not answer; press Save to try again", "bad-ink");
  }
}

function answer(key) {
  const card = document.getElementById(here) ?? cards()[0];
  const form = card?.querySelector("form");
  const choice = form?.querySelector(`input[data-key="${key}"]`);
  if (!choice) return;
  go(card);
  choice.checked = true;
  const note = form.querySelector("textarea[name=note]");
  if ((key === "p" || key === "a") && note.value.trim() === "") {
    tell(card, "A note is needed: write it, then press Enter with Ctrl, or Save.", "warn-ink");
    return note.focus();
  }
  send(card, form);
  step(1);
}

// Before the keys of all pages, some of which are the same.
document.addEventListener("keydown", (event) => {
  const card = document.activeElement?.closest?.("[data-check]");
  if (card) here = card.id;
  if (typing()) {
    const form = card?.querySelector("form");
    if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      document.activeElement.blur();
      send(card, form);
      step(1);
    }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || cards().length === 0) return;
  const act = { j: () => step(1), k: () => step(-1) }[event.key] ?? ("ypna".includes(event.key) && document.querySelector("[data-check] form") ? () => answer(event.key) : null);
  if (!act) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  act();
}, true);

document.addEventListener("submit", (event) => {
  const card = event.target.closest("[data-check]");
  if (!card || event.submitter?.hasAttribute("formaction")) return;
  event.preventDefault();
  document.activeElement?.blur();
  go(card);
  send(card, event.target);
});
}
