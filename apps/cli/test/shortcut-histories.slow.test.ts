import { appendFileSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { aforo } from "@keywarden/key-format";
import { makeKey } from "@keywarden/testing";
import type { TestRepository } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { builtProgram } from "@keywarden/testing/built-program";
import { guardedRepository, keywarden } from "./command.ts";
import { isProvedClean } from "./proof.ts";

const program = builtProgram("cli");

describe("on random histories of attributes, renames, links, encodings, odd paths and own formats", () => {
  const key = makeKey(aforo, { kind: "secret", environment: "production" }, 7).reveal();
  const own = `acme_live_${key.slice(8)}`;
  const text = (written: string): Buffer => Buffer.from(written);
  const pieces = [
    ...[
      "x\n",
      "line\n",
      "\0",
      "é\n",
      "task_\n",
      "\r\n",
      key,
      `${key}\n`,
      key.slice(0, 8),
      own,
      "acme_",
      '"sk_" +\n',
    ].map(text),
    ...[key.slice(8), Buffer.from(key).toString("base64"), Buffer.from(own).toString("hex")].map(text),
    ...[
      key.replaceAll("_", "%5f"),
      own.replaceAll("_", String.raw`\u005f`),
      key.replaceAll("_", "&#95;"),
    ].map(text),
    Buffer.from(`\uFEFF${key}\n`, "utf16le"),
    Buffer.from(own, "utf16le").swap16(),
    gzipSync(key),
    Buffer.from([0xff, 0xfe, 0x00, 0x80]),
  ];
  const content = fc.array(fc.constantFrom(...pieces), { maxLength: 4 }).map((parts) => Buffer.concat(parts));
  const name = fc.constantFrom(
    "a",
    "b",
    "d/c",
    "é",
    "x y",
    'q"',
    "a[b]",
    ":(top)z",
    "-f",
    `p-${key.slice(0, 8)}`,
    "acme_live_",
  );
  const attributes = fc.constantFrom("* -diff\n", "* binary\n", "* diff=hide\n", "* text=auto eol=crlf\n");
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ what: fc.constant("write" as const), name, content }) },
    fc.record({ what: fc.constant("remove" as const), name }),
    fc.record({ what: fc.constant("rename" as const), name, to: name }),
    fc.record({ what: fc.constant("link" as const), name, to: fc.constantFrom("a", key, own, "nowhere") }),
    fc.record({ what: fc.constant("attributes" as const), name: fc.constant(".gitattributes"), attributes }),
  );

  const harmless = { what: "write", name: "a", content: Buffer.concat([text("x\n")]) } as const;

  type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

  function change(repository: TestRepository, next: Step): void {
    const path = join(repository.path, next.name);
    if (next.what === "rename") {
      if (existsSync(path)) renameSync(path, join(repository.path, next.to === "d/c" ? "d" : next.to));
      return;
    }
    rmSync(path, { force: true, recursive: true });
    if (next.what === "write") repository.write(next.name, next.content);
    if (next.what === "attributes") repository.write(next.name, next.attributes);
    if (next.what === "link") {
      mkdirSync(dirname(path), { recursive: true });
      symlinkSync(next.to, path);
    }
  }

  const isSlow = process.env["SLOW"] === "1";

  it(
    "what git proves clean is clean for the exact scan",
    { timeout: isSlow ? 1_800_000 : 120_000 },
    async () => {
      using repository = await guardedRepository({ program });
      const format = {
        prefix: "acme_live_",
        kind: "secret",
        environment: "production",
        body: { alphabet: "base62", length: 40 },
      };
      repository.write("keywarden.json", JSON.stringify({ providers: [{ id: "acme", formats: [format] }] }));
      await repository.git("add", "--all");
      await repository.git("config", "diff.hide.textconv", "true");
      await repository.git("config", "diff.renames", "copies");
      await repository.git("commit", "-q", "--no-verify", "-m", "own format");
      await keywarden(["hook", "install"], { directory: repository.path, env: repository.env, program });
      let proved = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
          for (const next of steps) {
            try {
              change(repository, next);
            } catch (error) {
              // A file where a folder would be, or the other way round, is no change.
              if (!(error instanceof Error) || !("code" in error)) throw error;
            }
          }
          await repository.git("add", "--all");
          const where = { directory: repository.path, env: repository.env, program };
          const isProved = await isProvedClean(repository);
          const { status } = isProved ? await keywarden(["scan", "--staged"], where) : { status: 0 };
          proved += isProved ? 1 : 0;
          expect(status).toBe(0);
          await repository.git("commit", "-q", "--no-verify", "--allow-empty", "-m", "x");
        }),
        // Of so few random histories none may be provable; this one is.
        { numRuns: isSlow ? 600 : 25, examples: [[[harmless]]] },
      );
      appendFileSync(join(repository.path, "readme.md"), "more\n");
      await repository.git("add", "readme.md");
      expect([proved > 0, await isProvedClean(repository)]).toEqual([true, true]);
    },
  );
});
