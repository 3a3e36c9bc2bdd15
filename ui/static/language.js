// Gradio's page speaks the browser's own language. The server has chosen one already, and said it in
// the page, so that is what the browser gives; this runs before any script of Gradio's.
"use strict";

Object.defineProperty(navigator, "language", { value: document.documentElement.lang });
