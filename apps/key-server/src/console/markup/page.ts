import { roleMay } from "@keywarden/inventory";
import type { Role } from "@keywarden/management";
import { html, type Html } from "./html.ts";

/** Who looks at a page. */
export interface Viewer {
  readonly name: string;
  /** Where it says more than the name. */
  readonly email: string | null;
  /** Whether an identity provider knows them; else it is a token. */
  readonly isPerson: boolean;
  readonly role: Role;
  /** The only keys that they see, in words. */
  readonly limits: string | null;
  readonly csrf: string;
  /** Whether this session may change something now; it begins by reading only. */
  readonly isUnlocked: boolean;
}

/** A page of the console that the menu leads to. */
export interface MenuEntry {
  readonly path: string;
  readonly name: string;
}

/** What a page is made of, beside who looks at it. */
export interface PageParts {
  readonly title: string;
  /** Its own address with its query, to come back to. */
  readonly path: string;
  /** Where it stands under another page. */
  readonly crumbs?: readonly MenuEntry[];
  /** One sentence or some facts under the title. */
  readonly lead?: Html | string;
  /** What can be done here, as links. */
  readonly tools?: Html;
  readonly body: Html;
}

const logo = html`<svg viewBox="0 0 20 20" aria-hidden="true">
  <path
    d="M10 .8 2.4 3.6v5.7c0 4.6 3.1 8.3 7.6 9.9 4.5-1.6 7.6-5.3 7.6-9.9V3.6L10 .8Zm0 5.4a2.3 2.3 0 0 1 1.2 4.3l.7 3.6H8.1l.7-3.6A2.3 2.3 0 0 1 10 6.2Z"
  />
</svg>`;

/** Writes a whole page: what every screen has around its own part. */
export function writePage(
  viewer: Viewer,
  providers: readonly MenuEntry[],
  parts: PageParts,
  nowMs: number,
): string {
  const { title, path, crumbs = [], lead, tools, body } = parts;
  const screens = [
    { path: "/console", name: "Next" },
    { path: "/console/keys", name: "Keys" },
    // Whoever is limited to some keys sees rotations, alerts and audit on the page of each.
    ...(viewer.limits === null
      ? [
          { path: "/console/rotations", name: "Rotations" },
          { path: "/console/alerts", name: "Alerts" },
          { path: "/console/audit", name: "Audit" },
        ]
      : []),
    ...(viewer.limits === null && roleMay(viewer.role, "tokens")
      ? [{ path: "/console/tokens", name: "Tokens" }]
      : []),
  ];
  const here = [...screens, ...providers]
    .filter((entry) => isUnder(path, entry.path))
    .toSorted((left, right) => right.path.length - left.path.length)[0];
  const link = ({ path: to, name }: MenuEntry): Html =>
    html`<a href="${to}" ${to === here?.path && html`aria-current="page"`}>${name}</a>`;
  return writeDocument(
    title,
    html`<a class="skip" href="#main">Skip to the content</a>
      <header class="side">
        <a class="brand" href="/console">${logo}Keywarden</a>
        <nav aria-label="Screens">
          ${screens.map(link)} ${providers.length > 0 && html`<h2>Providers</h2>`} ${providers.map(link)}
        </nav>
        <div class="who">
          <p>
            <b>${viewer.name}</b>${viewer.email !== null && html`<br />${viewer.email}`}<br /><span
              class="dim"
              >${viewer.role}${viewer.limits !== null && `, limited to ${viewer.limits}`}</span
            >
          </p>
          ${lockForm(viewer, path)}
          <form method="post" action="/console/sign-out">${mark(viewer)}<button>Sign out</button></form>
        </div>
      </header>
      <main id="main" tabindex="-1">
        <div class="top">
          <div class="lead">
            ${crumbs.length > 0 && html`<p class="crumb">${crumbs.map(({ path: to, name }) => html`<a href="${to}">${name}</a> / `)}</p>`}
            <h1>${title}</h1>
            ${lead !== undefined && html`<p>${lead}</p>`} ${asOf(nowMs)}
          </div>
          ${tools !== undefined && html`<div class="tools">${tools}</div>`}
        </div>
        ${body}
      </main>`,
  );
}

/** When the page was written: one that stays open shows what was then, and with script says how long ago that is. */
function asOf(nowMs: number): Html {
  const at = new Date(nowMs).toISOString();
  const text = `As of ${at.slice(0, 16).replace("T", " ")} UTC`;
  return html`<small><time datetime="${at}" data-read="${text}">${text}</time></small>`;
}

/** What every form carries back, to show that it was written for this session. */
export function mark({ csrf }: Viewer): Html {
  return html`<input type="hidden" name="csrf" value="${csrf}" />`;
}

/** What lets this session change something, or takes that back. */
export function lockForm(viewer: Viewer, path: string): Html | false {
  if (viewer.role === "reader" || viewer.role === "verifier") return false;
  const act = viewer.isUnlocked ? "lock" : "unlock";
  return html`<form method="post" action="/console/${act}">
    ${mark(viewer)}<input type="hidden" name="back" value="${path}" />
    <button>${viewer.isUnlocked ? "Lock changes" : "Unlock changes"}</button>
  </form>`;
}

/** The page for whoever has no session. */
export function signInPage(parts: {
  readonly title: string;
  readonly problem?: string;
  readonly body: Html;
  /** More for the head of the document. */
  readonly head?: Html;
}): string {
  const { title, problem = "", body, head } = parts;
  return writeDocument(
    title,
    html`<main class="signin">
      <div class="card">
        <p class="brand">${logo}Keywarden</p>
        <h1>${title}</h1>
        ${problem !== "" && html`<p class="note danger" role="alert">${problem}</p>`} ${body}
      </div>
    </main>`,
    html`${head ?? false}${ownScript}`,
  );
}

/** A page for a frame in somebody else's: nothing but its own part, and no script. */
export function writeEmbedded(title: string, body: Html): string {
  return writeDocument(
    title,
    html`<main class="embedded">
      <h1>${title}</h1>
      ${body}
    </main>`,
    false,
  );
}

const ownScript = html`<script src="/console/console.js" defer></script>`;

/** Writes a document around what stands in its body. */
function writeDocument(title: string, body: Html, head: Html | false = ownScript): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Keywarden</title>
        <link rel="stylesheet" href="/console/style.css" />
        <link rel="icon" href="data:," />
        ${head}
      </head>
      <body>
        ${body}
      </body>
    </html>`.text;
}

function isUnder(path: string, menu: string): boolean {
  const [pathname = ""] = path.split("?");
  return pathname === menu || (menu !== "/console" && pathname.startsWith(`${menu}/`));
}
