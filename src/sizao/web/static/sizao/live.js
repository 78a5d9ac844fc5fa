// What renews itself while a page is looked at, and forms that are sent once. Without it all else works.
"use strict";
(() => {
  const last = new WeakMap();
  const inUse = part => part.querySelector(":focus, .curve:hover, [data-kept]");
  const tick = () => {
    if (document.visibilityState !== "visible") return;
    const now = Date.now();
    for (const part of document.querySelectorAll("[data-every]")) {
      if (!last.has(part)) last.set(part, now);
      if (now - last.get(part) < part.dataset.every * 1000 || inUse(part)) continue;
      last.set(part, now);
      part.dispatchEvent(new Event("due"));
    }
  };
  setInterval(tick, 1000);
  document.addEventListener("visibilitychange", tick);
  tick();

  // What could not be renewed is said; tables that were open stay open
  let open = [];
  document.addEventListener("htmx:afterRequest", event => {
    const stale = document.getElementById("stale");
    if (stale && event.target.closest("[data-every]")) stale.hidden = event.detail.successful;
  });
  document.addEventListener("htmx:beforeSwap", event => {
    open = [...event.target.querySelectorAll("details[id][open]")].map(part => part.id);
  });
  document.addEventListener("htmx:afterSwap", () => {
    for (const part of open.map(id => document.getElementById(id))) if (part) part.open = true;
  });

  const free = form => {
    delete form.dataset.sent;
    for (const box of form.elements) if (box.type === "submit") box.removeAttribute("aria-disabled");
  };
  document.addEventListener("submit", event => {
    const form = event.target;
    if (event.defaultPrevented || (form.getAttribute("method") || "").toLowerCase() !== "post") return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    for (const box of form.elements) if (box.type === "submit") box.setAttribute("aria-disabled", "true");
    setTimeout(free, 8000, form); // the answer may be a file, and the page stays
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(free));
})();
