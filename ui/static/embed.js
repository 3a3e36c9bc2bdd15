// Pincite in a page of another site: a button that opens the chat, or the chat in an element's place.
// Its settings, in README, are attributes data-pincite-NAME of its script or fields of its own address.
(() => {
  "use strict";

  const WORDS = {} /* the words, in each language */;
  const SANDBOX = "allow-scripts allow-forms allow-same-origin allow-downloads allow-popups allow-popups-to-escape-sandbox";
  const THEMED = ["data-md-color-scheme", "data-bs-theme", "data-theme", "data-mode", "class"];

  const LOOKS = `
    button { font: 600 16px/1.25 system-ui, sans-serif; cursor: pointer; }
    button:focus-visible { outline: 3px solid; outline-offset: -6px; }
    .ask, .panel { position: fixed; bottom: 20px; z-index: 2147483000; box-shadow: 0 3px 20px rgb(0 0 0 / 30%); }
    .ask { max-width: calc(100vw - 40px); padding: 14px 20px; border: 0; border-radius: 4px; }
    .panel { bottom: 80px; display: flex; flex-direction: column; width: 410px; height: min(640px, 100vh - 100px);
      overflow: hidden; border-radius: 4px; }
    .panel[hidden] { display: none; }
    .close { padding: 10px 16px; border: 0; text-align: end; font-size: 14px; }
    iframe { flex: 1; border: 0; }
    @media (max-width: 480px), (max-height: 420px) {
      .panel { inset: 0 !important; width: auto; height: auto; border-radius: 0; }
    }
    @media print { .ask, .panel { display: none; } }`;

  const script = document.currentScript;
  if (!script?.src) return warn("embed.js needs a script element of its own");
  const address = new URL(script.src);
  const html = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const lang = setting("lang", html.lang);
  const said = WORDS[lang.toLowerCase().split("-")[0]] ?? WORDS.en;
  const title = setting("title", said.ask);

  function setting(name, otherwise = "") {
    return script.getAttribute(`data-pincite-${name}`) || address.searchParams.get(name) || otherwise;
  }

  function warn(message) {
    console.warn(`Pincite: ${message}`);
  }

  function start() {
    const page = coursePage();
    const target = setting("target");
    if (!page) return warn(`no course is named by "${setting("link", setting("course"))}"`);
    if (!target && setting("mode") !== "inline") return launch(page);
    const place = target ? document.querySelector(target) : ownPlace();
    return place ? fill(place, page) : warn(`there is no place ${target} to fill`);
  }

  function coursePage() {
    // below the server that this script comes from, and nowhere else
    const server = new URL("../", address);
    const page = new URL(setting("link", `c/${setting("course")}/`), server);
    page.pathname = `${page.pathname.replace(/\/(embed)?$/, "")}/embed`;
    return page.origin === server.origin && /\/c\/[\w-]+\/embed$/.test(page.pathname) ? page : null;
  }

  function make(tag, properties, attributes = {}) {
    const made = Object.assign(document.createElement(tag), properties);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  }

  // The theme of the page: what it says of itself, else how light its ground is.

  function pageTheme() {
    const both = [document.body, html];
    const named = both.flatMap((each) => THEMED.map((name) => each.getAttribute(name) ?? ""));
    const isDark =
      named.some((value) => /(^|[\s_-])(dark|slate)($|[\s_-])/.test(value)) ||
      (!named.some((value) => /^(light|default)$/.test(value)) && isDarkGround(both));
    return setting("theme", isDark ? "dark" : "light");
  }

  function isDarkGround(elements) {
    for (const each of elements) {
      const ground = /^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)/.exec(getComputedStyle(each).backgroundColor);
      if (ground && ground[4] !== "0") return 0.3 * ground[1] + 0.6 * ground[2] + 0.1 * ground[3] < 100;
    }
    return system.matches && /dark/.test(getComputedStyle(html).colorScheme);
  }

  // The frame. What passes between it and this page is {pincite: 1, type, ...}, no word of the chat.

  function newFrame(page, heard) {
    const source = new URL(page);
    if (lang) source.searchParams.set("lang", lang);
    source.searchParams.set("theme", pageTheme());
    const frame = make("iframe", { title, src: source.href }, { sandbox: SANDBOX, allow: "clipboard-write" });
    let answers = false; // a page that may not be framed never does

    function tellTheme() {
      if (answers) frame.contentWindow?.postMessage({ pincite: 1, type: "theme", theme: pageTheme() }, page.origin);
    }

    addEventListener("message", ({ origin, source, data }) => {
      if (origin !== page.origin || source !== frame.contentWindow || data?.pincite !== 1) return;
      if (!answers) {
        answers = true;
        tellTheme();
      }
      heard[data.type]?.(data);
    });
    const changes = new MutationObserver(tellTheme);
    for (const each of [html, document.body]) changes.observe(each, { attributeFilter: [...THEMED, "style"] });
    system.addEventListener("change", tellTheme);
    return frame;
  }

  // In an element's place

  function ownPlace() {
    if (!document.body.contains(script)) return null;
    script.after(make("div"));
    return script.nextElementSibling;
  }

  function fill(place, page) {
    if (place.querySelector("[data-pincite-frame]")) return; // loaded twice
    const least = Number(setting("height", "480"));
    const most = Math.max(least, Number(setting("most", "720")));
    const frame = newFrame(page, {
      height({ height }) {
        if (height > 0) frame.style.height = `${Math.min(most, Math.max(least, height))}px`;
      },
    });
    frame.setAttribute("data-pincite-frame", "");
    frame.style = `box-sizing: border-box; width: 100%; height: ${least}px; border: 1px solid rgb(128 128 128 / 40%)`;
    place.replaceChildren(frame);
  }

  // Behind a button in the corner

  function styled(root) {
    if (root.adoptedStyleSheets) {
      const sheet = new CSSStyleSheet(); // which the page's policy for styles does not refuse
      sheet.replaceSync(LOOKS);
      root.adoptedStyleSheets = [sheet];
    } else root.append(make("style", { textContent: LOOKS }));
    return root;
  }

  function button(className, textContent, attributes) {
    const colour = /^#[\da-f]{6}$/i.test(setting("colour")) ? setting("colour") : "#8a2b2b";
    const [red, green, blue] = colour.match(/\w\w/g).map((part) => (parseInt(part, 16) / 255) ** 2.2);
    const isLight = 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179; // black is read better on it
    const style = `background: ${colour}; color: ${isLight ? "#000" : "#fff"}`;
    return make("button", { type: "button", className, textContent, style }, attributes);
  }

  function launch(page) {
    const id = `pincite${page.pathname}`;
    if (document.getElementById(id)) return; // loaded twice
    document.body.append(make("div", { id }));
    const root = styled(document.body.lastChild.attachShadow({ mode: "open" }));
    const ask = button("ask", setting("label", said.ask), { "aria-haspopup": "dialog", "aria-expanded": "false" });
    const close = button("close", said.close);
    const panel = make("section", { className: "panel", hidden: true }, { role: "dialog", "aria-label": title });
    let frame = null;

    function show(open) {
      panel.hidden = !open;
      ask.setAttribute("aria-expanded", open);
      if (open && !frame) panel.append((frame = newFrame(page, { close: () => show(false) })));
      (open ? frame : ask).focus();
    }

    ask.addEventListener("click", () => show(panel.hidden));
    close.addEventListener("click", () => show(false));
    root.addEventListener("keydown", ({ key }) => key === "Escape" && show(false));
    for (const each of [ask, panel]) each.style[setting("side") === "left" ? "left" : "right"] = "20px";
    panel.append(close);
    root.append(ask, panel);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
