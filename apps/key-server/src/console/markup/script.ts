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
  const row = () => rows().find((link) => link === document.activeElement);
  // On a key's page an act is about that key; in a list it is about the row, and leads to the page that asks first.
  const act = (name) => {
    const link = document.querySelector(".tools a[href$='/" + name + "']");
    const path = row()?.getAttribute("href") ?? "";
    if (link !== null) link.click();
    else if (/^\/console\/keys\/[^/?]+$/.test(path)) location.assign(path + "/" + name);
  };
  const propose = () => row()?.closest("tr")?.querySelector("td:last-child a")?.click();
  const screen = (path) => click(".side a[href='" + path + "']");
  const keys = {
    j: ["next row", () => go((at) => at + 1)],
    k: ["previous row", () => go((at) => at - 1)],
    g: ["first row", () => go(() => 0)],
    G: ["last row", () => go((_, last) => last)],
    o: ["open the row", () => row()?.click()],
    l: ["open the row", () => row()?.click()],
    a: ["do what the row proposes", propose],
    "/": ["filter", () => document.querySelector(".search input")?.focus()],
    ">": ["next page", () => click("a[rel=next]")],
    "<": ["page before", () => click("a[rel=prev]")],
    "[": ["the screen before this one", () => history.back()],
    "]": ["the screen that you came back from", () => history.forward()],
    1: ["Next", () => screen("/console")],
    2: ["Keys", () => screen("/console/keys")],
    6: ["Tokens", () => screen("/console/tokens")],
    7: ["Audit", () => screen("/console/audit")],
    8: ["Alerts", () => screen("/console/alerts")],
    r: ["rotate", () => act("rotate")],
    x: ["revoke", () => act("revoke")],
    w: ["to the button that unlocks changes", () => document.querySelector(".who button")?.focus()],
    "?": ["these keys", () => help()],
  };
  const help = () => {
    const dialog = document.createElement("dialog");
    const title = document.createElement("h2");
    title.textContent = "Keys";
    const list = document.createElement("dl");
    const told = new Map();
    for (const [key, [what]] of [...Object.entries(keys), ["Enter", ["open the row"]], ["Esc", ["leave the filter"]]])
      told.set(what, [...(told.get(what) ?? []), key]);
    for (const [what, names] of told) {
      const line = document.createElement("div");
      const term = document.createElement("dt");
      for (const key of names) {
        const name = document.createElement("kbd");
        name.textContent = key;
        term.append(name, " ");
      }
      const says = document.createElement("dd");
      says.textContent = what;
      line.append(term, says);
      list.append(line);
    }
    dialog.setAttribute("aria-label", "Keys");
    // On a low screen it scrolls, and is scrolled with the keyboard.
    dialog.tabIndex = 0;
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

  const soon = document.querySelector("[data-reload]");
  if (soon !== null) setTimeout(() => location.reload(), Number(soon.dataset.reload) * 1000);

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
