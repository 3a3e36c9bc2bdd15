// A course in a page of another site: behind a button, or in an element's place. Its settings (see
// README) are attributes data-pincite-NAME of its script, or fields of its address.
(() => {
  "use strict";

  const WORDS = {} /* the words, in each language */;
  const SANDBOX = "allow-scripts allow-forms allow-same-origin allow-downloads allow-popups allow-popups-to-escape-sandbox";
  const THEMED = ["data-md-color-scheme", "data-bs-theme", "data-theme", "data-mode", "class"];

  const LOOKS = `
    button { font: 600 16px/1.25 system-ui, sans-serif; cursor: pointer; }
    button:focus-visible { outline: 3px solid; outline-offset: -6px }
    .ask, .panel { position: fixed; bottom: 20px; z-index: 2147483000; box-shadow: 0 3px 20px rgb(0 0 0 / 30%); }
    .ask { max-width: calc(100vw - 40px); padding: 14px 20px; border: 0; border-radius: 4px; }
    .panel { bottom: 80px; overflow: hidden; width: 410px; height: min(640px, 100vh - 100px); border-radius: 4px; }
    .panel:not([hidden]) { display: flex; flex-direction: column; }
    .close { padding: 10px 16px; border: 0; text-align: end; font-size: 14px; }
    iframe { flex: 1; border: 0; }
    @media (max-width: 480px), (max-height: 420px) {
      .panel { inset: 0 !important; width: auto; height: auto; border-radius: 0; }
    }
    @media print { :host { display: none; } }`;

  const warn = (message) => console.warn(`Pincite: ${message}`);
  const script = document.currentScript;
  if (!script?.src) return warn("embed.js needs a script element");
  const address = new URL(script.src);
  const html = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const lang = setting("lang", html.lang);
  const said = WORDS[lang.toLowerCase().split("-")[0]] ?? WORDS.en;
  const title = setting("title", said.ask);

  function setting(name, otherwise = "") {
    return script.getAttribute(`data-pincite-${name}`) || address.searchParams.get(name) || otherwise;
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
    // of this script's server
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

  // The page's theme: what it says of itself, else how light its ground is.

  function pageTheme() {
    const both = [document.body, html];
    const said = both.flatMap((each) => THEMED.map((name) => each.getAttribute(name))).join(" ");
    const isDark = /\b(dark|slate)\b/.test(said) || (!/\blight\b/.test(said) && isDarkGround(both));
    return setting("theme", isDark ? "dark" : "light");
  }

  function isDarkGround(elements) {
    for (const each of elements) {
      const ground = /^rgba?\((\d+), (\d+), (\d+)(, 0\))?/.exec(getComputedStyle(each).backgroundColor);
      if (ground && !ground[4]) return luminance(ground.slice(1, 4)) < 0.179;
    }
    return system.matches && /dark/.test(getComputedStyle(html).colorScheme);
  }

  function luminance(parts) {
    const [red, green, blue] = parts.map((part) => (part / 255) ** 2.2);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  // The frame. Between it and the page pass {pincite: 1, type, ...}, no word of the chat.

  function newFrame(page, heard) {
    const source = new URL(page);
    if (lang) source.searchParams.set("lang", lang);
    source.searchParams.set("theme", pageTheme());
    const frame = make("iframe", { title, src: source.href }, { sandbox: SANDBOX, allow: "clipboard-write" });
    let answers = false; // a refused page never does

    function tell(type, theme = pageTheme()) {
      if (answers) frame.contentWindow?.postMessage({ pincite: 1, type, theme }, page.origin);
    }

    const tellTheme = () => tell("theme");

    addEventListener("message", ({ origin, source, data }) => {
      if (origin !== page.origin || source !== frame.contentWindow || data?.pincite !== 1) return;
      if (!answers) {
        answers = true;
        tellTheme();
        heard.first?.();
      }
      heard[data.type]?.(data);
    });
    const changes = new MutationObserver(tellTheme);
    for (const each of [html, document.body]) changes.observe(each, { attributeFilter: [...THEMED, "style"] });
    system.addEventListener("change", tellTheme);
    return [frame, tell];
  }

  // In an element's place

  function ownPlace() {
    if (!document.body.contains(script)) return null;
    script.after(make("div"));
    return script.nextElementSibling;
  }

  function fill(place, page) {
    if (place.querySelector("[data-pincite]")) return; // loaded twice
    const least = setting("height", 480);
    const most = setting("most", 720);
    const [frame] = newFrame(page, {
      height({ height }) {
        if (height > 0) frame.style.height = `${Math.max(least, Math.min(most, height))}px`;
      },
    });
    frame.dataset.pincite = "";
    frame.style = `box-sizing: border-box; width: 100%; height: ${least}px; border: 1px solid rgb(128 128 128 / 40%)`;
    place.replaceChildren(frame);
  }

  // Behind a button in the corner

  function styled(root) {
    if (root.adoptedStyleSheets) {
      const sheet = new CSSStyleSheet(); // no policy for styles refuses it
      sheet.replaceSync(LOOKS);
      root.adoptedStyleSheets = [sheet];
    } else root.append(make("style", { textContent: LOOKS }));
    return root;
  }

  function button(className, textContent, attributes) {
    const colour = /^#[\da-f]{6}$/i.test(setting("colour")) ? setting("colour") : "#8a2b2b";
    const isLight = luminance(colour.match(/\w\w/g).map((part) => parseInt(part, 16))) > 0.179;
    const style = `background: ${colour}; color: ${isLight ? "#000" : "#fff"}`;
    return make("button", { type: "button", className, textContent, style }, attributes);
  }

  function launch(page) {
    const id = `pincite${page.pathname}`;
    if (document.getElementById(id)) return; // loaded twice
    document.body.append(make("div", { id }));
    const root = styled(document.body.lastChild.attachShadow({ mode: "open" }));
    const ask = button("ask", setting("label", said.ask), { "aria-haspopup": "dialog", "aria-expanded": "false" });
    const close = button("close", "✕", { "aria-label": said.close });
    const panel = make("section", { className: "panel", hidden: true }, { role: "dialog", "aria-label": title });
    let frame, tell;

    function enter() {
      if (root.activeElement === frame) tell("focus"); // which a frame loses when it is loaded
    }

    function show(open) {
      panel.hidden = !open;
      ask.setAttribute("aria-expanded", open);
      if (!open) return ask.focus();
      if (!frame) {
        [frame, tell] = newFrame(page, { first: enter, close: () => show(false) });
        panel.append(frame);
      }
      frame.focus();
      enter();
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
