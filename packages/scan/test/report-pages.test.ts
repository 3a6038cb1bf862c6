import { builtInProviders, catalogueProviders } from "@keywarden/key-format";
import { reportFormats } from "@keywarden/scan/report-formats";
import type { ScanReport } from "@keywarden/scan";
import { describe, expect, it } from "vitest";
import { listRemedies } from "../src/report/remedies.ts";
import { context, finding, reportOf } from "./reports/reported.ts";

async function render(name: string, report: ScanReport): Promise<string> {
  const format = reportFormats.find((candidate) => candidate.name === name);
  if (format === undefined) throw new Error(`no format ${name}`);
  return (await format.load())(report, context);
}

const unreadable = { unread: [{ location: "a b.bin", kind: "file", reason: "EACCES" }] } as const;

describe("what to do about a key that stands in history", () => {
  it("starts with revoking it, since mending the file ends nothing", async () => {
    const { format: _format, ...aforoFinding } = finding;
    const text = await render("text", reportOf([aforoFinding], { mode: "history" }));
    const [, first = "", second = ""] = text.replaceAll(/\s+/g, " ").split(/ [123] (?=[A-Z])/);
    expect(first).toContain("It is in the history: revoke it at Aforo now and create a new one.");
    expect(second).toContain("Take it out");
    expect(second).toContain("What old commits hold stays in every clone.");
    const staged = await render("text", reportOf([aforoFinding], { mode: "staged" }));
    expect(staged.indexOf("Take it out")).toBeLessThan(staged.indexOf("revoke it at"));
  });
});

describe("what to do about a key", () => {
  const { format: _format, ...aforoFinding } = finding;

  it.each([
    [".env", "paths", true],
    ["web/.env.local", "staged", true],
    [".env.example", "paths", false],
    ["src/a.ts", "paths", false],
    [".env", "push", false],
  ] as const)("in %s (%s) may be to have git ignore the file: %s", async (path, mode, isSaid) => {
    const text = await render("text", reportOf([{ ...aforoFinding, path }], { mode }));
    expect(text.replaceAll(/\s+/g, " ").includes("where git ignores that file")).toBe(isSaid);
  });
  const text = async (mode: "push" | "package" | "agents", path = finding.path): Promise<string> => {
    const report = reportOf([{ ...aforoFinding, path }], { mode });
    return (await render("text", report)).replaceAll(/\s+/g, " ");
  };

  it("is to change the commit where a push sends it: a later commit still would", async () => {
    expect(await text("push")).toMatch(
      /1 Change the commit that adds it \(git commit --amend.*still sends it\./,
    );
  });

  it("is to leave the file out of a package", async () => {
    expect(await text("package")).toMatch(
      /Or leave the file out of what is packed .* and build again\. 2 If a version/,
    );
  });

  it("is to revoke and mask it where an agent keeps it, by a command that can be copied", async () => {
    const shown = await text("agents", "a b/1.jsonl");
    expect(shown).toMatch(/1 What stands in a transcript has left this machine: revoke it at Aforo now/);
    expect(shown).toContain("keywarden redact -- 'a b/1.jsonl'");
    expect(shown).not.toContain("keywarden:allow");
    expect(await text("agents", "a\nb")).toContain("keywarden redact <file ...>");
  });
});

describe("a page", () => {
  const hostile = 'a <script>alert(1)</script> | `x` @ann #1 [a](b) "q"';

  it("in HTML is one file without script, and shows text as it is", async () => {
    const page = await render("html", reportOf([{ ...finding, path: hostile, reason: hostile }], unreadable));
    expect(page).not.toMatch(/<script|<a |<img|<link|\bon[a-z]+=/i);
    expect(page).toContain("default-src 'none'");
    expect(page).toContain("&lt;script&gt;");
    expect(page).toContain("a b.bin could not be scanned: EACCES");
    expect(page).toContain("Take it out");
  });

  it("in Markdown makes no markup, name or number of what it shows", async () => {
    const page = await render(
      "markdown",
      reportOf([{ ...finding, path: hostile, reason: hostile }], unreadable),
    );
    const bare = page.replaceAll(/<\/?code>/g, "").replace(/^## .*$|^### .*$/gm, "");
    expect(bare).not.toMatch(/[<`@#[\]](?!\d+;)/);
    expect(page).toContain("### Could not be read");
  });
});

describe("what to do about a private key", () => {
  it("sends nobody to a provider, and is no placeholder that starts like a block", () => {
    const owner = catalogueProviders.filter(({ id }) => id === "any-provider");
    const [, revoke, notReal] = listRemedies(owner, "-----BEGIN RSA PRIVATE KEY-----");
    expect(revoke).toContain("make everything that trusts it stop doing so now");
    expect(`${revoke} ${notReal}`).not.toMatch(/Any provider|YOUR_KEY_HERE/);
    const [, ofOne, placeholder] = listRemedies(builtInProviders.slice(0, 1), "sk_");
    expect([ofOne, placeholder].join(" ")).toMatch(/revoke it at .*sk_YOUR_KEY_HERE/);
  });
});
