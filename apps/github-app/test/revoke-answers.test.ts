import { ManagementError, type ManagementErrorCode } from "@keywarden/management";
import { expect, test } from "vitest";
import { fingerprint, makeRevokeRig, subject } from "./rig/revoke-rig.ts";

const [intended, failed, withheld, finished] = [
  "key.revoke.intended",
  "key.revoke.failed",
  "key.revoke.withheld",
  "key.revoke.finished",
];

// After a refusal it is certain that the key was not revoked; after anything else the provider may have done it.
const refused = { intent: "failed", audited: [intended, failed] };
const unknown = { intent: "intended", audited: [intended] };
const meaning: Readonly<
  Record<ManagementErrorCode, { intent: string; audited: readonly (string | undefined)[] }>
> = {
  MANAGEMENT_BAD_REQUEST: refused,
  MANAGEMENT_UNAUTHORISED: refused,
  MANAGEMENT_FORBIDDEN: refused,
  MANAGEMENT_NOT_FOUND: refused,
  MANAGEMENT_CONFLICT: { intent: "failed", audited: [intended, failed, withheld] },
  MANAGEMENT_PRECONDITION: refused,
  MANAGEMENT_RATE_LIMITED: refused,
  MANAGEMENT_BAD_URL: refused,
  MANAGEMENT_UNAVAILABLE: unknown,
  MANAGEMENT_UNREACHABLE: unknown,
  MANAGEMENT_TIMEOUT: unknown,
  MANAGEMENT_REDIRECTED: unknown,
  MANAGEMENT_BAD_ANSWER: unknown,
  MANAGEMENT_UNKNOWN_DIALECT: unknown,
};

test.each(Object.entries(meaning))(
  "a revocation answered by %s leaves %o",
  async (code, { intent, audited }) => {
    await using rig = await makeRevokeRig();
    rig.provider.answer = () => {
      throw new ManagementError(code as ManagementErrorCode, "no");
    };
    expect(await rig.run()).toBe(code === "MANAGEMENT_CONFLICT" ? "done" : code);
    expect(await rig.intent()).toBe(intent);
    expect(await rig.audited()).toEqual(audited);
    // Whatever it was, the next attempt asks again, and what the provider says then is what is recorded.
    rig.provider.answer = () => "revoked";
    const isHeld = code === "MANAGEMENT_CONFLICT";
    expect(await rig.state()).toBe(isHeld ? "held: refused" : "revoke: live");
    if (isHeld) await rig.approve();
    expect(await rig.run()).toBe("done");
    expect([await rig.intent(), await rig.state()]).toEqual(["revoked", "revoked"]);
    expect((await rig.audited()).at(-1)).toBe(finished);
    expect(await rig.storage.audit.verify()).toMatchObject({ ok: true });
  },
);

test.each(["revoked", "already-revoked"] as const)("an answer of %s is recorded as it is", async (answer) => {
  await using rig = await makeRevokeRig();
  rig.provider.answer = () => answer;
  expect([await rig.run(), await rig.intent(), await rig.state()]).toEqual(["done", answer, "revoked"]);
  expect(await rig.audited()).toEqual([intended, finished]);
});

test("an error of anybody else leaves the intent open, too", async () => {
  await using rig = await makeRevokeRig();
  rig.provider.answer = () => {
    throw new Error("a defect");
  };
  expect(await rig.run()).toBe("a defect");
  expect(await rig.intent()).toBe("intended");
});

test("every attempt leaves the gate, however it ends", async () => {
  await using rig = await makeRevokeRig({ revocations: 1 });
  rig.provider.answer = () => {
    throw new ManagementError("MANAGEMENT_TIMEOUT", "no");
  };
  for (let attempt = 0; attempt < 3; attempt += 1) expect(await rig.run()).toBe("MANAGEMENT_TIMEOUT");
  expect(rig.calls()).toBe(3);
});

test("a key that ended after the intent was written counts as revoked, and is not revoked again", async () => {
  await using rig = await makeRevokeRig();
  rig.provider.answer = () => {
    throw new ManagementError("MANAGEMENT_TIMEOUT", "no");
  };
  await rig.run();
  rig.provider.ownership = "mine-inactive";
  expect([await rig.run(), await rig.intent(), await rig.state()]).toEqual([
    "done",
    "already-revoked",
    "revoked",
  ]);
  expect(rig.calls()).toBe(1);
});

test.each([
  { what: "ended before anybody asked", before: null, state: "reported: inactive" },
  {
    what: "ended after the provider had refused",
    before: "MANAGEMENT_FORBIDDEN",
    state: "reported: inactive",
  },
] as const)("a key that $what is inactive", async ({ before, state }) => {
  await using rig = await makeRevokeRig();
  if (before !== null) {
    rig.provider.answer = () => {
      throw new ManagementError(before, "no");
    };
    await rig.run();
  }
  rig.provider.ownership = "mine-inactive";
  expect([await rig.run(), await rig.state()]).toEqual(["done", state]);
});

test("a key in its grace period is reported: revoking it would end its successor", async () => {
  await using rig = await makeRevokeRig();
  rig.provider.ownership = "mine-in-grace";
  expect([await rig.run(), await rig.state(), rig.calls()]).toEqual(["done", "reported: in-grace", 0]);
});

test.each([
  { what: "does not know the key any more", ownership: null, keyId: "key_1" },
  { what: "calls it another key", ownership: "mine-active", keyId: "key_2" },
] as const)("a provider that $what is not told to revoke anything", async ({ ownership, keyId }) => {
  await using rig = await makeRevokeRig();
  Object.assign(rig.provider, { ownership, keyId });
  expect([await rig.run(), rig.calls()]).toEqual(["PROVIDER_CONTRADICTS_ITSELF", 0]);
});

test.each(["revoked", "already-revoked"] as const)(
  "a provider that answered %s before and calls the key active now is not believed",
  async (answer) => {
    await using rig = await makeRevokeRig();
    await rig.storage.intents.open(subject, { action: "test", actor: "test" });
    await rig.storage.intents.finish(subject, { state: answer }, { action: "test", actor: "test" });
    expect([await rig.run(), rig.calls()]).toEqual(["PROVIDER_CONTRADICTS_ITSELF", 0]);
  },
);

test("the App never revokes the token that it works with, approved or not", async () => {
  await using rig = await makeRevokeRig({ ownTokens: [fingerprint] });
  expect([await rig.run(), await rig.state(), rig.calls()]).toEqual(["no job", "held: own-token", 0]);
  expect(await rig.approve()).toBe("held");
});

test("what was decided otherwise since the job was queued is left alone", async () => {
  await using rig = await makeRevokeRig();
  const [decision] = await rig.storage.decisions.listByKey(subject);
  await rig.storage.decisions.settle(decision?.exposureId ?? 0, { state: "reported", reason: "rejected" });
  expect([await rig.run(), rig.calls()]).toEqual(["done", 0]);
});
