import type { ProviderProfile } from "@keywarden/key-format";
import { describe, expect, it } from "vitest";
import { readForeignAllow, readInlineAllow } from "../src/match/inline-allow.ts";

const key = "[a key]";
const providers: readonly ProviderProfile[] = [];

function read(before: string, after: string) {
  const bytes = Buffer.from(before + key + after);
  const start = Buffer.byteLength(before);
  return { bytes, start, end: start + key.length };
}

/** What is read beside a key between these texts. */
function reasonBeside(before: string, after = ""): string | null {
  const { end, ...reading } = read(before, after);
  return readInlineAllow(reading, end, providers);
}

function foreignBeside(before: string, after = ""): string | null {
  const { end, ...reading } = read(before, after);
  return readForeignAllow(reading, end);
}

const marker = "keywarden:allow";

describe("a marker", () => {
  it.each([
    ["behind the key", "k = ", ` # ${marker} made here`],
    ["before the key", `/* ${marker} made here */ k = `, ""],
    ["alone on the line before", `# ${marker} made here\nk = `, ""],
    ["alone on a line behind others", `x = 1\n# ${marker} made here\nk = `, ""],
    ["alone behind a line feed and a return", `x = 1\r\n# ${marker} made here\r\nk = `, "\r\n"],
    ["alone behind a return", `x = 1\r# ${marker} made here\rk = `, "\ry = 1"],
    ["before a key that much stands behind", `/* ${marker} made here */ k = `, " ".repeat(400)],
    ["alone without a comment", `${marker} made here\nk = `, ""],
  ])("counts %s", (_, before, after) => {
    expect(reasonBeside(before, after)).toBe("made here");
  });

  it.each<[string, string, string]>([
    ["nowhere", "k = ", ";"],
    ["on the line after", "k = ", `\n# ${marker} made here`],
    ["on the line after a return", "k = ", `\r# ${marker} made here`],
    ["two lines before", `# ${marker} made here\n\nk = `, ""],
    ["at the end of a line of code before", `x # ${marker} made here\nk = `, ""],
    ["behind a digit on the line before", `1 ${marker} made here\nk = `, ""],
    ["behind a letter of any language on the line before", `\u00e9 ${marker} made here\nk = `, ""],
    ...["a", "Z", "0", "_", ":", "-"].flatMap((one): [string, string, string][] => [
      [`behind ${one}`, "k = ", ` ${one}${marker} made here`],
      [`before ${one}`, "k = ", ` ${marker}${one} made here`],
    ]),
  ])("does not count %s", (_, before, after) => {
    expect(reasonBeside(before, after)).toBeNull();
  });

  it("counts within 300 bytes of the key, whole", () => {
    const gap = " ".repeat(300 - marker.length);
    expect(reasonBeside("", gap + marker)).toBe("");
    expect(reasonBeside("", ` ${gap}${marker}`)).toBeNull();
    expect(reasonBeside(`x\n${marker}${gap}`)).toBe("");
    expect(reasonBeside(`x\n${marker}${gap} `)).toBeNull();
  });

  it("does not count on a line before whose beginning is further away", () => {
    const line = `# ${marker} made here`;
    const before = `${line}${" ".repeat(300 - line.length - 1)}\n`;
    expect(reasonBeside(before)).toBe("made here");
    expect(reasonBeside(`x = 1; ${before}`)).toBeNull();
    // Where another line begins in reach, the beginning is known.
    expect(reasonBeside(`x = 1;\n${before.slice(2)}`)).toBe("made here");
  });
});

describe("the reason of a marker", () => {
  it.each([
    [" made here", "made here"],
    [" : made here", "made here"],
    [" - made here", "made here"],
    [" =, made here", "made here"],
    [" made here */ more", "made here"],
    [" made here --> more", "made here"],
    [" made here ---> more", "made here"],
    [" made here #} more", "made here"],
    [" made here %> more", "made here"],
    [" made here ]]> more", "made here"],
    [" made here -> more", "made here -> more"],
    [' made here",', "made here"],
    [" made here'`; ", "made here"],
    [" made: here, too", "made: here, too"],
    [" \u00e9\u00e9", "\u00e9\u00e9"],
    [" ab", "ab"],
    ["(made here)", "(made here)"],
    ["", ""],
    [" ...", ""],
    [" a 1 b2", ""],
    [" */ made here", ""],
  ])("is what it says, without signs around it: %j", (text, reason) => {
    expect(reasonBeside("k = ", ` # ${marker}${text}`)).toBe(reason);
  });

  it("is taken from behind the key, then before it, then from the line before; one that says something first", () => {
    const [behind, own, alone] = [` ${marker} behind it`, `${marker} in front */ `, `${marker} on its own\n`];
    expect(reasonBeside(alone + own, behind)).toBe("behind it");
    expect(reasonBeside(alone + own)).toBe("in front");
    expect(reasonBeside(alone)).toBe("on its own");
    expect(reasonBeside(alone + own, ` ${marker}`)).toBe("in front");
    expect(reasonBeside(alone, ` ${marker}`)).toBe("on its own");
    expect(reasonBeside(`${marker}\n`, ` ${marker}`)).toBe("");
  });

  it("moves no cursor", () => {
    expect(reasonBeside("k = ", ` # ${marker} made\u001b[2Jhere`)).toBe("made\u00b7[2Jhere");
  });
});

describe("another scanner's comment", () => {
  const comments = [
    "gitleaks:allow",
    "trufflehog:ignore",
    "pragma: allowlist secret",
    "pragma:allowlist secret",
    "pragma: whitelist secret",
    "pragma: allowlist nextline secret",
    "noqa: secret",
    "noqa:secret",
  ];

  it.each(comments)("is read behind, before and above a key: %s", (comment) => {
    expect(foreignBeside("k = ", ` # ${comment}`)).toBe(comment);
    expect(foreignBeside(`/* ${comment} */ k = `)).toBe(comment);
    expect(foreignBeside(`# ${comment}\nk = `)).toBe(comment);
    expect(foreignBeside(`x = 1 # ${comment}\nk = `)).toBeNull();
    expect(foreignBeside("k = ", `\n# ${comment}`)).toBeNull();
  });

  it.each(["a", "Z", "0", "_", ":", "-"])("is none as a part of a word, beside %s", (one) => {
    expect(foreignBeside("k = ", ` ${one}gitleaks:allow`)).toBeNull();
    expect(foreignBeside("k = ", ` gitleaks:allow${one}`)).toBeNull();
  });

  it("may hold three spaces, and is told with one", () => {
    expect(foreignBeside("k = ", " # pragma:   allowlist secret")).toBe("pragma: allowlist secret");
    expect(foreignBeside("k = ", " # pragma:    allowlist secret")).toBeNull();
    expect(foreignBeside("k = ", " # noqa:   secret")).toBe("noqa: secret");
    expect(foreignBeside("k = ", " # noqa:    secret")).toBeNull();
  });

  it("is told from behind the key first", () => {
    const [own, alone] = ["/* noqa: secret */ k = ", "# trufflehog:ignore\n"];
    expect(foreignBeside(alone + own, " # gitleaks:allow")).toBe("gitleaks:allow");
    expect(foreignBeside(alone + own)).toBe("noqa: secret");
    expect(foreignBeside(alone)).toBe("trufflehog:ignore");
    expect(foreignBeside("", "")).toBeNull();
  });
});
