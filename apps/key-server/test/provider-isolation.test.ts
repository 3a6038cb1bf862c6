import { builtInProviders } from "@keywarden/key-format";
import { dialects, type Dialect, type Operation } from "@keywarden/management";
import { sha256 } from "@keywarden/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeServer, type TestServer } from "./make-server.ts";
import { ownProvider } from "./own-provider.ts";

const providers = [...builtInProviders, ownProvider];
const ids = providers.map(({ id }) => id);

function dialectFor(id: string): Dialect {
  const dialect = dialects[providers.find((provider) => provider.id === id)?.dialect ?? ""];
  if (dialect === undefined) throw new Error(`no dialect of ${id}`);
  return dialect;
}

/** Every route of a provider that names a key. */
function routesOf(
  id: string,
): readonly { readonly method: "GET" | "POST" | "DELETE"; readonly path: string }[] {
  const { operations, monitoring } = dialectFor(id);
  const all: readonly (Operation<unknown, unknown> | undefined)[] = [
    ...Object.values(operations as unknown as Record<string, Operation<unknown, unknown>>),
    ...Object.values((monitoring ?? {}) as Record<string, Operation<unknown, unknown>>),
  ];
  return all.flatMap((one) => (one?.path.includes("{id}") === true ? [one] : []));
}

describe("a provider's routes know no key of another provider", () => {
  let server: TestServer;
  const keys = new Map<string, { readonly id: string; readonly text: string }>();
  beforeAll(async () => {
    server = await makeServer({ providers });
    for (const id of ids) {
      const { manageKeys } = dialectFor(id).permissions;
      const extra = manageKeys === null ? {} : { permissions: dialectFor(id).permissions.known };
      const { key, text } = await server.issue(id, "secret", "production", extra);
      keys.set(id, { id: key.id, text });
    }
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const keyOf = (id: string): { readonly id: string; readonly text: string } => {
    const key = keys.get(id);
    if (key === undefined) throw new Error(id);
    return key;
  };
  const stateOf = async (id: string): Promise<unknown> =>
    (await server.call("GET", `/v1/keys/${keyOf(id).id}`)).json<{ generation: number; state: string }>();

  test.each(
    ids.flatMap((at) =>
      routesOf(at).flatMap((route) => ["token", "key"].map((who) => ({ at, who, ...route }))),
    ),
  )("$method $path of $at with a $who", async ({ at, who, method, path }) => {
    const principal = who === "key" ? { token: keyOf(at).text } : {};
    const ask = async (id: string) => {
      // Only one route of all reads a body.
      const rule = { metric: "requests", threshold: 5, period: "hour" } as const;
      const body = dialectFor(at).monitoring?.createAlert?.request.write({ rule, webhookUrl: null });
      const isAlert = method === "POST" && path.endsWith("/alerts");
      const url = `/${at}${path.replace("{id}", id)}`;
      const answer = await server.call(method, url, { ...principal, ...(isAlert && { body }) });
      return [answer.statusCode, answer.body.replaceAll(id, "<id>")];
    };
    const unknown = await ask("key_that_nobody_has");
    expect(unknown[0]).toBe(404);
    for (const other of ids.filter((id) => id !== at)) {
      const before = await stateOf(other);
      expect([other, ...(await ask(keyOf(other).id))]).toEqual([other, ...unknown]);
      expect(await stateOf(other)).toEqual(before);
    }
  });

  test.each(ids.flatMap((at) => ["token", "key"].map((who) => ({ at, who }))))(
    "the list and the lookup of $at with a $who",
    async ({ at, who }) => {
      const principal = who === "key" ? { token: keyOf(at).text } : {};
      const { list, lookup } = dialectFor(at).operations;
      const listed = await server.call(list.method, `/${at}${list.path}`, principal);
      expect(listed.statusCode).toBe(200);
      for (const other of ids.filter((id) => id !== at)) {
        expect(listed.body).not.toContain(keyOf(other).id);
        const body = lookup.request.write({ fingerprint: sha256(keyOf(other).text) });
        const found = await server.call(lookup.method, `/${at}${lookup.path}`, { ...principal, body });
        expect(found.body).not.toContain(keyOf(other).id);
      }
    },
  );
});
