// What Gradio's chatbot leaves to be done: labels without markup, the last question at the top.
"use strict";

const messages = "#pincite-messages";
let partsShown = 0;

function clearLabels() {
  // Every message is labelled with its raw markup; without that label its words are read.
  for (const message of document.querySelectorAll(`${messages} [aria-label*="'s message: "]`)) {
    message.removeAttribute("aria-label");
  }
}

function scrollToLastQuestion() {
  const parts = document.querySelectorAll(`${messages} :is(.pincite-question, .pincite-card)`);
  if (parts.length === partsShown) return;
  partsShown = parts.length;
  const questions = [...parts].filter((part) => part.matches(".pincite-question"));
  questions.pop()?.scrollIntoView({ block: "start" });
}

new MutationObserver(() => {
  clearLabels();
  scrollToLastQuestion();
}).observe(document, { subtree: true, childList: true, attributeFilter: ["aria-label"] });
