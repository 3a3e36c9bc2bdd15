// Copying a text, and saying so for a moment in the page's language. Shared by the chat and the reader.
"use strict";

const SAID_FOR = 1600; // milliseconds
const spoken = JSON.parse(document.querySelector('meta[name="pincite-words"]').content);

// Whoever is given a link needs a key of their own.
function withoutKey(path) {
  return path.replace(/\/k\/[^/]+(?=\/c\/)/, "");
}

async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // no secure page, or a frame that may not: the old way still works there
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "pincite-unseen";
    document.body.append(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    if (!copied) throw new Error(spoken.no_copy);
  }
}

async function copyAndSay(text, control) {
  const before = control.textContent;
  try {
    await copyText(text);
    control.textContent = spoken.copied;
  } catch (error) {
    control.textContent = error.message;
  }
  setTimeout(() => {
    control.textContent = before;
  }, SAID_FOR);
}
