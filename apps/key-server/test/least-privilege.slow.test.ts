import { builtInProviders, type ManagedProvider } from "@keywarden/key-format";
import { dialects, type Dialect, type ManagedKey, type Restrictions } from "@keywarden/management";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { makeServer, type TestServer } from "./make-server.ts";
import { ownProvider } from "./own-provider.ts";

const numRuns = Number(process.env["SLOW"] ?? 0) > 0 ? 1000 : 30;
const providers = [...builtInProviders, ownProvider];

const some = <T>(...values: readonly T[]) =>
  fc.subarray([...values], { minLength: 1 }).map((chosen): readonly T[] => chosen);
const pools = {
  ipRanges: some("0.0.0.0/0", "192.0.2.7", "::/0"),
  referrers: some("https://a.example", "https://b.example"),
  endpoints: some("GET /v1/**", "* /**", "POST /v1/users"),
  product: fc.constantFrom("p1", "p2"),
  tenant: fc.constantFrom("tenant_prod_1", "tenant_prod_2"),
  projectTags: some("home", "plant"),
};

function boundsFor({ restrictions }: Dialect): fc.Arbitrary<Restrictions> {
  const own = Object.entries(pools).filter(([name]) => restrictions.includes(name as keyof Restrictions));
  return fc.record(Object.fromEntries(own), { requiredKeys: [] });
}

/** Any sort of key that a provider has in production, with rights and bounds. */
function wishFor(profile: ManagedProvider, dialect: Dialect) {
  const kinds = profile.formats
    .filter(({ environment }) => environment === "production")
    .map(({ kind }) => kind);
  const permissions = fc.option(fc.subarray([...(dialect.permissions.known ?? ["pick", "prune"])]), {
    nil: undefined,
  });
  return fc.record({ kind: fc.constantFrom(...kinds), permissions, restrictions: boundsFor(dialect) });
}

const request = (dialect: Dialect) =>
  fc.record(
    {
      ip: fc.constantFrom("10.1.2.3", "192.0.2.7", "2001:db8::1"),
      referrer: fc.constantFrom("https://a.example/x", "https://b.example", "https://c.example"),
      method: fc.constantFrom("GET", "POST"),
      path: fc.constantFrom("/v1/users", "/v1/api-keys", "/v2"),
      permission: fc.constantFrom(...(dialect.permissions.known ?? []), "pick", "prune"),
      product: pools.product,
      tenant: pools.tenant,
      projectTags: pools.projectTags,
    },
    { requiredKeys: ["ip", "method", "path"] },
  );

const cases = fc.constantFrom(...providers).chain((profile) => {
  const dialect = dialects[profile.dialect];
  if (dialect === undefined) throw new Error(`no dialect ${profile.dialect}`);
  const manages = dialect.permissions.manageKeys;
  const parents = wishFor(profile, dialect).map((wish) => ({
    ...wish,
    // A key that may not manage keys gains nothing, which other tests say.
    kind: "secret" as const,
    permissions:
      manages === null
        ? wish.permissions
        : [...(wish.permissions ?? []).filter((one) => one !== manages), manages],
  }));
  return parents.chain((parent) =>
    fc.record({
      profile: fc.constant(profile),
      dialect: fc.constant(dialect),
      parent: fc.constant(parent),
      lifeMs: fc.option(fc.integer({ min: 1000, max: 5000 }), { nil: undefined }),
      isOtherAsShort: fc.boolean(),
      wish: fc.oneof(fc.constant(parent), wishFor(profile, dialect)),
      requests: fc.array(request(dialect), { minLength: 5, maxLength: 10 }),
    }),
  );
});

/** The text of a key wherever a dialect's answer has it. */
function textIn(body: unknown): string | null {
  const { key, secret, data, api_key } = body as Record<string, unknown>;
  const inner = (data ?? api_key ?? {}) as Record<string, unknown>;
  const found = [secret, key, inner["key"], inner["token"]].find((one) => typeof one === "string");
  return found ?? null;
}

async function may(server: TestServer, key: string, request: object): Promise<boolean> {
  const answer = await server.call("POST", "/v1/keys/verify", { body: { ...request, key } });
  return answer.json<{ valid: boolean }>().valid;
}

test("whatever a key makes or rotates can do nothing that it cannot do itself, and lives no longer", async () => {
  const got = { made: 0, rotated: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(cases, async ({ profile, dialect, parent, lifeMs, isOtherAsShort, wish, requests }) => {
      await using server = await makeServer({ providers });
      const issue = async (input: object) => {
        const body = { provider: profile.id, name: "n", environment: "production", ...input };
        const answer = await server.call("POST", "/v1/keys", { body });
        return answer.json<{ key?: ManagedKey; secret?: string }>();
      };
      const expiresAt =
        lifeMs === undefined ? {} : { expiresAt: new Date(server.clock() + lifeMs).toISOString() };
      const { secret: own } = await issue({ ...parent, ...expiresAt });
      fc.pre(own !== undefined);
      const other = await issue({ ...wish, ...(isOtherAsShort && expiresAt) });
      const { create, rotate } = dialect.operations;
      const asOwn = { token: own, headers: { referer: "https://a.example" } };
      const answers = [
        await server.call("POST", `/${profile.id}${create.path}`, {
          ...asOwn,
          body: create.request.write({ name: "n", environment: "production", ...wish }),
        }),
        await server.call(
          "POST",
          `/${profile.id}${rotate.path.replace("{id}", other.key?.id ?? "none")}`,
          asOwn,
        ),
      ];
      const gained = answers.map((answer) => (answer.statusCode === 201 ? textIn(answer.json()) : null));
      got.made += gained[0] === null ? 0 : 1;
      got.rotated += gained[1] === null ? 0 : 1;
      got.refused += gained.filter((one) => one === null).length;
      for (const text of gained.filter((one) => one !== null)) {
        for (const asked of requests) {
          const [mine, theirs] = [await may(server, own, asked), await may(server, text, asked)];
          expect({ asked, isMore: theirs && !mine }).toEqual({ asked, isMore: false });
        }
        server.clock.advance(lifeMs ?? 0);
        const plain = { ip: "10.1.2.3", method: "GET", path: "/v1/users", referrer: "https://a.example" };
        const outlives = lifeMs !== undefined && (await may(server, text, plain));
        expect(outlives).toBe(false);
      }
    }),
    { numRuns, seed: 20_261_130 },
  );
  // The property says nothing unless all of it happens.
  expect(Math.min(got.made, got.rotated, got.refused)).toBeGreaterThan(2);
});
