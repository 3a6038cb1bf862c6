import { createHash } from "node:crypto";
import { parseKey, type Secret } from "@keywarden/key-format";
import type { Check } from "./check.ts";
import { demand, Unchecked } from "./demand.ts";
import type { World } from "./world.ts";

export const fingerprintOf = (secret: Secret): string =>
  createHash("sha256").update(secret.reveal(), "utf8").digest("hex");

/** From creation to use: the checks for an API without rotation. */
export const lifeChecks: readonly Check[] = [
  {
    id: "create",
    title: "create answers as documented, with an id and a key of the documented form",
    run: async (world) => {
      const { dialect, profile } = world.options;
      const { answer, key } = await world.create(`${world.mark}-first`);
      world.expect("create", dialect.operations.create, answer);
      demand(key !== null, "create answered without a key");
      world.first = key;
      const parsed = parseKey(key.secret.reveal(), [profile]);
      demand(parsed.ok, `the new key ${key.secret.redacted} is not of a form that the profile describes`);
      demand(
        parsed.prefix === world.format.prefix,
        `the new key begins with ${parsed.prefix} instead of ${world.format.prefix}`,
      );
    },
  },
  {
    id: "list",
    title: "list shows the new key, with its name, kind, environment and prefix",
    run: async (world) => {
      const { id } = world.key;
      needs(world, "list");
      const found = (await world.list()).keys.find((key) => key.id === id);
      demand(found !== undefined, `list does not show ${id}, which was just created`);
      const { kind, environment, prefix } = world.format;
      demand(found.name === `${world.mark}-first`, "list shows another name than was asked for");
      demand(
        found.kind === kind && found.environment === environment && found.prefix === prefix,
        `list shows a ${found.kind} key of ${found.environment} (${found.prefix}) instead of a ${kind} key of ${environment} (${prefix})`,
      );
    },
  },
  {
    id: "list-pages",
    title: "list in pages shows every key once and ends",
    run: async (world) => {
      const { id } = world.key;
      needs(world, "list");
      const others = [await world.another(), await world.another()];
      const { keys, sizes } = await world.list(1);
      if (sizes.length === 1 && keys.length > 1) {
        throw new Unchecked("the API returns the whole list at once, whatever the limit");
      }
      demand(
        sizes.every((size) => size <= 1),
        `a page of at most 1 key has ${Math.max(...sizes)}`,
      );
      const ids = keys.map((key) => key.id);
      demand(new Set(ids).size === ids.length, "the pages show a key twice");
      for (const wanted of [id, ...others.map((other) => other.id)]) {
        demand(ids.includes(wanted), `no page shows ${wanted}`);
      }
      for (const other of others) await world.revoke(other.id);
    },
  },
  {
    id: "verify",
    title: "the new key opens the door that it is made for",
    run: async (world) => {
      const status = await world.use(world.key.secret);
      demand(
        status === world.usedStatus,
        `${describeCall(world)} answered ${status} instead of ${world.usedStatus}`,
      );
    },
  },
  {
    id: "unknown-key",
    title: "an unknown key is refused with 401",
    run: async (world) => {
      const status = await world.use(world.stranger());
      demand(status === 401, `${describeCall(world)} answered ${status} to a made-up key`);
    },
  },
  {
    id: "lookup",
    title: "lookup finds the key by its SHA-256 alone, and no unknown key",
    run: async (world) => {
      const { id, secret } = world.key;
      needs(world, "lookup");
      const { lookup } = world.options.dialect.operations;
      const ask = async (key: Secret) => {
        const body = lookup.request.write({ fingerprint: fingerprintOf(key) });
        return world.expect("lookup", lookup, await world.send("lookup", { body }));
      };
      const own = await ask(secret);
      demand(own.found && own.key.id === id, `lookup does not find ${id}`);
      demand(own.key.state === "active", `lookup says that the new key is ${own.key.state}`);
      demand(!(await ask(world.stranger())).found, "lookup finds an unknown key");
    },
  },
];

export function needs(world: World, ability: "list" | "lookup" | "generations" | "idempotencyKey"): void {
  if (!world.options.capabilities[ability]) throw new Unchecked(`the provider does not promise ${ability}`);
}

export function describeCall({ options }: World): string {
  const { method, path } = options.dialect.sample;
  return `${method} ${path}`;
}
