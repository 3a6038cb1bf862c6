import { describe, expect, it } from "vitest";
import { sha256, writtenForms } from "@keywarden/testing";
import {
  defaultPolicy,
  describeSuppression,
  judgeMatches,
  renderText,
  Suppressor,
  tightenPolicy,
} from "@keywarden/scan";
import { aforoKey, scanner } from "./keys.ts";
import { context, reportOf } from "./reports/reported.ts";

const key = aforoKey(71);
const other = aforoKey(72);
const reasonsIn = (text: string) => scanner.scanText(text).map(({ inlineAllow }) => inlineAllow);

describe("keywarden:allow", () => {
  it.each([
    ["behind the key", `key = "${key}" # keywarden:allow made by the factory`],
    ["before the key", `/* keywarden:allow made by the factory */ key = "${key}"`],
    ["alone on the line before", `# keywarden:allow made by the factory\nkey = "${key}"`],
    ["with CR LF", `# keywarden:allow made by the factory\r\nkey = "${key}"\r\n`],
    ["in a comment that is closed", `<!-- keywarden:allow made by the factory -->\n<b>${key}</b>`],
    ["in JSON", `{ "//": "keywarden:allow made by the factory",\n  "key": "${key}" }`],
    ["in SQL", `-- keywarden:allow made by the factory\n'${key}'`],
    ["with a colon", `key = "${key}" // keywarden:allow - made by the factory`],
  ])("counts %s", (_, text) => {
    expect(reasonsIn(text)).toEqual(["made by the factory"]);
  });

  it("counts in UTF-16 and across every chunk boundary", () => {
    const text = `${"x = 1\n".repeat(1000)}# keywarden:allow made by the factory\nkey = "${key}"\n`;
    expect(scanner.scanBytes(Buffer.from(text, "utf16le"))[0]?.inlineAllow).toBe("made by the factory");
    const bytes = Buffer.from(text);
    const scan = scanner.scanChunks();
    const matches = [];
    for (let at = 0; at < bytes.length; at += 7) matches.push(...scan.push(bytes.subarray(at, at + 7)));
    matches.push(...scan.finish());
    expect(matches.map(({ inlineAllow }) => inlineAllow)).toEqual(["made by the factory"]);
  });

  const joined = `"${key.slice(0, 3)}" +\n  "${key.slice(3, 20)}" +\n  "${key.slice(20)}"`;
  const encoded = [
    ...Object.entries(writtenForms)
      .filter(([, { encoding }]) => !["utf-16", "utf-32"].includes(encoding))
      .map(([name, { encode }]) => [name, encode(key).toString("latin1")] as const),
    ["adjacent strings", joined] as const,
  ];
  const reasonsOf = (text: string) =>
    scanner.scanText(text).map(({ fingerprint, inlineAllow }) => [fingerprint, inlineAllow]);

  it.each(encoded)("counts around a key that is written as %s", (_, written) => {
    const found = [[sha256(key), "made by the factory"]];
    expect(reasonsOf(`k = ${written} # keywarden:allow made by the factory\n`)).toEqual(found);
    expect(reasonsOf(`x = 1\n# keywarden:allow made by the factory\nk = ${written}\n`)).toEqual(found);
    expect(reasonsOf(`/* keywarden:allow made by the factory */ k = ${written}\n`)).toEqual(found);
  });

  it.each(encoded)("does not count away from a key that is written as %s", (_, written) => {
    const found = [[sha256(key), null]];
    expect(reasonsOf(`k = ${written}\n# keywarden:allow made by the factory\n`)).toEqual(found);
    expect(reasonsOf(`# keywarden:allow made by the factory\n\nk = ${written}\n`)).toEqual(found);
    expect(reasonsOf(`x = 1 # keywarden:allow made by the factory\nk = ${written}\n`)).toEqual(found);
  });

  it.each([
    ["nowhere near", `key = "${key}"`],
    ["two lines before", `# keywarden:allow made by the factory\n\nkey = "${key}"`],
    ["on the line after", `key = "${key}"\n# keywarden:allow made by the factory`],
    ["inside another word", `key = "${key}" # not-keywarden:allowed made by the factory`],
    ["further away than surroundings reach", `key = "${key}"${" ".repeat(400)}# keywarden:allow made by it`],
  ])("does not count %s", (_, text) => {
    expect(reasonsIn(text)).toEqual([null]);
  });

  it("at the end of a line of code accepts the keys of that line and no other", () => {
    const text = `a = "${key}" # keywarden:allow made by the factory\nb = "${other}"`;
    expect(reasonsIn(text)).toEqual(["made by the factory", null]);
    expect(reasonsIn(`x = 1 # keywarden:allow made by the factory\nb = "${other}"`)).toEqual([null]);
  });

  it("accepts all keys of its line", () => {
    expect(reasonsIn(`["${key}", "${other}"] // keywarden:allow both are made`)).toEqual([
      "both are made",
      "both are made",
    ]);
  });

  it.each([
    ["nothing", `key = "${key}" # keywarden:allow`],
    ["only the end of the comment", `<b>${key}</b> <!-- keywarden:allow -->`],
    ["only punctuation", `key = "${key}" # keywarden:allow ...`],
    ["only the key itself", `# keywarden:allow ${key}`],
  ])("with %s for a reason is told apart from no marker", (_, text) => {
    expect(reasonsIn(text)).toEqual([""]);
  });

  it("never lets a key into a reason", () => {
    const [reason] = reasonsIn(`a = "${key}" # keywarden:allow was ${other} before`);
    expect(reason).toMatch(/^was sk_live_….{4} before$/);
  });
});

describe("comments of other scanners", () => {
  it.each([
    ["gitleaks:allow", `key = "${key}" # gitleaks:allow`],
    ["pragma: allowlist secret", `key = "${key}"  # pragma: allowlist secret`],
    ["pragma: allowlist nextline secret", `# pragma: allowlist nextline secret\nkey = "${key}"`],
    ["trufflehog:ignore", `key = "${key}" // trufflehog:ignore`],
    ["noqa: secret", `key = "${key}"  # noqa: secret`],
  ])("are named and accept nothing: %s", (comment, text) => {
    const [match] = scanner.scanText(text);
    expect(match).toMatchObject({ foreignAllow: comment, inlineAllow: null, confidence: "high" });
    if (match === undefined) throw new Error("no match");
    const { findings } = judgeMatches([match], "a", defaultPolicy);
    expect(findings).toMatchObject([{ action: "block", foreignAllow: comment }]);
    const finding = findings[0];
    if (finding === undefined) throw new Error("no finding");
    const report = reportOf([finding]);
    expect(renderText(report, context).replaceAll(/\n\s+/g, " ")).toContain(
      `note: ${comment} stands beside it; Keywarden does not honour it: write keywarden:allow and the reason, or set policy.foreignAllow.`,
    );
  });

  it("accept a key where policy honours them, and a server's policy has to as well", () => {
    const matches = scanner.scanText(`key = "${key}" # gitleaks:allow`);
    const policy = { ...defaultPolicy, honoursForeignAllow: true };
    const suppressor = new Suppressor({
      allow: [],
      baseline: new Set(),
      nowMs: 0,
      honoursForeignAllow: true,
    });
    const { findings, suppressed } = suppressor.apply(matches, judgeMatches(matches, "a", policy), "a");
    expect([findings.length, suppressed.map(describeSuppression)]).toEqual([
      0,
      ["gitleaks:allow: accepted for another scanner, which policy.foreignAllow honours"],
    ]);
    expect(tightenPolicy(defaultPolicy, policy).honoursForeignAllow).toBe(false);
    expect(tightenPolicy(policy, policy).honoursForeignAllow).toBe(true);
  });

  it("are not seen in a word, or at the end of another line of code", () => {
    for (const text of [`key = "${key}" # mygitleaks:allowed`, `x = 1 # gitleaks:allow\nkey = "${key}"`]) {
      expect(scanner.scanText(text)[0]?.foreignAllow).toBeUndefined();
    }
  });
});
