import { aero2, aforo, builtInProviders } from "@keywarden/key-format";
import { contractOf, dialects, managementContractSchema } from "@keywarden/management";
import { describe, expect, test } from "vitest";

describe("a contract", () => {
  test("is what the provider's document says of replacing a key", () => {
    expect(contractOf(aforo, "provider")).toMatchObject({
      procedure: "create-deploy-revoke",
      graceSeconds: 300,
      graceFrom: "rotation",
      maxLiveSecrets: 2,
      revocationDelaySeconds: 0,
    });
    expect(contractOf(aero2, "provider")).toMatchObject({ procedure: "server-side", graceSeconds: 86_400 });
  });

  test.each(builtInProviders)("assumes nothing of $id's own API that no document promises", (profile) => {
    expect(contractOf(profile, "provider")).toMatchObject({ generations: false, idempotencyKey: false });
    expect(contractOf(profile)).toMatchObject({ generations: true, idempotencyKey: true });
    expect(dialects[profile.dialect]).toBeDefined();
  });

  test("is changed by what a profile says of its own API, and by nothing for a keywarden-server", () => {
    const profile = {
      ...aforo,
      rotation: { ...aforo.rotation, graceFrom: "first-use", maxLiveSecrets: 3, revocationDelaySeconds: 60 },
      management: { list: false, idempotencyKey: true },
    } as const;
    expect(contractOf(profile, "provider")).toMatchObject({
      graceFrom: "first-use",
      maxLiveSecrets: 3,
      revocationDelaySeconds: 60,
      list: false,
      lookup: true,
      idempotencyKey: true,
    });
    expect(contractOf(profile, "operator")).toMatchObject({ list: true, maxLiveSecrets: 3 });
  });

  test("of a journal that is older than its newer members reads as that of a keywarden-server without Idempotency-Key", () => {
    const old = { procedure: "server-side", graceSeconds: 60, maxLiveSecrets: 2 };
    expect(managementContractSchema.parse(old)).toEqual({
      ...contractOf(aero2),
      ...old,
      idempotencyKey: false,
    });
  });
});
