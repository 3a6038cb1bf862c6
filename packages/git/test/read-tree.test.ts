import { execFileSync } from "node:child_process";
import * as fc from "fast-check";
import { readTree } from "@keywarden/git";
import { describe, expect, it } from "vitest";

const id = "ab".repeat(20);
const entries = fc.array(
  fc.record({
    mode: fc.constantFrom("100644", "100755", "40000", "120000", "160000"),
    name: fc.uint8Array({ minLength: 1, maxLength: 20 }).filter((bytes) => !bytes.includes(0)),
    id: fc.uint8Array({ minLength: 20, maxLength: 20 }),
  }),
  { minLength: 1, maxLength: 5 },
);
const bytesOf = ({ mode, name, id: entryId }: { mode: string; name: Uint8Array; id: Uint8Array }): Buffer =>
  Buffer.concat([Buffer.from(`${mode} `), name, Buffer.alloc(1), entryId]);

describe("a tree", () => {
  it("is read whole, whatever bytes its names and ids hold", () => {
    fc.assert(
      fc.property(entries, (written) => {
        const tree = Buffer.concat(written.map(bytesOf));
        expect(readTree(id, tree, "sha1")).toEqual(
          written.map((entry) => ({
            mode: entry.mode,
            name: Buffer.from(entry.name),
            id: Buffer.from(entry.id).toString("hex"),
          })),
        );
      }),
    );
  });

  it("that breaks off anywhere but between two entries is an error that names it", () => {
    fc.assert(
      fc.property(entries, fc.nat(), (written, cut) => {
        const parts = written.map(bytesOf);
        const tree = Buffer.concat(parts);
        const whole = new Set([0]);
        parts.reduce((at, part) => {
          whole.add(at + part.length);
          return at + part.length;
        }, 0);
        const end = cut % tree.length;
        fc.pre(!whole.has(end));
        expect(() => readTree(id, tree.subarray(0, end), "sha1")).toThrow(`tree ${id} breaks off`);
      }),
    );
  });

  it("of git's own, empty, is empty", () => {
    const empty = execFileSync("git", ["hash-object", "-t", "tree", "--stdin"], { input: "" });
    expect(readTree(empty.toString().trim(), Buffer.alloc(0), "sha1")).toEqual([]);
  });
});
