import { html, type Html } from "./html.ts";

/** Something that the reader should know before going on. */
export function note(body: Html | string, tone: "plain" | "warning" | "danger" = "plain"): Html {
  return html`<p class="note ${tone}" ${tone === "danger" && html`role="alert"`}>${body}</p>`;
}

/** Says that a list is empty, and what to do about it. */
export function empty(title: string, body: Html | string): Html {
  return html`<div class="empty">
    <p>${title}</p>
    <p class="dim">${body}</p>
  </div>`;
}

/** Facts as a list of terms. */
export function factList(facts: readonly { label: string; text: Html | string; tone?: string }[]): Html {
  return html`<dl>
    ${facts.map(
      ({ label, text, tone = "plain" }) =>
        html`<div>
          <dt>${label}</dt>
          <dd class="${tone}">${text}</dd>
        </div>`,
    )}
  </dl>`;
}
