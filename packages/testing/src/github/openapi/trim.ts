// Cuts GitHub's OpenAPI descriptions down to what the emulator plays, because the published packages
// weigh 400 MB together. How to get the sources is in README.md beside this file.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { keptEvents, keptOperations } from "./kept.ts";
import { pickReferenced, pointersIn, withoutProse } from "./prune.ts";
import type { SchemaObject } from "./prune.ts";

const [apiPath, webhooksPath] = process.argv.slice(2);
if (apiPath === undefined || webhooksPath === undefined) {
  process.stderr.write(
    "usage: node trim.ts <openapi>/api.github.com.json <openapi-webhooks>/api.github.com.json\n",
  );
  process.exit(2);
}

const here = dirname(fileURLToPath(import.meta.url));

trim(apiPath, "github-api.json", "paths", keptOperations);
trim(
  webhooksPath,
  "github-webhooks.json",
  "webhooks",
  keptEvents.map((name) => ({ name, method: "post" })),
);

function trim(
  source: string,
  target: string,
  section: "paths" | "webhooks",
  kept: readonly { readonly name: string; readonly method: string }[],
): void {
  const whole = JSON.parse(readFileSync(source, "utf8")) as SchemaObject;
  const all = whole[section] as SchemaObject;
  const chosen: SchemaObject = {};
  for (const { name, method } of kept) {
    const operation = (all[name] as SchemaObject | undefined)?.[method];
    if (operation === undefined) throw new Error(`${source} describes no ${method} of ${name}`);
    chosen[name] = { ...(chosen[name] as SchemaObject | undefined), [method]: withoutProse(operation) };
  }
  const components = pickReferenced(whole, pointersIn(chosen));
  const info = whole["info"] as SchemaObject;
  const trimmed = {
    openapi: whole["openapi"],
    info: {
      title: info["title"],
      version: info["version"],
      license: info["license"],
      "x-source": `${section === "paths" ? "@octokit/openapi" : "@octokit/openapi-webhooks"}@${String(info["version"])} generated/api.github.com.json, trimmed by trim.ts`,
    },
    [section]: chosen,
    components,
  };
  const text = `${JSON.stringify(trimmed, null, 1)}\n`;
  writeFileSync(join(here, target), text);
  process.stdout.write(`${target}: ${kept.length} operations, ${Buffer.byteLength(text)} bytes\n`);
}
