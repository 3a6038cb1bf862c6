import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hookNames } from "@keywarden/git";
import { insertBlock, splitHook } from "../src/hooks/hook-block.ts";
import { parseRawDifferences } from "../src/differences/raw-diff.ts";

const latin1 = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString("latin1"));
const hook = fc
  .tuple(
    fc.constantFrom("", "#!/bin/sh\n", "#!/bin/sh", "#!/usr/bin/env bash\r\n", "#!"),
    fc.array(latin1),
    fc.constantFrom("\n", "\r\n", ""),
  )
  .map(([first, lines, lineBreak]) => first + lines.join(lineBreak));
const block = fc.record({
  name: fc.constantFrom(...hookNames),
  command: fc.string({ minLength: 1 }).filter((text) => text.trim() !== "" && !/[\0\r\n]/u.test(text)),
  needs: fc.option(
    fc.string({ minLength: 1 }).filter((text) => !/[\0\r\n]/u.test(text)),
    { nil: null },
  ),
  shortcut: fc.constantFrom(
    null,
    "  if true; then\n    exit 0\n  fi\n",
    "  case $é in\n    x) exit 0 ;;\n  esac\n",
  ),
  ownsFile: fc.boolean(),
  chain: fc.constantFrom("itself" as const, "through-sh" as const, null),
});

describe("our lines in a hook", () => {
  it("come out of any hook without a trace, and say what went in", () => {
    fc.assert(
      fc.property(hook, block, (foreign, wanted) => {
        const split = splitHook(wanted.name, insertBlock(foreign, wanted), "the hook");
        expect(split.foreign).toBe(foreign);
        expect(split.blocks).toBe(1);
        expect(split.block).toMatchObject(wanted);
      }),
    );
  });

  it("come before every line but the interpreter's", () => {
    fc.assert(
      fc.property(hook, block, (foreign, wanted) => {
        const before = insertBlock(foreign, wanted).split("# >>> keywarden >>>\n", 1).join("");
        expect(before.split("\n").length).toBeLessThanOrEqual(2);
        expect(before === "" || before.startsWith("#!")).toBe(true);
      }),
    );
  });
});

const mode = fc.constantFrom("100644", "100755", "120000", "160000", "000000");
const path = fc
  .uint8Array({ minLength: 1, maxLength: 30 })
  .map((bytes) => Buffer.from(bytes.map((byte) => byte || 1)));
// Of one repository, all ids have one size.
const difference = fc.constantFrom(/^[0-9a-f]{40}$/u, /^[0-9a-f]{64}$/u).chain((form) => {
  const id = fc.stringMatching(form);
  return fc.record({
    status: fc.constantFrom("A", "M", "D", "T", "U"),
    oldMode: mode,
    newMode: mode,
    oldId: id,
    newId: id,
    path,
  });
});

describe("parseRawDifferences", () => {
  it("reads what git writes, whatever is in the paths", () => {
    fc.assert(
      fc.property(fc.array(difference), (differences) => {
        const present = (text: string): string | null => (/^0+$/u.test(text) ? null : text);
        expect(parseRawDifferences(Buffer.concat(differences.map(recordOf)))).toEqual(
          differences.map((item) => ({ ...item, oldId: present(item.oldId), newId: present(item.newId) })),
        );
      }),
    );
  });

  it("refuses output that was cut anywhere but between records", () => {
    fc.assert(
      fc.property(difference, fc.nat(), (item, cut) => {
        const record = recordOf(item);
        const length = 1 + (cut % (record.length - 1));
        expect(() => parseRawDifferences(record.subarray(0, length))).toThrow(/cannot be read/u);
      }),
    );
  });

  it("refuses any other character in front of the path", () => {
    fc.assert(
      fc.property(difference, fc.nat(), (item, index) => {
        const record = recordOf(item);
        record[index % record.indexOf(0)] = 0x2d;
        expect(() => parseRawDifferences(record)).toThrow(/cannot be read/u);
      }),
    );
  });
});

function recordOf({
  status,
  oldMode,
  newMode,
  oldId,
  newId,
  path,
}: { readonly [Name in "status" | "oldMode" | "newMode" | "oldId" | "newId"]: string } & {
  readonly path: Buffer;
}): Buffer {
  return Buffer.concat([
    Buffer.from(`:${oldMode} ${newMode} ${oldId} ${newId} ${status}\0`),
    path,
    Buffer.from([0]),
  ]);
}
