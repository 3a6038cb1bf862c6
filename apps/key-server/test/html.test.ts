import { describe, expect, it } from "vitest";
import { html } from "../src/console/markup/html.ts";
import { table } from "../src/console/markup/table.ts";

describe("the console's HTML", () => {
  it("escapes what is put in once, and leaves what is HTML already", () => {
    const inner = html`<b title="${`"'`}">${"<script>&amp;"}</b>`;
    expect(inner.text).toBe(`<b title="&quot;&#39;">&lt;script&gt;&amp;amp;</b>`);
    expect(html`<p>${inner}${[inner]}${false}${null}${0}</p>`.text).toBe(
      `<p>${inner.text}${inner.text}0</p>`,
    );
  });

  it("writes characters beyond Latin 1 as references, so that a page takes one byte for each character", () => {
    const { text } = html`<i title="${"é…"}">${"鍵 🔑 <"} …</i>`;
    expect(text).toBe('<i title="é&#8230;">&#37749; &#128273; &lt; &#8230;</i>');
    expect([...text].every((one) => one.charCodeAt(0) < 256)).toBe(true);
  });

  it("sends no indentation of its source", () => {
    expect(
      html`<p>
        ${"  kept  "}
        <b>x</b>
      </p>`.text,
    ).toBe("<p>\n  kept  \n<b>x</b>\n</p>");
  });

  it("escapes cells and titles of a table, and marks each cell with its column and tone", () => {
    const columns = [{ title: "Name" }, { title: 'Last "use"', align: "right" as const }];
    const rows = [[{ body: "<b>" }, { body: html`<i>5</i>`, tone: "danger" as const }]];
    const { text } = table("Keys", columns, rows.values());
    expect(text).toContain('<th role="rowheader" scope="row" class="plain">&lt;b&gt;</th>');
    expect(text).toContain(
      '<td role="cell" class="danger number" data-title="Last &quot;use&quot;"><i>5</i></td>',
    );
  });
});
