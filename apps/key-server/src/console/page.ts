import type { Role } from "@keywarden/management";
import { html, type Html } from "./html.ts";
import { providerPages } from "./provider-pages.ts";

/** Who looks at a page. */
export interface Viewer {
  readonly name: string;
  readonly role: Role;
  readonly csrf: string;
}

const screens = [
  ["/console", "Next"],
  ["/console/keys", "Keys"],
  ["/console/audit", "Audit"],
] as const;

/** Writes a whole page: what every screen has around its own part. */
export function writePage(title: string, path: string, viewer: Viewer | null, body: Html): string {
  const link = (to: string, name: string): Html =>
    path === to ? html`<a href="${to}" aria-current="page">${name}</a>` : html`<a href="${to}">${name}</a>`;
  const top =
    viewer === null
      ? html`<b>Keywarden</b>`
      : html`<b>Keywarden</b>
          <nav aria-label="Screens">
            ${screens.map(([to, name]) => link(to, name))}
            ${providerPages.map((page) => link(page.path, page.provider))}
          </nav>
          <form method="post" action="/console/sign-out">
            <input type="hidden" name="csrf" value="${viewer.csrf}" />
            <span>${viewer.name} (${viewer.role})</span><button>Sign out</button>
          </form>`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Keywarden</title>
        <link rel="stylesheet" href="/console/style.css" />
      </head>
      <body>
        <header>${top}</header>
        <main>
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html>`.text;
}

/** The page for whoever has no session. */
export function signInPage(problem: string): string {
  return writePage(
    "Sign in",
    "/console/sign-in",
    null,
    html`${problem !== "" && html`<p class="note bad" role="alert">${problem}</p>`}
      <form class="act" method="post" action="/console/sign-in">
        <label
          >Token <input name="token" type="password" autocomplete="off" required autofocus size="40"
        /></label>
        <button class="main">Sign in</button>
        <p class="dim">
          A token of this server, such as the one in its bootstrap-token file. It is kept until you sign out,
          for 15 minutes without a request, or for 8 hours at most.
        </p>
      </form>`,
  );
}
