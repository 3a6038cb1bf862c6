import { aforo, Secret } from "@keywarden/key-format";
import {
  createKeySchema,
  makeInventoryClient,
  managedKeySchema,
  type ManagedKey,
} from "@keywarden/management";
import { makeInventoryKeyApi } from "@keywarden/rotation";
import { describe, expect, test } from "vitest";
import { readEntry } from "../src/journal/entry.ts";
import { makeRig } from "./rig.ts";

const at = "2026-06-01T00:00:00.000Z";

const bound: ManagedKey = {
  id: "key_1",
  provider: "aforo",
  name: "billing",
  kind: "secret",
  environment: "production",
  label: "live",
  prefix: "sk_live_",
  lastFour: "0000",
  generation: 1,
  revision: 0,
  state: "active",
  createdAt: at,
  secretCreatedAt: at,
  lastUsedAt: null,
  trackingSince: at,
  expiresAt: "2027-06-01T00:00:00.000Z",
  revokedAt: null,
  disabledAt: null,
  replaces: null,
  grace: null,
  owner: "ann",
  tags: ["shop"],
  metadata: { team: "billing" },
  permissions: ["read"],
  restrictions: {
    ipRanges: ["10.0.0.0/8"],
    rateLimits: [{ requests: 5, windowSeconds: 1 }],
    product: "shop",
  },
};

describe("a successor", () => {
  test("takes over everything that a key can be made with, whatever is added to that", async () => {
    const sent: unknown[] = [];
    const client = makeInventoryClient({
      baseUrl: "http://127.0.0.1:1",
      token: new Secret("token"),
      fetch: async (_url, init) => {
        sent.push(JSON.parse(typeof init?.body === "string" ? init.body : "null"));
        return Response.json({ key: bound, secret: "sk_" + "live_" + "a".repeat(40) }, { status: 201 });
      },
    });
    const mark = { rotation: "0a1b2c3d", key: bound, successorName: "billing" };
    await makeInventoryKeyApi(client).createLike(mark, {});
    const own = { rotation: "0a1b2c3d", replaces: "key_1" };
    expect(sent).toEqual([createKeySchema.parse({ ...pickCreatable(bound), ...own })]);
  });

  test("is asked for with the same rights and bonds after a crash, from the journal", async () => {
    using rig = await makeRig(aforo);
    const { fact } = await rig.plan();
    const { label: _, ...key } = bound;
    const line = JSON.stringify({ sequence: 0, atMs: 0, ...fact, key });
    expect(readEntry(line)).toMatchObject({
      key: { restrictions: bound.restrictions, metadata: bound.metadata, permissions: ["read"] },
    });
  });
});

/** Every field that creating knows but what a key replaced itself; fails when creating learns one that a key does not show. */
function pickCreatable(key: ManagedKey): Readonly<Record<string, unknown>> {
  const fields = Object.keys(createKeySchema.shape);
  const inherited = fields.filter((field) => field !== "replaces" && field !== "rotation");
  expect(Object.keys(managedKeySchema.shape)).toEqual(expect.arrayContaining(inherited));
  return Object.fromEntries(inherited.map((field) => [field, key[field as keyof ManagedKey]]));
}
