import { ManagementError } from "@keywarden/management";
import type { KeyApi } from "@keywarden/rotation";
import { describe, expect, test } from "vitest";
import { RotationError } from "../../src/rotation-error.ts";
import { revokeOnce } from "../../src/steps/revoke-once.ts";
import { revokeOrphans } from "../../src/steps/revoke-orphans.ts";
import { sweep } from "../../src/steps/sweep.ts";
import { createdBy, oldKey, stateOf, work } from "./state-of.ts";

const verified = (procedure: "create-deploy-revoke" | "server-side") =>
  stateOf({ procedure, state: { created: createdBy(procedure), isVerified: true } });

describe("a revocation that is done once", () => {
  const failing = (code: "MANAGEMENT_NOT_FOUND" | "MANAGEMENT_TIMEOUT") => () =>
    Promise.reject(new ManagementError(code, "no"));
  test("counts what is unknown as revoked, and nothing else that fails", async () => {
    expect(await revokeOnce("x", { revoke: async () => ({ outcome: "already-revoked" }) } as never)).toBe(
      "already-revoked",
    );
    expect(await revokeOnce("x", { revoke: failing("MANAGEMENT_NOT_FOUND") } as never)).toBe("not-found");
    await expect(revokeOnce("x", { revoke: failing("MANAGEMENT_TIMEOUT") } as never)).rejects.toThrow("no");
    const stranger = Object.assign(new Error("no"), { code: "MANAGEMENT_NOT_FOUND" });
    const thrown = revokeOnce("x", { revoke: () => Promise.reject(stranger) } as never);
    await expect(thrown).rejects.toBe(stranger);
  });
});

/** A provider that lists these keys as made by the rotation. */
function listing(...ids: readonly string[]) {
  const revoked: string[] = [];
  const keyApi: Partial<KeyApi> = {
    async *listMadeBy() {
      yield* ids.map((id) => ({ ...oldKey, id }));
    },
    revoke: async (id) => {
      revoked.push(id);
      return { outcome: "revoked" };
    },
  };
  return { revoked, keyApi };
}
const unlisted = (error: Error): Partial<KeyApi> => ({
  // oxlint-disable-next-line require-yield
  async *listMadeBy() {
    throw error;
  },
});

describe("left-over keys", () => {
  test.each([
    [createdBy("create-deploy-revoke"), ["key_3", "key_4"]],
    [null, ["key_2", "key_3", "key_4"]],
  ])("are all but the old and the new one (%#)", async (created, left) => {
    const { revoked, keyApi } = listing("key_1", "key_2", "key_3", "key_4");
    const facts: unknown[] = [];
    const state = stateOf({ procedure: "create-deploy-revoke", state: { created } });
    await revokeOrphans(state, { keyApi: keyApi as KeyApi }, (fact) => facts.push(fact));
    expect(revoked).toEqual(left);
    expect(facts).toEqual(left.map((keyId) => ({ type: "orphan_revoked", keyId })));
  });

  test("are looked for once more at the end, and the sealing key goes", async () => {
    const { revoked, keyApi } = listing("key_2", "key_3");
    const { facts, destroyed, error } = await work(sweep, verified("create-deploy-revoke"), { keyApi });
    expect([revoked, destroyed, error]).toEqual([["key_3"], 1, null]);
    expect(facts).toStrictEqual([{ type: "orphan_revoked", keyId: "key_3" }, { type: "done" }]);
  });

  test("are not looked for where the secret is replaced in place", async () => {
    const { facts, destroyed } = await work(sweep, verified("server-side"), {
      keyApi: unlisted(new Error("asked")),
    });
    expect([facts, destroyed]).toStrictEqual([[{ type: "done" }], 1]);
  });

  test("that cannot be looked for are said not to be, and the rotation is done", async () => {
    const keyApi = unlisted(new RotationError("ROTATION_CANNOT_TELL", "its API has no list"));
    const { facts, destroyed } = await work(sweep, verified("create-deploy-revoke"), { keyApi });
    expect(destroyed).toBe(1);
    expect(facts).toEqual([{ type: "done", note: "not looked for left-over keys: its API has no list" }]);
  });

  test.each([
    new RotationError("ROTATION_LIST_TOO_LONG", "no"),
    new ManagementError("MANAGEMENT_TIMEOUT", "no"),
    Object.assign(new Error("no"), { code: "ROTATION_CANNOT_TELL" }),
  ])("that may be there after %s keep the rotation from its end", async (thrown) => {
    const { facts, destroyed, error } = await work(sweep, verified("create-deploy-revoke"), {
      keyApi: unlisted(thrown),
    });
    expect([facts, destroyed, error]).toEqual([[], 0, thrown]);
  });
});
