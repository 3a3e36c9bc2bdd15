// Our own pages in a frame: the reader within the chat follows the chat's theme, and its link to the
// chat never leads the page of another site away.
"use strict";
{
  const chat = chatAround();

  function chatAround() {
    // the page around, where it is the chat in another site's page
    try {
      const root = window.parent.document.documentElement;
      return root.classList.contains("pincite-embedded") ? window.parent.document : null;
    } catch {
      return null; // it is another site's
    }
  }

  function followChat() {
    document.documentElement.style.colorScheme = chat.documentElement.dataset.theme ?? "";
  }

  if (chat) {
    followChat();
    const changes = new MutationObserver(followChat);
    changes.observe(chat.documentElement, { attributeFilter: ["data-theme"] });
    window.addEventListener("pagehide", () => changes.disconnect());
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[target='_top']");
    if (!link || window.parent === window || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (chat) {
      event.preventDefault();
      chat.querySelector("#pincite-reader .pincite-close").click();
    } else if (isElsewhere()) {
      link.target = "_self";
    }
  });

  function isElsewhere() {
    // whether the page around is another site's
    try {
      return !window.top.document;
    } catch {
      return true;
    }
  }
}
