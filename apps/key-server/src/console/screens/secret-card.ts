import { html, type Html } from "../markup/html.ts";

/** The one time that a secret is shown, with a way on once it is stored. */
export function secretCard({
  secret,
  says,
  to,
  more,
}: {
  readonly secret: string;
  readonly says: string;
  readonly to: string;
  readonly more?: Html;
}): Html {
  return html`<div class="card">
    <p role="status">${says}</p>
    <div class="secret"><code class="key" tabindex="0" data-copy>${secret}</code></div>
    ${more !== undefined && more}
    <p><a class="button main" href="${to}">I have stored it: go on</a></p>
  </div>`;
}
