import { gzipSync } from "node:zlib";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { builtProgram } from "@keywarden/testing/built-program";
import { live, restricted, scanJson, test } from "./command.ts";

const sources = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const leak = (key: string): string => `API_KEY=${key}\n`;

/** Two folders of 2,500 files each, which together are enough for several threads, and all that a scan has to tell apart. */
function fill(top: string): void {
  for (const [folder, key] of [["a", live] as const, ["b", restricted] as const]) {
    mkdirSync(join(top, folder));
    for (let index = 0; index < 2_500; index += 1) {
      writeFileSync(join(top, folder, `${index}.txt`), index % 500 === 250 ? leak(key) : `${index}\n`);
    }
    writeFileSync(join(top, folder, "keys.gz"), gzipSync(leak(test)));
    writeFileSync(join(top, folder, `${key}.txt`), "");
    writeFileSync(join(top, folder, "broken.zip"), "PK\x03\x04 and nothing more");
    symlinkSync(`/nowhere/${key}`, join(top, folder, "link"));
    writeFileSync(join(top, folder, "left-out.log"), leak(key));
    execFileSync("mkfifo", [join(top, folder, "pipe")]);
  }
  chmodSync(join(top, "b", "7.txt"), 0o000);
  writeFileSync(join(top, "keywarden.json"), JSON.stringify({ exclude: ["**/*.log"] }));
}

describe("a scan of more files than one thread takes", () => {
  it.each(["sources", "built program"])(
    "reports what scans of its halves report, by the %s",
    async (what) => {
      using folder = makeTemporaryDirectory();
      fill(folder.path);
      const program = what === "sources" ? sources : builtProgram("cli");
      const place = { directory: folder.path, program };
      const whole = await scanJson(["."], place);
      const a = await scanJson(["a"], place);
      const b = await scanJson(["b"], place);
      expect(whole.findings).toEqual([...a.findings, ...b.findings]);
      expect(whole.findings.length).toBe(16);
      expect(whole.summary["skipped"]).toEqual([
        ...Object.values(a.summary["skipped"] ?? []),
        ...Object.values(b.summary["skipped"] ?? []),
      ]);
      for (const counted of ["files", "bytes"] as const) {
        for (const count of ["listed", "scanned", "skipped"]) {
          const inHalves = (a.summary[counted]?.[count] ?? 0) + (b.summary[counted]?.[count] ?? 0);
          const besides = counted === "files" && count !== "skipped" ? 1 : 0;
          const size =
            counted === "bytes" && count !== "skipped" ? `{"exclude":["**/*.log"]}`.length : besides;
          expect(whole.summary[counted]?.[count], `${counted} ${count}`).toBe(inHalves + size);
        }
      }
    },
  );
});
