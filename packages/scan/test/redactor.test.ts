import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { catalogueProviders } from "@keywarden/key-format";
import { createRedactor, createRedactorStream } from "@keywarden/scan";
import { makePatternKey, writtenForms } from "@keywarden/testing";
import { aforoKey, keyOf } from "./keys.ts";

const key = aforoKey(7);
const prefix = key.slice(0, 8);
const masked = `${prefix}…${key.slice(-4)}`;

// One for all: after a flush it begins anew.
const shared = createRedactor();

function redactInChunks(bytes: Buffer, sizes: readonly number[]): Buffer {
  const parts: Uint8Array[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    parts.push(shared.push(bytes.subarray(at, at + size)));
    at += size;
  }
  return Buffer.concat([...parts, shared.flush()]);
}

/** One key of each format of the catalogue that begins with a literal; private keys are told in their own test. */
const catalogueKeys = catalogueProviders.flatMap((provider) =>
  (provider.patterns ?? []).flatMap((pattern): readonly (readonly [id: string, key: string])[] => {
    const [variant] = pattern.variants;
    if (variant === undefined || variant.prefix.length < 3 || pattern.structure === "pem") return [];
    return [[`${provider.id}/${pattern.id}`, makePatternKey(pattern, variant, 3)]];
  }),
);
// Put together here, or the hook would take it for a key.
const beginning = "-----BEGIN " + "PRIVATE KEY-----";
const privateKey = makePatternKey(
  { structure: "pem" },
  { parts: [], anchor: 0, prefix: beginning, min: 0, max: 0 },
  5,
);

describe("keys of several parts", () => {
  it("are masked in a stream, every format of the catalogue that begins with a literal", () => {
    const passed = catalogueKeys.filter(([, one]) => {
      const bytes = Buffer.from(`token="${one}" next\n`);
      return redactInChunks(bytes, [bytes.length]).includes(one);
    });
    expect(catalogueKeys.length).toBeGreaterThan(220);
    expect(passed.map(([id]) => id)).toEqual([]);
  });

  it("are masked wherever the chunks are cut, and let what stands around them pass", () => {
    const [, github = ""] = catalogueKeys.find(([id]) => id === "github/classic-pat") ?? [];
    const bytes = Buffer.from(`é a=${github}; b=1\n`);
    for (let cut = 1; cut < bytes.length; cut += 1) {
      const shown = redactInChunks(bytes, [cut, bytes.length]).toString();
      expect(shown).toBe(`é a=ghp_…${github.slice(-4)}; b=1\n`);
    }
  });

  it.each([
    ["in lines", (text: string) => text],
    ["as a string of JSON has it", (text: string) => JSON.stringify(text)],
  ])("a private key is masked between its first and its last line, %s", (_, write) => {
    const bytes = Buffer.from(`before ${write(privateKey)} after`);
    const digits = privateKey.split("\n").slice(1, -1);
    for (const sizes of [[bytes.length], [1], [7, 100]]) {
      const shown = redactInChunks(bytes, sizes).toString();
      expect(digits.filter((line) => shown.includes(line))).toEqual([]);
      expect(shown).toMatch(/^before "?-----BEGIN PRIVATE KEY-----…-----END PRIVATE KEY-----"? after$/);
    }
  });

  it("leave prose about private keys alone", () => {
    const text = `It begins with ${beginning} and ends soon.\n`;
    expect(redactInChunks(Buffer.from(text), [5]).toString()).toBe(text);
  });
});

describe("createRedactor", () => {
  it("masks a key and leaves everything else as it is", () => {
    const redactor = createRedactor();
    const text = `a é ${key}, "b"\n`;
    expect(Buffer.concat([redactor.push(text), redactor.flush()]).toString()).toBe(`a é ${masked}, "b"\n`);
  });

  it("lets a line without a key pass at once, and a line with a key as soon as it ends", () => {
    const redactor = createRedactor();
    expect(Buffer.from(redactor.push("GET / 200\n")).toString()).toBe("GET / 200\n");
    expect(Buffer.from(redactor.push(`key=${key}\n`)).toString()).toBe(`key=${masked}\n`);
    expect(redactor.flush()).toHaveLength(0);
  });

  it("masks what a scan would let pass: glued, malformed and placeholder keys", () => {
    const redactor = createRedactor();
    const text = `disk${key} ${key.slice(0, 20)} ${prefix}your_key_here`;
    const shown = Buffer.concat([redactor.push(text), redactor.flush()]).toString();
    expect(shown).not.toContain(key.slice(8, 20));
    expect(shown).not.toContain("your_key");
  });

  it("never holds back more than a few kilobytes, whatever comes", () => {
    const redactor = createRedactor();
    let given = 0;
    let taken = 0;
    for (const piece of [key, `"${prefix}" + "`, "A".repeat(5000), prefix.repeat(200), "%5F".repeat(900)]) {
      for (let turn = 0; turn < 5; turn += 1) {
        taken += piece.length;
        given += redactor.push(piece).length;
      }
    }
    expect(taken - given).toBeLessThan(60_000);
  });

  it.each(Object.entries(writtenForms))("masks a key in %s, wherever the chunks are cut", (_, { encode }) => {
    const bytes = encode(`a="${key}"; b=1;\n`);
    const whole = redactInChunks(bytes, [bytes.length]);
    expect(whole.includes(encode(key.slice(12, 30)))).toBe(false);
    expect(whole.length).toBeLessThan(bytes.length);
    for (let cut = 1; cut < bytes.length; cut += 1) {
      expect(redactInChunks(bytes, [cut, bytes.length]).equals(whole)).toBe(true);
    }
    expect(redactInChunks(bytes, [1]).equals(whole)).toBe(true);
  });

  it("gives the same for every way to cut, and never a body", () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 30 }),
      fc.constantFrom(
        "\n",
        '" + "',
        '"',
        "\\\n",
        "%5F",
        "\\u005f",
        "=",
        prefix,
        '"sk_" + "' + prefix.slice(3),
        "c2tf",
        "-----BEGIN ",
        "\\n",
        catalogueKeys[0]?.[1] ?? "",
        catalogueKeys.at(-1)?.[1].slice(0, 20) ?? "",
        privateKey,
      ),
      fc
        .tuple(fc.nat(1000), fc.constantFrom(...Object.values(writtenForms)))
        .map(([seed, { encode }]) => encode(` ${keyOf("sk_live_", 40, seed)} `).toString("latin1")),
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 10 }),
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 5 }),
        (pieces, sizes) => {
          const bytes = Buffer.from(pieces.join(""), "latin1");
          expect(redactInChunks(bytes, sizes).toString("latin1")).toBe(
            redactInChunks(bytes, [bytes.length + 1]).toString("latin1"),
          );
        },
      ),
      { numRuns: process.env["SLOW"] === "1" ? 20_000 : 150 },
    );
  });
});

describe("createRedactorStream", () => {
  it("is a web-standard transform of text or bytes", async () => {
    const source = new ReadableStream<string>({
      start: (controller) => {
        controller.enqueue(`token ${key.slice(0, 11)}`);
        controller.enqueue(`${key.slice(11)} end`);
        controller.close();
      },
    });
    const text = await new Response(source.pipeThrough(createRedactorStream())).text();
    expect(text).toBe(`token ${masked} end`);
  });
});

it("leaves words alone that begin like a key of the catalogue", () => {
  const redactor = createRedactor();
  const text = "pattern_matching_engine key-management-service sk-learn-pipelines\n";
  const shown = Buffer.concat([redactor.push(text), redactor.flush()]).toString();
  expect(shown).toBe(text);
});
