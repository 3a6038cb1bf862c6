import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { providersOf } from "@keywarden/key-format";
import { makeKey, makeTemporaryDirectory } from "@keywarden/testing";
import { expect, it } from "vitest";
import { keywarden, scanJson } from "./command.ts";

const own = providersOf([]).providers.find(({ id }) => id === "keywarden");
if (own === undefined) throw new Error("no provider keywarden");
const token = makeKey(own, { kind: "secret", environment: "production" }).reveal();

it("a token of a keywarden-server is found by scan and check-env as a key of Keywarden", async () => {
  using folder = makeTemporaryDirectory();
  writeFileSync(join(folder.path, ".env"), `KEYWARDEN_TOKEN=${token}\n`);
  const { status, findings } = await scanJson(["."], { directory: folder.path });
  expect(status).toBe(1);
  expect(findings).toMatchObject([{ action: "block", provider: "keywarden", line: 1, column: 17 }]);
  const checked = await keywarden(["check-env"], { directory: folder.path });
  expect(checked.status).toBe(1);
  expect(checked.stdout).toContain("with 1 secret key in it");
  expect(checked.stdout + checked.stderr).not.toContain(token);
});
