// What Gradio's chatbot leaves to be done: labels without markup, the last question at the top, the
// reader beside the conversation, copying, and the keys.
"use strict";

const messages = "#pincite-messages";
const shownQuotes = `${messages} .pincite-quote`;
const field = "#pincite-ask textarea";
const ownPages = ["read/", "cite/"].map((place) => new URL(place, location.href).href); // of this course
let partsShown = 0;
let opener = null; // what had the focus when the reader was opened

// What Gradio says in English whatever the language is, and the button that it gives no name.
const FIXED = {
  "chatbot conversation": spoken.log,
  "Loading response": spoken.searching,
  "Scroll down": spoken.down,
  Feedback: spoken.feedback,
  Liked: spoken.liked,
  Close: spoken.close,
};

function nameThings() {
  const submit = document.querySelector("#pincite-ask .submit-button:not([aria-label])");
  submit?.setAttribute("aria-label", spoken.submit);
  for (const name of ["aria-label", "title"]) {
    for (const [said, ours] of Object.entries(FIXED)) {
      if (said === ours) continue;
      const theirs = `[${name}="${said}"]:not([role="option"])`; // an option is a text's title
      for (const element of document.querySelectorAll(theirs)) element.setAttribute(name, ours);
    }
  }
}

function nameField() {
  // Its label has the note and the button in it, which would all be read as its name.
  const textarea = document.querySelector(`${field}:not([aria-labelledby])`);
  if (!textarea) return;
  const [name, note] = document.querySelectorAll("#pincite-ask :is([data-testid='block-info'], .info-text)");
  name.id = "pincite-ask-name";
  note.id = "pincite-ask-note";
  textarea.setAttribute("aria-labelledby", name.id);
  textarea.setAttribute("aria-describedby", note.id);
}

function clearRoles() {
  // Suggestions are buttons and no items of a list, and what holds them is no landmark.
  for (const element of document.querySelectorAll(`${messages} :is(.placeholder-content, .examples)[role]`)) {
    element.removeAttribute("role");
  }
}

function clearLabels() {
  // Every message is labelled with its raw markup; without that label its words are read.
  // A suggestion is labelled in English; it says itself what it asks.
  const labelled = `[aria-label*="'s message: "], .example[aria-label]`;
  for (const message of document.querySelectorAll(`${messages} :is(${labelled})`)) {
    message.removeAttribute("aria-label");
  }
}

function scrollToLastQuestion() {
  const parts = [...document.querySelectorAll(`${messages} :is(.pincite-question, .pincite-card)`)];
  if (parts.length === partsShown) return;
  partsShown = parts.length;
  const last = parts.length - 1;
  const asked = parts[last]?.matches(".pincite-card") && parts[last - 1]?.matches(".pincite-question");
  parts[asked ? last - 1 : last]?.scrollIntoView({ block: "start" }); // an empty question is not shown
}

// The reader: a page of its own, in a frame beside the conversation or over it.

function reader() {
  const found = document.querySelector("#pincite-reader");
  if (found) return found;
  const made = document.createElement("section");
  made.id = "pincite-reader";
  made.setAttribute("aria-label", spoken.text);
  const close = document.createElement("button");
  close.type = "button";
  close.className = "pincite-close";
  close.textContent = spoken.close;
  close.addEventListener("click", closeReader);
  const apart = document.createElement("a");
  apart.className = "pincite-apart";
  apart.target = "_blank";
  apart.textContent = spoken.apart;
  const bar = document.createElement("p");
  bar.append(close, apart);
  const frame = document.createElement("iframe");
  frame.title = spoken.text;
  frame.addEventListener("load", () => {
    if (frame.contentWindow.location.href === "about:blank") return; // it has led nowhere yet
    apart.href = frame.contentWindow.location.href;
    frame.title = frame.contentDocument.title;
    frame.contentWindow.addEventListener("keydown", (event) => {
      if (event.key === "Escape") closeReader();
    });
    if (!made.hidden) frame.contentWindow.focus();
  });
  made.append(bar, frame);
  document.querySelector("#pincite-side").append(made);
  return made;
}

function openReader(address, from) {
  opener = from;
  const opened = reader();
  opened.hidden = false;
  opened.querySelector("iframe").contentWindow.location.replace(address); // "back" leaves the chat alone
}

function closeReader() {
  const opened = document.querySelector("#pincite-reader");
  if (!opened || opened.hidden) return false;
  opened.hidden = true;
  opener?.focus();
  return true;
}

function toShare(address) {
  // Without the answer's other quotes and the key, and in whatever language its reader speaks.
  const link = new URL(address, location.href);
  link.pathname = withoutKey(link.pathname);
  link.search = link.search.replace(/&(trail|lang)=[^&]*/g, "");
  return link.href;
}

document.addEventListener("click", (event) => {
  const control = event.target.closest("#pincite-columns :is(a, button)");
  if (!control) return;
  if (control.closest("#pincite-exports")) {
    if (isSaving) event.stopPropagation(); // nor does the server hear of it
    else saveExport(control);
    return;
  }
  const quote = control.closest(".pincite-quote");
  if (control.matches(".pincite-copy-quote")) {
    copyAndSay(quote.querySelector("blockquote").textContent, control);
  } else if (control.matches(".pincite-copy-link")) {
    copyAndSay(toShare(quote.querySelector(".pincite-open").href), control);
  } else if (ownPages.some((place) => control.href?.startsWith(place))) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openReader(control.href, control);
  }
}, true);

// A conversation as a file: the server puts its name, kind and text into a field that nobody sees.

const EXPORT_WAITS_FOR = 20_000; // milliseconds
const EXPORT_LOOKS_EVERY = 100;
const EXPORT_ENDINGS = JSON.parse(document.querySelector('meta[name="pincite-exports"]').content);
let isSaving = false; // one file at a time: they all come into the one field

async function exported(ending) {
  // the next file with that ending, or nothing where none comes; one that was given up may come late
  const made = document.querySelector("#pincite-exported textarea");
  const before = made.value;
  const end = performance.now() + EXPORT_WAITS_FOR;
  while (performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, EXPORT_LOOKS_EVERY));
    if (!made.value || made.value === before) continue;
    const file = JSON.parse(made.value);
    if (file.name.endsWith(ending)) return file;
  }
  return null;
}

async function saveExport(button) {
  isSaving = true;
  document.querySelector("#pincite-not-saved")?.remove();
  const buttons = button.parentElement.querySelectorAll("button");
  buttons.forEach((each) => each.setAttribute("aria-disabled", "true"));
  try {
    const file = await exported(EXPORT_ENDINGS[button.id.replace("pincite-export-", "")]);
    if (file) download(file);
    else sayNotSaved(button);
  } finally {
    isSaving = false;
    buttons.forEach((each) => each.removeAttribute("aria-disabled"));
  }
}

function download({ name, type, text }) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

function sayNotSaved(button) {
  const said = document.createElement("p");
  said.id = "pincite-not-saved";
  said.setAttribute("role", "alert");
  said.textContent = spoken.not_saved;
  button.parentElement.append(said);
}

// "/" goes to the question, j and k go through the quotes, Enter opens one, Escape comes back.

function step(by) {
  const quotes = [...document.querySelectorAll(shownQuotes)].filter((each) => each.checkVisibility());
  if (quotes.length === 0) return;
  const here = quotes.indexOf(document.activeElement?.closest(".pincite-quote"));
  const next = here < 0 ? (by > 0 ? 0 : quotes.length - 1) : here + by;
  const quote = quotes[Math.max(0, Math.min(next, quotes.length - 1))];
  quote.tabIndex = -1;
  quote.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !closeReader()) document.activeElement?.blur();
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") {
    event.preventDefault();
    document.querySelector(field)?.focus();
  } else if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "Enter" && event.target.matches(".pincite-quote")) {
    event.target.querySelector(".pincite-open").click();
  }
});

new MutationObserver(() => {
  clearLabels();
  clearRoles();
  nameThings();
  nameField();
  scrollToLastQuestion();
}).observe(document, { subtree: true, childList: true, attributeFilter: ["aria-label", "title"] });
