import { html, type Html } from "./html.ts";

/** Writes a table that scrolls sideways by itself, and is a region of this name to a screen reader. */
export function table(name: string, titles: readonly string[], rows: readonly Html[]): Html {
  return html`<div class="wrap" tabindex="0" role="region" aria-label="${name}">
    <table>
      <thead>
        <tr>
          ${titles.map((title) => html`<th>${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}
