import { describe, expect, it, test } from "vitest";
import { chart } from "../src/console/markup/chart.ts";
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

  it("escapes cells and titles of a table, and marks cells with their column and tone where there is one", () => {
    const columns = [{ title: "Name" }, { title: 'Last "use"', align: "right" as const }];
    const rows = [[{ body: "<b>" }, { body: html`<i>5</i>`, tone: "danger" as const }]];
    const { text } = table("Keys", columns, rows.values());
    expect(text).toContain(
      '<tr role="row"><th role="rowheader" scope="row">&lt;b&gt;</th><td role="cell" class="danger number" data-title="Last &quot;use&quot;"><i>5</i></td></tr>',
    );
    expect(table("Keys", [{ title: "Name" }], [[{ body: "a" }]]).text).toContain(
      '<tr role="row"><th role="rowheader" scope="row">a</th></tr>',
    );
  });
});

test("a chart shows the hours before anything was counted as not counted, and not as none", () => {
  const hour = (at: number, requests = 0) => ({
    start: new Date(Date.UTC(2026, 0, 1, at)).toISOString(),
    requests,
    denied: 0,
  });
  const report = {
    from: hour(0).start,
    to: hour(4).start,
    bucket: "hour",
    countedSince: "2026-01-01T02:30:00.000Z",
    requests: 0,
    denied: 0,
    errorRate: 0,
    buckets: [hour(0), hour(1), hour(2), hour(3)],
    outcomes: [],
    countries: [],
    features: [],
  } as const;
  const drawn = chart("Usage", report).text;
  expect(drawn.match(/class="unknown"/g)).toHaveLength(2);
  expect(drawn.match(/class="none"/g)).toHaveLength(2);
  expect(drawn).toContain("No request was counted since 2026-01-01 02:30; nothing is known of before.");
  const whole = chart("Usage", { ...report, countedSince: hour(0).start }).text;
  expect(whole).not.toContain("unknown");
  expect(whole).toContain("No request was counted in this time.");
});
