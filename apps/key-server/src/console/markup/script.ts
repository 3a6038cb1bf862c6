/**
 * What the pages do more where a browser runs scripts: rows are walked with the terminal's keys, a secret is copied by a
 * button, and what is left of a grace period counts down. Everything works without it.
 */
export const script = String.raw`"use strict";
(() => {
  const rows = () => [...document.querySelectorAll("tbody th a, .practice a")].filter((link) => link.offsetParent);
  const go = (where) => {
    const all = rows();
    const to = where(all.indexOf(document.activeElement), all.length - 1);
    const link = all[Math.max(0, Math.min(all.length - 1, to))];
    if (link === undefined) return;
    link.focus({ preventScroll: true, focusVisible: true });
    link.closest("tr, li").scrollIntoView({ block: "nearest" });
  };
  const click = (selector) => document.querySelector(selector)?.click();
  const keys = {
    j: ["next row", () => go((at) => at + 1)],
    k: ["previous row", () => go((at) => at - 1)],
    g: ["first row", () => go(() => 0)],
    G: ["last row", () => go((_, last) => last)],
    "/": ["filter", () => document.querySelector(".search input")?.focus()],
    "]": ["next page", () => click("a[rel=next]")],
    "[": ["previous page", () => click("a[rel=prev]")],
    n: ["Next", () => location.assign("/console")],
    l: ["keys", () => location.assign("/console/keys")],
    r: ["rotate", () => click(".tools a[href$='/rotate']")],
    e: ["edit", () => click(".tools a[href$='/edit']")],
    "?": ["these keys", () => help()],
  };
  const help = () => {
    const dialog = document.createElement("dialog");
    const title = document.createElement("h2");
    title.textContent = "Keys";
    const list = document.createElement("dl");
    for (const [key, [what]] of [...Object.entries(keys), ["Enter", ["open the row"]], ["Esc", ["leave the filter"]]]) {
      const line = document.createElement("div");
      const term = document.createElement("dt");
      const name = document.createElement("kbd");
      name.textContent = key;
      term.append(name);
      const says = document.createElement("dd");
      says.textContent = what;
      line.append(term, says);
      list.append(line);
    }
    dialog.setAttribute("aria-label", "Keys");
    dialog.append(title, list);
    dialog.addEventListener("close", () => dialog.remove());
    dialog.addEventListener("click", () => dialog.close());
    document.body.append(dialog);
    dialog.showModal();
  };
  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (target instanceof HTMLElement && target.matches("input, select, textarea")) {
      if (key === "Escape") target.blur();
      return;
    }
    const entry = Object.hasOwn(keys, key) ? keys[key] : undefined;
    if (entry === undefined || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog")) return;
    event.preventDefault();
    entry[1]();
  });

  for (const code of document.querySelectorAll("[data-copy]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    const said = document.createElement("span");
    said.setAttribute("role", "status");
    said.className = "dim";
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(code.textContent);
        said.textContent = "Copied. Your clipboard keeps it until something else is copied.";
      } catch {
        getSelection().selectAllChildren(code);
        said.textContent = "Selected: copy it with your keyboard.";
      }
    });
    code.after(button, said);
  }

  const pad = (value) => String(value).padStart(2, "0");
  const write = (left) => {
    const seconds = Math.max(0, Math.floor(left));
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
    if (hours > 0) return hours + "h " + pad(minutes) + "m " + pad(seconds % 60) + "s";
    return minutes > 0 ? minutes + "m " + pad(seconds % 60) + "s" : seconds + "s";
  };
  for (const text of document.querySelectorAll("[data-until]")) {
    // The server's clock is what counts: only what has passed here is taken away.
    const whole = (Date.parse(text.dataset.until) - Date.parse(text.dataset.now)) / 1000;
    const began = performance.now();
    const bar = text.closest("section").querySelector("progress");
    const timer = setInterval(() => {
      const left = whole - (performance.now() - began) / 1000;
      text.textContent = write(left);
      if (bar !== null) bar.value = Math.max(0, left);
      if (left <= 0) clearInterval(timer);
    }, 1000);
  }
})();
`;
