import { aero2, aforo, builtInProviders } from "@keywarden/key-format";
import { capabilitiesOf, capabilitiesSchema, dialects } from "@keywarden/management";
import { describe, expect, test } from "vitest";

const facts = [
  "list",
  "lookup",
  "lastUse",
  "permissions",
  "restrictions",
  "generations",
  "idempotencyKey",
] as const;

describe("the capabilities of a provider", () => {
  test("are what its document says of replacing a key", () => {
    expect(capabilitiesOf(aforo, "provider")).toMatchObject({
      procedure: "create-deploy-revoke",
      graceSeconds: 300,
      graceFrom: "rotation",
      maxLiveSecrets: 2,
      revocationDelaySeconds: 0,
    });
    expect(capabilitiesOf(aero2, "provider")).toMatchObject({
      procedure: "server-side",
      graceSeconds: 86_400,
    });
  });

  test.each(Object.values(dialects))("are stated by the dialect $id, every one of them", (dialect) => {
    expect(Object.keys(dialect.capabilities).sort()).toEqual([...facts].sort());
    const { management: _differs, ...profile } = { ...aforo, dialect: dialect.id };
    expect(capabilitiesOf(profile, "provider")).toMatchObject(dialect.capabilities);
  });

  test.each(Object.values(dialects).filter(({ id }) => id !== "standard"))(
    "of the dialect $id hold nothing that no document promises: no generations, no Idempotency-Key",
    ({ capabilities }) => {
      expect(capabilities).toMatchObject({ generations: false, idempotencyKey: false });
    },
  );

  test.each(builtInProviders)("of $id are all there where a keywarden-server is asked", (profile) => {
    const { generations, idempotencyKey, restrictions } = capabilitiesOf(profile);
    expect({ generations, idempotencyKey, restrictions }).toEqual({
      generations: true,
      idempotencyKey: true,
      restrictions: true,
    });
  });

  test("are not known for a dialect that nobody registered, so nothing is promised", () => {
    const stranger = { ...aforo, dialect: "nimbus" };
    expect(() => capabilitiesOf(stranger, "provider")).toThrow(
      expect.objectContaining({
        code: "MANAGEMENT_UNKNOWN_DIALECT",
        message: expect.stringContaining('Unknown dialect "nimbus". The dialects are aforo'),
      }) as Error,
    );
    expect(() => capabilitiesOf({ ...aforo, dialect: "constructor" }, "provider")).toThrow("Unknown dialect");
  });

  test("are changed by what a profile says of its own API, and by nothing for a keywarden-server", () => {
    const profile = {
      ...aforo,
      rotation: { ...aforo.rotation, graceFrom: "first-use", maxLiveSecrets: 3, revocationDelaySeconds: 60 },
      management: { list: false, idempotencyKey: true },
    } as const;
    expect(capabilitiesOf(profile, "provider")).toMatchObject({
      graceFrom: "first-use",
      maxLiveSecrets: 3,
      revocationDelaySeconds: 60,
      list: false,
      lookup: true,
      idempotencyKey: true,
    });
    expect(capabilitiesOf(profile, "operator")).toMatchObject({ list: true, maxLiveSecrets: 3 });
  });

  test("of a journal that is older than its newer members read as those of a keywarden-server without Idempotency-Key", () => {
    const old = { procedure: "server-side", graceSeconds: 60, maxLiveSecrets: 2 };
    expect(capabilitiesSchema.parse(old)).toEqual({
      ...capabilitiesOf(aero2),
      ...old,
      idempotencyKey: false,
    });
  });
});
