import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");

test("the operations guide keeps data only in folders that a unit may write to", () => {
  const units = readdirSync(join(root, "templates/systemd")).filter((name) => name.endsWith(".service"));
  const writable = units.flatMap((name) =>
    [...read(`templates/systemd/${name}`).matchAll(/^StateDirectory=(.*)$/gm)].flatMap(([, folders = ""]) =>
      folders.split(" "),
    ),
  );
  const named = [...read("docs/operations.md").matchAll(/\/var\/lib\/([a-z-]+)/g)].map(([, name]) => name);
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((name) => !writable.includes(name ?? ""))).toEqual([]);
});
