import { builtInProviders, Secret } from "@keywarden/key-format";
import { dialects, type Dialect, type ManagedKey, type Restrictions } from "@keywarden/management";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryKey } from "./arbitrary-key.ts";

function dialectOf(id: string): Dialect {
  const dialect = dialects[id];
  if (dialect === undefined) throw new Error(`no dialect ${id}`);
  return dialect;
}

/** What arrives at the other side of a connection. */
const sent = (body: unknown): unknown => JSON.parse(JSON.stringify(body));

const secret = new Secret(["sk", "live", "a1B2".repeat(10)].join("_"));

const productionKey: ManagedKey = {
  id: "key_123",
  provider: "example",
  name: "Production Key",
  kind: "secret",
  environment: "production",
  label: "live",
  prefix: "sk_live_",
  lastFour: "a1B2",
  generation: 1,
  revision: 0,
  state: "active",
  createdAt: "2025-01-01T00:00:00Z",
  secretCreatedAt: "2025-01-01T00:00:00Z",
  lastUsedAt: "2025-01-15T10:30:00Z",
  trackingSince: "2025-01-01T00:00:00Z",
  expiresAt: null,
  revokedAt: null,
  disabledAt: null,
  replaces: null,
  grace: null,
  owner: null,
  tags: [],
  permissions: null,
};

const word = fc.constantFrom("tenant_prod_1", "billing", "a.b:c");
const bounds = {
  ipRanges: fc.constantFrom(["10.0.0.0/8"], ["::1", "192.0.2.7"]),
  referrers: fc.constant(["https://app.example.com"]),
  endpoints: fc.constant(["GET /v1/users/*"]),
  rateLimits: fc.constant([{ requests: 5, windowSeconds: 60 }]),
  product: word,
  tenant: word,
  projectTags: fc.constant(["residential"]),
};

/** Any restrictions that a dialect has words for. */
function boundsOf({ restrictions }: Dialect): fc.Arbitrary<Restrictions> {
  const own = Object.entries(bounds).filter(([name]) => restrictions.includes(name as keyof Restrictions));
  return fc.record(Object.fromEntries(own), { requiredKeys: [] });
}

describe("documented bodies are exact", () => {
  test("Aforo creates with name and environment and answers key and id", () => {
    const { create, revoke } = dialectOf("aforo").operations;

    expect([create.method, create.path]).toEqual(["POST", "/api/v1/api-keys"]);
    expect(create.request.read({ name: "prod-key-v2", environment: "live" })).toEqual({
      ok: true,
      value: { name: "prod-key-v2", kind: "secret", environment: "production" },
    });
    expect(create.request.write({ name: "ci", kind: "secret", environment: "sandbox" })).toEqual({
      name: "ci",
      environment: "test",
    });
    expect(create.response.write({ key: { ...productionKey, id: "key_xyz789" }, secret })).toEqual({
      key: secret.reveal(),
      id: "key_xyz789",
    });
    expect([revoke.method, revoke.path]).toEqual(["DELETE", "/api/v1/api-keys/{id}"]);
  });

  test("Example lists and deletes as printed", () => {
    const { list, revoke } = dialectOf("example").operations;

    expect([list.method, list.path, list.status]).toEqual(["GET", "/v1/api-keys", 200]);
    expect(list.response.write([productionKey])).toEqual({
      success: true,
      data: [
        {
          id: "key_123",
          name: "Production Key",
          prefix: "sk_live_",
          created_at: "2025-01-01T00:00:00Z",
          last_used: "2025-01-15T10:30:00Z",
        },
      ],
    });
    expect([revoke.method, revoke.path, revoke.status]).toEqual(["DELETE", "/v1/api-keys/{id}", 200]);
    expect(revoke.response.write({ key: productionKey, outcome: "revoked" })).toEqual({
      success: true,
      message: "API key revoked successfully",
    });
  });

  test.each(["aforo", "example", "azotte"])(
    "%s writes rate limits in snake case, as all of its bodies",
    (id) => {
      const { create } = dialectOf(id).operations;
      const restrictions = { rateLimits: [{ requests: 5, windowSeconds: 60 }] };

      expect(
        create.request.write({ name: "n", kind: "secret", environment: "production", restrictions }),
      ).toMatchObject({ rate_limits: [{ requests: 5, window_seconds: 60 }] });
    },
  );

  test("every dialect names a sample that it has", () => {
    for (const { sample, samples } of Object.values(dialects)) {
      expect(samples.map(({ method, path }) => `${method} ${path}`)).toContain(
        `${sample.method} ${sample.path}`,
      );
    }
  });
});

describe.each([
  ...builtInProviders,
  ...builtInProviders.map((provider) => ({ ...provider, dialect: "standard" })),
])("$id keys in the $dialect dialect", (provider) => {
  const { operations, failure } = dialectOf(provider.dialect);
  const remote = ({ id, name, prefix, environment, kind, createdAt, lastUsedAt }: ManagedKey) => ({
    id,
    name,
    prefix,
    environment,
    kind,
    createdAt,
    lastUsedAt,
  });

  test("a list that is written reads back", () => {
    fc.assert(
      fc.property(fc.array(arbitraryKey(provider), { maxLength: 5 }), (keys) => {
        const read = operations.list.response.read(sent(operations.list.response.write(keys)));
        expect(read).toMatchObject({ ok: true, value: keys.map(remote) });
      }),
    );
  });

  test("a lookup that is written reads back in every state", () => {
    const state = fc.constantFrom("active", "grace", "revoked", "expired");
    const { response, request } = operations.lookup;
    fc.assert(
      fc.property(arbitraryKey(provider), state, (key, state) => {
        const read = response.read(sent(response.write({ found: true, key, state })));
        expect(read).toMatchObject({ ok: true, value: { found: true, key: { ...remote(key), state } } });
      }),
    );
    expect(response.read(sent(response.write({ found: false })))).toEqual({
      ok: true,
      value: { found: false },
    });
    const fingerprint = "ab".repeat(32);
    expect(request.read(sent(request.write({ fingerprint })))).toEqual({ ok: true, value: { fingerprint } });
  });

  test("a key that is shown reads back with what it is bound to, and so does a request for it", () => {
    fc.assert(
      fc.property(arbitraryKey(provider), boundsOf(dialectOf(provider.dialect)), (key, restrictions) => {
        const bound = Object.keys(restrictions).length === 0 ? key : { ...key, restrictions };
        const { show, lookup, list, create } = operations;
        const shown = show.response.read(sent(show.response.write(bound)));
        expect(shown).toMatchObject({ ok: true, value: remote(key) });
        const found = lookup.response.read(
          sent(lookup.response.write({ found: true, key: bound, state: "active" })),
        );
        const listed = list.response.read(sent(list.response.write([bound])));
        const { name, kind, environment } = key;
        const wanted = { name: name.trim() || "n", kind, environment, restrictions };
        const asked = create.request.read(sent(create.request.write(wanted)));
        const told = [
          shown.ok && shown.value.restrictions,
          found.ok && found.value.found && found.value.key.restrictions,
          asked.ok && asked.value.restrictions,
          // Example's document prints its list field by field, so there is no room in it.
          provider.dialect !== "example" && listed.ok ? listed.value[0]?.restrictions : restrictions,
        ];
        expect(told.map((one) => one ?? {})).toEqual(told.map(() => restrictions));
      }),
      { numRuns: 50 },
    );
  });

  test("a request for any of its keys reads back", () => {
    for (const { kind, environment } of provider.formats) {
      const wanted = { name: "n", kind, environment };
      const read = operations.create.request.read(sent(operations.create.request.write(wanted)));
      expect(read).toMatchObject({ ok: true, value: wanted });
    }
  });

  test("a secret is a Secret as soon as it is read", () => {
    fc.assert(
      fc.property(arbitraryKey(provider), fc.nat(86_400), (key, graceSeconds) => {
        const created = operations.create.response.read(
          sent(operations.create.response.write({ key, secret })),
        );
        const rotated = operations.rotate.response.read(
          sent(operations.rotate.response.write({ key, secret, graceSeconds, graceUntil: null })),
        );
        expect(created).toMatchObject({ ok: true, value: { id: key.id } });
        expect(rotated).toMatchObject({ ok: true, value: { id: key.id, graceSeconds } });
        for (const read of [created, rotated]) {
          expect(read.ok && read.value.secret.reveal()).toBe(secret.reveal());
          expect(JSON.stringify(read)).not.toContain(secret.reveal());
        }
      }),
    );
  });

  test.each(["revoked", "already-revoked"] as const)("a revoke tells %s", (outcome) => {
    const key = { ...productionKey, provider: provider.id };
    const read = operations.revoke.response.read(sent(operations.revoke.response.write({ key, outcome })));
    // The documented body of Example names no key.
    const { id } = operations === dialects["example"]?.operations ? {} : key;
    expect(read).toEqual({ ok: true, value: { outcome, ...(id !== undefined && { id }) } });
  });

  test("a failure keeps its code and its words", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (code, message) => {
        const read = failure.body.read(sent(failure.body.write({ status: 403, code, message })));
        expect(read).toEqual({ ok: true, value: { code, message } });
      }),
    );
  });

  test("no body of any other shape is read, and none makes the reader throw", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (body) => {
        const reads = [
          operations.create.request.read(body),
          operations.create.response.read(body),
          operations.list.response.read(body),
          operations.rotate.response.read(body),
          operations.revoke.response.read(body),
          operations.lookup.request.read(body),
          failure.body.read(body),
        ];
        expect(reads.map(({ ok }) => ok)).toEqual(reads.map(() => false));
      }),
    );
  });

  test("a field that the dialect does not have is refused by name", () => {
    const [format] = provider.formats;
    if (format === undefined) throw new Error("a provider without formats");
    const request = operations.create.request.write({
      name: "n",
      kind: format.kind,
      environment: format.environment,
    });
    const read = operations.create.request.read({ ...(request as object), colour: "red" });
    expect(read).toMatchObject({ ok: false });
    expect(JSON.stringify(read)).toContain("colour");
  });
});
