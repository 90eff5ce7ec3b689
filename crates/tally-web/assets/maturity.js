// Answering a maturity model from the keyboard. Comfort only: without this file the same form saves a whole domain at once.
// 0 to 4 answers the question at hand and the next one comes, j and k walk, c clears, n goes to the note, e to the evidence,
// Escape back to the question. Every change is sent at once, one after the other, and the question says what became of it.
"use strict";

// A block of its own: scripts of a page share their names.
{
const form = document.querySelector("form[data-answering]");
const questions = form ? [...form.querySelectorAll("[data-question]")] : [];
const waiting = new Set();
const anew = new Set();
let at = Math.max(questions.findIndex((question) => question.dataset.open === "yes"), 0);
let sending = null;

const part = (question, css) => question.querySelector(css);
const writes = (element) => element?.matches("textarea, select, input:not([type=radio], [type=checkbox])");

function mark(step) {
  questions.forEach((question) => question.classList.remove("on"));
  at = Math.min(Math.max(step, 0), questions.length);
  questions[at]?.classList.add("on");
}

// Behind the last question stands the way onward: from there a number answers nothing.
function go(step) {
  mark(step);
  const question = questions[at];
  if (!question) return document.querySelector("a[data-onward]")?.focus();
  (part(question, "input[type=radio]:checked") ?? part(question, "input[type=radio]")).focus({ preventScroll: true });
  question.scrollIntoView({ block: "start" });
}

function tell(question, word, state) {
  const line = part(question, "[data-saved]");
  line.textContent = word;
  line.className = `saved ${state}`;
}

// What is sent are the question's own fields, as the form would send them.
function fields(question) {
  const pairs = new URLSearchParams([["question", question.dataset.question]]);
  for (const name of ["subject", "domain"]) pairs.append(name, form.elements[name].value);
  const tail = `.${question.dataset.question}`;
  for (const [name, value] of new FormData(form)) {
    if (name.endsWith(tail)) pairs.append(name.slice(0, -tail.length), value);
  }
  // The key of the answer that stands says that it holds still.
  if (anew.delete(question)) pairs.set("anew", "yes");
  return pairs;
}

async function send() {
  while (waiting.size > 0) {
    const [question] = waiting;
    waiting.delete(question);
    tell(question, "saving", "");
    const typed = part(question, "input[list]").value;
    try {
      const answer = await fetch(form.dataset.answering, {
        method: "POST", body: fields(question), headers: { accept: "application/json" }, keepalive: true,
      });
      const said = await answer.json();
      if (answer.ok) show(question, said, typed);
      else tell(question, `✗ not saved: ${said.detail ?? said.title}`, "bad-ink");
    } catch {
      tell(question, "✗ not saved: the server does not answer. Choose again to try again.", "bad-ink");
    }
  }
  sending = null;
}

function save(question) {
  waiting.add(question);
  sending ??= send();
}

const element = (name, fields) => Object.assign(document.createElement(name), fields);
const state = (said) => {
  const sign = element("span", { textContent: said.sign });
  sign.setAttribute("aria-hidden", "true");
  const whole = element("span", { className: `state ${said.class}` });
  whole.append(sign, said.word);
  return whole;
};

function show(question, said, typed) {
  question.dataset.open = said.open ? "yes" : "no";
  part(question, "[name^='seen.']").value = said.seen;
  const progress = document.querySelector("[data-progress]");
  if (progress) progress.textContent = said.progress;
  // A later change of the same question is on its way: what is told then is newer.
  if (waiting.has(question)) return;
  tell(question, `✓ ${said.saved}`, "good-ink");
  part(question, "[data-chips]").replaceChildren(...said.chips.flatMap((chip) => [state(chip), " "]));
  const again = part(question, "[name^='anew.']");
  again.checked = false;
  again.closest("label").hidden = said.open;
  const field = part(question, "input[list]");
  part(question, "[data-proofs]").replaceChildren(...said.evidence.map((proof) => {
    const label = element("label");
    label.append(element("input", { type: "checkbox", name: field.name, value: proof.id, checked: true }), ` ${proof.id}`);
    const name = proof.path ? element("a", { href: proof.path, textContent: proof.name }) : proof.name;
    const item = element("li");
    item.append(label, " ", name, " ", state({ ...proof, word: proof.state }));
    return item;
  }));
  // What is typed since stays: it is not sent yet.
  if (field.value === typed) field.value = "";
}

function choose(question, value) {
  const choice = question && part(question, `input[type=radio][value="${value}"]`);
  if (!choice || choice.disabled) return false;
  choice.checked = true;
  if (value !== "") anew.add(question);
  save(question);
  return true;
}

const keys = {
  j: () => go(at + 1),
  k: () => go(at - 1),
  c: () => { if (choose(questions[at], "")) go(at); },
  n: () => questions[at] && part(questions[at], "textarea").focus(),
  e: () => questions[at] && part(questions[at], "input[list]").focus(),
};

// Before the keys of all pages: here they mean something else.
addEventListener("keydown", (event) => {
  if (questions.length === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
  const here = document.activeElement;
  const inside = here?.closest?.("[data-question]");
  if (writes(here)) {
    if (!inside) return;
    if (event.key === "Escape") go(questions.indexOf(inside));
    else if (event.key === "Enter" && here.matches("input")) save(inside);
    else return;
  } else if (/^[0-9]$/.test(event.key)) {
    if (choose(questions[at], event.key)) go(at + 1);
  } else if (event.key === "Enter" && here?.matches("input[type=radio]")) {
    go(at + 1);
  } else if (keys[event.key]) {
    keys[event.key]();
  } else {
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

form?.addEventListener("focusin", (event) => {
  const question = questions.indexOf(event.target.closest("[data-question]"));
  if (question >= 0 && question !== at) mark(question);
});

form?.addEventListener("change", (event) => {
  const question = event.target.closest("[data-question]");
  if (question) save(question);
});

// Nobody leaves before what was chosen is sent.
document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || !sending || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  await sending;
  location.assign(link.href);
});
addEventListener("beforeunload", (event) => { if (waiting.size > 0) event.preventDefault(); });

if (questions.length > 0) mark(at);
}
