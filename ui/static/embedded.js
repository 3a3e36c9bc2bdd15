// The chat in a frame of another site's page: compact, in that page's theme, and as high as what it
// shows. It runs before any script of Gradio's. What it tells the page is heights, and that Escape
// was pressed; nothing of the conversation.
"use strict";
{
  const root = document.documentElement;
  const spoken = JSON.parse(document.querySelector('meta[name="pincite-words"]').content);
  const page = window.parent;
  const isFramed = page !== window;
  if (isFramed) root.classList.add("pincite-embedded");
  const isCompact = root.classList.contains("pincite-embedded");

  // Where a browser refuses a frame any storage, even to ask for it is an error, and Gradio asks.
  try {
    void window.localStorage;
  } catch {
    const nothing = { length: 0, key: () => null, getItem: () => null, setItem() {}, removeItem() {}, clear() {} };
    Object.defineProperty(window, "localStorage", { value: nothing });
  }

  // Gradio gives the question the focus; the page around keeps its own until its reader comes here,
  // or it gives it away by a message. The field may come later, or be made anew in another language.
  const focus = HTMLElement.prototype.focus;
  let isGiven = false; // the focus, and the reader has done nothing yet
  if (isFramed) {
    HTMLElement.prototype.focus = function (...given) {
      if (document.hasFocus()) focus.apply(this, given);
    };
  }

  function focusQuestion() {
    const question = document.querySelector("#pincite-ask textarea");
    const isAnywhere = document.hasFocus() && document.activeElement !== document.body;
    if (isGiven && question && !isAnywhere) focus.call(question);
  }

  for (const act of ["keydown", "pointerdown"]) {
    document.addEventListener(act, () => (isGiven = false), true);
  }

  // Messages: {pincite: 1, type, ...}, and the one that Canvas, Sakai and Brightspace know.

  function originOfPage() {
    const named = window.location.ancestorOrigins?.[0] ?? (document.referrer && new URL(document.referrer).origin);
    return named && named !== "null" && named !== window.location.origin ? named : "*";
  }

  function tell(message) {
    if (isFramed) page.postMessage(message, originOfPage());
  }

  // The theme: of the page around, by the address at first and then by its messages.

  const THEMES = ["light", "dark"];

  function follow(theme) {
    if (!THEMES.includes(theme)) return;
    root.dataset.theme = theme; // for the reader within, see framed.js
    keepTheme();
  }

  function keepTheme() {
    // Gradio goes by the system's theme and changes with it
    const wanted = root.dataset.theme;
    if (wanted) document.body?.classList.toggle("dark", wanted === "dark");
  }

  follow(new URLSearchParams(window.location.search).get("theme"));
  window.addEventListener("message", ({ source, origin, data }) => {
    if (source !== page || ![origin, "*"].includes(originOfPage())) return;
    if (data?.pincite !== 1) return;
    if (data.type === "theme") follow(data.theme);
    if (data.type === "focus") {
      isGiven = true;
      focusQuestion();
    }
  });

  // The height that everything would need, within what a page can be expected to give.

  const LEAST = 480; // pixels
  const MOST = 720;
  const READING = 560; // that the reader wants
  const SETTLES_IN = 120; // milliseconds
  let told = 0;
  let waiting = 0;

  const isSeen = (element) => element.getClientRects().length > 0;
  const heightOf = (elements) => [...elements].filter(isSeen).reduce((sum, each) => sum + each.offsetHeight, 0);

  function wantedHeight() {
    const conversation = document.querySelector("#pincite-conversation");
    const scrolled = document.querySelector("#pincite-messages .bubble-wrap");
    if (!conversation || !scrolled) return 0;
    const others = [...conversation.children].filter((child) => !child.contains(scrolled));
    const around = heightOf(document.querySelectorAll("#pincite-title")) + heightOf(others);
    const gaps = 16 * (others.filter(isSeen).length + 3);
    const reading = document.querySelector("#pincite-reader:not([hidden])") ? READING : LEAST;
    const messages = heightOf(scrolled.querySelectorAll(".message-wrap")); // of none: the least will do
    return Math.min(MOST, Math.max(reading, around + messages + gaps));
  }

  function tellHeight() {
    waiting = 0;
    const height = Math.ceil(wantedHeight());
    if (height === 0 || height === told) return;
    told = height;
    tell({ pincite: 1, type: "height", height });
    tell({ subject: "lti.frameResize", height });
  }

  function changed() {
    if (waiting === 0) waiting = setTimeout(tellHeight, SETTLES_IN);
  }

  // What is seldom needed stands behind a button below the question.

  function addMore() {
    const conversation = document.querySelector("#pincite-conversation");
    if (!conversation || document.querySelector("#pincite-more")) return;
    const more = document.createElement("button");
    more.id = "pincite-more";
    more.type = "button";
    more.textContent = spoken.more;
    more.setAttribute("aria-expanded", "false");
    more.addEventListener("click", () => {
      more.setAttribute("aria-expanded", String(root.classList.toggle("pincite-opened")));
    });
    conversation.append(more);
  }

  function closeMore() {
    const opened = root.classList.contains("pincite-opened");
    if (opened) document.querySelector("#pincite-more").click();
    return opened;
  }

  function escaped(event) {
    if (event.key !== "Escape" || event.target.closest("#pincite-scope, .extra-feedback")) return;
    if (document.querySelector("#pincite-reader:not([hidden])")) return; // which it closes
    if (!closeMore()) tell({ pincite: 1, type: "close" });
  }

  if (isCompact) {
    document.addEventListener("keydown", escaped, true);
    document.addEventListener("DOMContentLoaded", () => {
      new MutationObserver(keepTheme).observe(document.body, { attributeFilter: ["class"] });
      new ResizeObserver(changed).observe(document.body);
      new MutationObserver(() => {
        addMore();
        focusQuestion();
        changed();
      }).observe(document.body, { subtree: true, childList: true, attributeFilter: ["class", "hidden", "open", "style"] });
    });
  }
}
