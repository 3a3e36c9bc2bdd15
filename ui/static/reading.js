// The reader works without this; it adds a link and a citation for whatever is selected.
"use strict";

if (window.parent !== window) document.documentElement.classList.add("pincite-framed");

const article = document.querySelector("article[data-start]");
const toolbar = document.querySelector("#pincite-selection");

// A browser counts UTF-16 units; addresses count code points of the document.
function codePoints(text) {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

function offsetOf(node, position) {
  const before = document.createRange();
  before.setStart(article, 0);
  before.setEnd(node, position);
  return Number(article.dataset.start) + codePoints(before.toString());
}

function selectedSpan() {
  const selection = document.getSelection();
  if (!selection || selection.rangeCount === 0 || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0).cloneRange();
  if (!range.intersectsNode(article)) return null;
  if (!article.contains(range.startContainer)) range.setStart(article, 0);
  if (!article.contains(range.endContainer)) range.setEnd(article, article.childNodes.length);
  const words = range.toString();
  const trimmed = words.trim();
  if (!trimmed) return null;
  const start =
    offsetOf(range.startContainer, range.startOffset) + codePoints(words.slice(0, words.indexOf(trimmed)));
  return { start, end: start + codePoints(trimmed), box: range.getBoundingClientRect() };
}

function addressOf(kind, span) {
  const address = new URL(location.href);
  address.pathname = address.pathname.replace(/\/read\/([^/]*)$/, `/${kind}/$1`);
  if (kind === "read") address.pathname = withoutKey(address.pathname); // a link to share
  const language = new URL(location.href).searchParams.get("lang");
  const kept = language && kind === "cite" ? `&lang=${encodeURIComponent(language)}` : ""; // a link to share has none
  address.search = `?v=${article.dataset.version}&char=${span.start},${span.end}${kept}`;
  address.hash = kind === "read" ? "#quote" : "";
  return address.href;
}

function placeToolbar() {
  const span = selectedSpan();
  toolbar.hidden = span === null;
  if (!span) return;
  toolbar.style.top = `${window.scrollY + span.box.bottom + 8}px`;
  const widest = document.documentElement.clientWidth - toolbar.offsetWidth - 8;
  toolbar.style.left = `${Math.max(8, Math.min(span.box.left, widest))}px`;
}

if (article && toolbar) {
  document.addEventListener("selectionchange", placeToolbar);
  toolbar.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the selection
  toolbar.querySelector(".pincite-copy-link").addEventListener("click", (event) => {
    const span = selectedSpan();
    if (span) copyAndSay(addressOf("read", span), event.currentTarget);
  });
  toolbar.querySelector(".pincite-cite").addEventListener("click", () => {
    const span = selectedSpan();
    if (span) location.assign(addressOf("cite", span));
  });
}

document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "j") document.querySelector("#next-quote")?.click();
  if (event.key === "k") document.querySelector("#previous-quote")?.click();
});

for (const control of document.querySelectorAll("button.pincite-copy")) {
  control.hidden = false;
  control.addEventListener("click", () => {
    const copied = document.getElementById(control.getAttribute("aria-controls"));
    copyAndSay(copied.textContent, control);
  });
}
