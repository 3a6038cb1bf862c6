import { browserKeys, commandTable } from "@keywarden/inventory";

/** What a page has and the terminal has not: its lists are in pages. */
const onPagesOnly = [
  { id: "next-page", keys: [">"], onPages: "next page" },
  { id: "page-before", keys: ["<"], onPages: "page before" },
] as const;

/** The commands of pages: those of the table, with the keys that a browser leaves to a page. */
export const pageCommands: readonly (readonly [id: string, keys: readonly string[], does: string])[] = [
  ...commandTable,
  ...onPagesOnly,
].flatMap(({ id, keys, onPages }) =>
  onPages === null ? [] : [[id, keys.filter((key) => !browserKeys.has(key)), onPages] as const],
);

/**
 * What the pages do more where a browser runs scripts: rows are walked, marked and changed with the terminal's keys, a
 * secret is copied by a button, and what is left of a grace period counts down. Everything works without it.
 */
export const script = String.raw`"use strict";
(() => {
  const commands = ${JSON.stringify(pageCommands)};
  // Looked for once: to find and to measure a hundred rows at each key takes longer than to go to one of them.
  let links = null;
  const rows = () => (links ??= [...document.querySelectorAll("tbody th a, .practice a")].filter((link) => link.offsetParent));
  for (const change of ["resize", "toggle"]) addEventListener(change, () => (links = null), { capture: true });
  const go = (where) => {
    const all = rows();
    const to = where(all.indexOf(document.activeElement), all.length - 1);
    const link = all[Math.max(0, Math.min(all.length - 1, to))];
    if (link === undefined) return;
    link.focus({ preventScroll: true, focusVisible: true });
    link.closest("tr, li").scrollIntoView({ block: "nearest" });
  };
  const half = () => {
    const height = rows()[0]?.closest("tr, li").offsetHeight ?? 34;
    return Math.max(1, Math.floor(innerHeight / height / 2));
  };
  const click = (selector) => document.querySelector(selector)?.click();
  const row = () => rows().find((link) => link === document.activeElement);
  const ofKey = (path) => /^\/console\/keys\/[^/?]+/.exec(path ?? "")?.[0];
  /** The key that a command is about: that of the row, else that of the page. */
  const keyPath = () => ofKey(row()?.getAttribute("href")) ?? ofKey(location.pathname);
  const keyId = () => decodeURIComponent(keyPath()?.split("/")[3] ?? "");
  const marks = () => [...document.querySelectorAll("input.mark")];
  const say = (text) => {
    document.querySelector(".said")?.remove();
    const said = document.createElement("p");
    said.className = "said note";
    said.setAttribute("role", "status");
    document.body.append(said);
    said.textContent = text;
  };
  const unlockFirst = () => (document.querySelector("form[action='/console/unlock']") ? " w goes to the button that unlocks changes." : "");
  const copy = async (text) => {
    if (text === "") return say("There is nothing to copy here.");
    try {
      await navigator.clipboard.writeText(text);
      say("Copied: " + text);
    } catch {
      say("The browser does not let this page copy: " + text);
    }
  };
  const command = () => (keyId() === "" ? "" : ["keywarden", "keys", "show", keyId()].join(" "));
  const name = () => (row() ?? document.querySelector("h1")).textContent.trim();
  // On a key's page an act is about that key; in a list it is about the marked rows or this one, and leads to the page that asks first.
  const act = (what) => {
    const link = document.querySelector(".tools a[href$='/" + what + "']");
    const button = document.querySelector("form[action='/console/several'] button[value='" + what + "']");
    if (link !== null) link.click();
    else if (button !== null && document.querySelector(":is(.mark, .every):checked")) button.click();
    else if (ofKey(row()?.getAttribute("href"))) location.assign(keyPath() + "/" + what);
    else say("That is not offered here now." + unlockFirst());
  };
  const screen = (path) => click(".side a[href='" + path + "']");
  const sorts = () => [...document.querySelectorAll("thead th a")];
  const sortBy = (column) =>
    sorts().find((link) => new URL(link.href).searchParams.get("sort")?.replace(/^-/, "") === column)?.click();
  const sortNext = () => {
    const at = sorts().findIndex((link) => link.closest("th").ariaSort !== "none");
    sorts()[(at + 1) % sorts().length]?.click();
  };
  const unmark = () => document.querySelectorAll(".mark, .every").forEach((box) => (box.checked = false));
  const saidMarks = (boxes) => {
    const count = boxes.filter((box) => box.checked).length;
    if (boxes.length === 0) return say("There is nothing to mark here now." + unlockFirst());
    const every = document.querySelector(".every")?.closest("label").textContent.trim();
    say("Marked on this page: " + count + " of " + boxes.length + "." + (every ? " The box below the list marks: " + every.toLowerCase() + "." : ""));
  };
  const filter = (query) => {
    const input = document.querySelector(".search input");
    if (input === null) return query === "" ? undefined : location.assign("/console/keys?q=" + encodeURIComponent(query));
    if (query === "") return input.focus();
    input.value = query;
    input.form.submit();
  };
  const run = {
    next: () => screen("/console"),
    keys: () => screen("/console/keys"),
    rotations: () => screen("/console/rotations"),
    tokens: () => screen("/console/tokens"),
    audit: () => screen("/console/audit"),
    alerts: () => screen("/console/alerts"),
    help: () => help(),
    open: () => row()?.click(),
    details: () => row()?.click(),
    key: (id) => id !== "" && location.assign("/console/keys/" + encodeURIComponent(id)),
    previous: () => history.back(),
    following: () => history.forward(),
    down: () => go((at) => at + 1),
    up: () => go((at) => at - 1),
    "half-page-down": () => go((at) => at + half()),
    "half-page-up": () => go((at) => at - half()),
    first: () => go(() => 0),
    last: () => go((_, last) => last),
    filter,
    view: (wanted) =>
      [...document.querySelectorAll("nav[aria-label=Views] a")].find((link) => link.textContent.toLowerCase() === wanted.toLowerCase())?.click(),
    sort: (column) => (column === "" ? sortNext() : sortBy(column)),
    ...Object.fromEntries(["name", "provider", "kind", "environment", "rotation", "usage", "age", "last-used", "owner"].map((column) => ["sort-" + column, () => sortBy(column)])),
    mark: () => {
      const box = row()?.closest("tr")?.querySelector("input.mark");
      if (box) box.checked = !box.checked;
      if (box) go((at) => at + 1);
    },
    "mark-all": () => {
      const boxes = marks();
      const all = boxes.every((box) => box.checked);
      boxes.forEach((box) => (box.checked = !all));
      saidMarks(boxes);
    },
    "mark-range": () => {
      const boxes = rows().flatMap((link) => link.closest("tr")?.querySelector("input.mark") ?? []);
      const at = boxes.indexOf(row()?.closest("tr")?.querySelector("input.mark"));
      const near = boxes.map((box, index) => (box.checked && index !== at ? index : NaN)).filter((index) => index >= 0);
      const from = near.sort((a, b) => Math.abs(a - at) - Math.abs(b - at))[0];
      if (at === -1 || from === undefined) return say("Mark one end of the range first, then go to the other.");
      boxes.forEach((box, index) => (box.checked ||= (index - at) * (index - from) <= 0));
      saidMarks(boxes);
    },
    unmark,
    back: () => unmark(),
    copy: (what) => copy(what === "name" ? name() : what === "command" ? command() : keyId()),
    "copy-command": () => copy(command()),
    refresh: () => location.reload(),
    act: () => row()?.closest("tr")?.querySelector("td:last-child a")?.click(),
    write: () => document.querySelector(".who button")?.focus(),
    rotate: () => act("rotate"),
    resume: () => {
      const button = document.querySelector("form[action$='/resume'] button");
      if (button === null) screen("/console/rotations");
      else button.focus();
    },
    revoke: () => act("revoke"),
    restrict: () => act("edit"),
    palette: () => palette(),
    "next-page": () => click("a[rel=next]"),
    "page-before": () => click("a[rel=prev]"),
  };
  const open = (label, ...parts) => {
    const dialog = document.createElement("dialog");
    dialog.setAttribute("aria-label", label);
    dialog.append(...parts);
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    return dialog;
  };
  const palette = () => {
    const [form, input, list] = ["form", "input", "datalist"].map((name) => document.createElement(name));
    form.method = "dialog";
    input.setAttribute("aria-label", "Command");
    input.setAttribute("list", list.id = "commands");
    input.autocomplete = "off";
    for (const [id, , what] of commands) list.append(new Option(what, id));
    form.append(input, list);
    form.addEventListener("submit", () => {
      const [, id, argument] = /^\s*(\S*)\s*(.*?)\s*$/.exec(input.value);
      if (Object.hasOwn(run, id)) setTimeout(() => run[id](argument));
      else if (id !== "") say("There is no command " + id + ".");
    });
    open("Command", form);
  };
  const help = () => {
    const title = document.createElement("h2");
    title.textContent = "Keys";
    const list = document.createElement("dl");
    for (const [id, keys, what] of commands) {
      if (id === "details") continue;
      const line = document.createElement("div");
      const term = document.createElement("dt");
      for (const key of id === "open" ? [...keys, "enter"] : keys.length === 0 ? [":" + id] : keys) {
        const name = document.createElement("kbd");
        name.textContent = key;
        term.append(name, " ");
      }
      const says = document.createElement("dd");
      says.textContent = what;
      line.append(term, says);
      list.append(line);
    }
    const dialog = open("Keys", title, list);
    // On a low screen it scrolls, and is scrolled with the keyboard.
    dialog.tabIndex = 0;
    dialog.addEventListener("click", () => dialog.close());
  };
  const byKey = new Map(commands.flatMap(([id, keys]) => keys.map((key) => [key, id])));
  const named = { " ": "space", Enter: "enter", Escape: "escape" };
  document.addEventListener("keydown", (event) => {
    const { target, ctrlKey } = event;
    const key = (ctrlKey ? "ctrl-" : "") + (named[event.key] ?? event.key);
    if (event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    // A dialog that has closed keeps the focus until the browser draws: what is pressed then is meant for the page.
    const isTyping = target instanceof HTMLElement && target.matches("input:not(.mark, .every), select, textarea");
    if (isTyping && target.closest("dialog") === null) {
      if (key === "escape") target.blur();
      return;
    }
    // What stands on a button, a box or a link is pressed by the browser's own keys.
    const isOwn = target instanceof HTMLElement && target.matches("button, summary, input");
    if (key === "enter" || (key === "space" && isOwn)) return;
    const id = byKey.get(key);
    if (id === undefined) return;
    event.preventDefault();
    run[id]("");
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

  const read = document.querySelector("[data-read]");
  if (read !== null)
    setInterval(() => {
      const minutes = Math.floor(performance.now() / 60000);
      if (minutes === 0) return;
      read.textContent = read.dataset.read + ", " + minutes + (minutes === 1 ? " minute" : " minutes") + " ago";
      read.className = minutes < 5 ? "" : "warning";
    }, 20000);

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
