import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  alphabetCharacters,
  attribute,
  builtInProviders,
  defineProvider,
  parseKey,
  redact,
  redactWithin,
  Secret,
  validateKey,
} from "@keywarden/key-format";
import { allProviders, checksummedProvider, generated, sha256 } from "./random.ts";

const numRuns = process.env.SLOW === "1" ? 20_000 : 300;
function check<Input>(property: fc.IProperty<Input>): void {
  fc.assert(property, { numRuns });
}

describe("a generated key", () => {
  it("parses into the prefix and body it was made of", () => {
    check(
      fc.property(generated, ({ provider, format, text }) => {
        const parsed = parseKey(text, allProviders);
        expect(parsed).toMatchObject({
          ok: true,
          prefix: format.prefix,
          body: text.slice(format.prefix.length),
          kind: format.kind,
          environment: format.environment,
          label: format.label,
          formats: expect.arrayContaining([{ provider, format }]) as unknown,
        });
        expect(text).toHaveLength(format.prefix.length + format.body.issuedLength);
      }),
    );
  });

  it("is valid for its provider, and never taken for a placeholder or an example", () => {
    check(
      fc.property(generated, ({ provider, text }) => {
        const result = validateKey(text, { providers: allProviders, sha256 });
        expect(result).toMatchObject({
          status: "valid",
          providers: expect.arrayContaining([provider.id]) as unknown,
        });
      }),
    );
  });

  it("is attributed to its provider among others, with evidence, in falling order", () => {
    check(
      fc.property(generated, ({ provider, text }) => {
        const ranked = attribute(text, { providers: allProviders });
        expect(ranked.map((candidate) => candidate.provider)).toContain(provider.id);
        for (const [index, { score, evidence }] of ranked.entries()) {
          expect(evidence.length).toBeGreaterThan(0);
          expect(score).toBeLessThanOrEqual(ranked[index - 1]?.score ?? Infinity);
          expect(evidence.join(" ")).not.toContain(text.slice(-8));
        }
      }),
    );
  });

  it("is attributed to its provider first when its own variable stands near", () => {
    check(
      fc.property(generated, ({ provider, text }) => {
        const variable = provider.variables.find(({ name }) => name.startsWith(provider.id.toUpperCase()));
        if (variable === undefined) return;
        const [best] = attribute(text, { providers: allProviders, variables: [variable.name] });
        expect(best?.provider).toBe(provider.id);
      }),
    );
  });
});

describe("an edit of one character of a checksummed key", () => {
  const edited = generated
    .filter(({ provider }) => provider === checksummedProvider)
    .chain((key) =>
      fc
        .record({
          place: fc.nat(key.text.length - 1),
          character: fc.constantFrom(...alphabetCharacters("base64url").split(""), "!", "é", "\0"),
        })
        .map((edit) => ({ ...key, ...edit })),
    )
    .filter(({ text, place, character }) => text[place] !== character);

  it("is rejected when it replaces one", () => {
    check(
      fc.property(edited, ({ text, place, character }) => {
        const wrong = text.slice(0, place) + character + text.slice(place + 1);
        expect(validateKey(wrong, { providers: allProviders, sha256 }).status).not.toBe("valid");
      }),
    );
  });

  it("is rejected when it removes, adds or swaps one", () => {
    check(
      fc.property(edited, ({ text, place, character }) => {
        const swapped =
          text.slice(0, place) + (text[place + 1] ?? "") + text.charAt(place) + text.slice(place + 2);
        const wrong = [
          text.slice(0, place) + text.slice(place + 1),
          text.slice(0, place) + character + text.slice(place),
          ...(swapped === text ? [] : [swapped]),
        ];
        for (const each of wrong) {
          expect(validateKey(each, { providers: allProviders, sha256 }).status).not.toBe("valid");
        }
      }),
    );
  });
});

describe("redaction", () => {
  const visibleOf = (length: number) => (length >= 24 ? 4 : length >= 12 ? 2 : 0);
  const cut = generated.chain((key) =>
    fc.nat(key.text.length - key.format.prefix.length).map((size) => ({
      ...key,
      body: key.text.slice(key.format.prefix.length, key.format.prefix.length + size),
    })),
  );

  it("shows the prefix and at most 4, 2 or 0 characters of the body, whatever its length", () => {
    check(
      fc.property(cut, ({ format, body }) => {
        const shown = redact(format.prefix + body, format.prefix);
        const tail = shown.slice(format.prefix.length + 1);
        expect(shown.startsWith(`${format.prefix}…`)).toBe(true);
        expect(tail.length).toBeLessThanOrEqual(visibleOf(body.length));
        expect(body.endsWith(tail)).toBe(true);
      }),
    );
  });

  it("shows no more without knowing the prefix", () => {
    check(
      fc.property(cut, ({ format, body }) => {
        const [start = "", tail = ""] = redact(format.prefix + body).split("…");
        expect(format.prefix.startsWith(start)).toBe(true);
        expect(tail.length).toBeLessThanOrEqual(visibleOf(body.length));
      }),
    );
  });

  it("leaves no 5 characters of a body's end in free text around it", () => {
    check(
      fc.property(
        generated,
        fc.string({ unit: "binary" }),
        fc.string({ unit: "binary" }),
        ({ text, format }, before, after) => {
          const masked = redactWithin(`${before}${text}${after}`, allProviders);
          const body = text.slice(format.prefix.length);
          for (let start = 0; start + 8 <= body.length; start += 1) {
            expect(masked).not.toContain(body.slice(start, start + 8));
          }
        },
      ),
    );
  });

  it("changes no text without a known prefix", () => {
    check(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        fc.pre(!/_/.test(text));
        expect(redactWithin(text, allProviders)).toBe(text);
      }),
    );
  });
});

describe("arbitrary input", () => {
  const anyText = fc.oneof(
    fc.string({ unit: "binary", maxLength: 600 }),
    fc
      .array(fc.integer({ min: 0, max: 0xff_ff }), { maxLength: 100 })
      .map((units) => String.fromCharCode(...units)),
    fc.tuple(generated, fc.string({ unit: "binary" }), fc.nat(60)).map(([{ text }, noise, place]) => {
      return text.slice(0, place) + noise + text.slice(place);
    }),
  );

  it("gets a reason and never a throw", () => {
    check(
      fc.property(anyText, (text) => {
        const parsed = parseKey(text, builtInProviders);
        const result = validateKey(text, { providers: builtInProviders, sha256 });
        expect(result.message.length).toBeGreaterThan(0);
        expect(result.status !== "valid" || parsed.ok).toBe(true);
        attribute(text, { providers: builtInProviders, variables: [text], hosts: [text] });
        redactWithin(text, builtInProviders);
        expect(String(new Secret(text))).toBe("[redacted]");
      }),
    );
  });

  it("of any JSON is a provider or has problems, each with a path", () => {
    check(
      fc.property(fc.jsonValue(), (input) => {
        const result = defineProvider(input);
        const problems = result.ok ? [] : result.problems;
        expect(problems.filter(({ path }) => !path.startsWith("$"))).toEqual([]);
      }),
    );
  });

  it("never finds its own characters after the prefix in a message", () => {
    check(
      fc.property(
        generated,
        fc.constantFrom(" ", "\0", "\u202e", "!", "-", ""),
        ({ text, format }, noise) => {
          const broken = text.slice(0, -3) + noise + text.slice(-3);
          const { message } = validateKey(broken, { providers: allProviders, sha256 });
          const body = broken.slice(format.prefix.length);
          for (let start = 0; start + 6 <= body.length; start += 1) {
            expect(message).not.toContain(body.slice(start, start + 6));
          }
        },
      ),
    );
  });
});
