import { aforo } from "@keywarden/key-format";
import { followKey } from "@keywarden/rotation";
import { describe, expect, test } from "vitest";
import { successorName } from "../src/successor-name.ts";
import { makeRig } from "./rig.ts";

/** Keys in the place of the rig's first one, made as rotations name them. */
async function makeChain() {
  const rig = await makeRig(aforo);
  const { keyApi, make } = rig.provider;
  const { key: first } = rig.first;
  const succeed = (old: { readonly id: string; readonly name: string }, rotation: string) =>
    make(successorName(old.name, old.id, rotation), first).key;
  const end = (...ids: readonly string[]) => Promise.all(ids.map((id) => keyApi.revoke(id)));
  return { rig, keyApi, first, make, succeed, end };
}

describe("the key in the place of another", () => {
  test("is itself while it works, also beside a successor that is not in use yet", async () => {
    const { rig, keyApi, first, succeed } = await makeChain();
    using _ = rig;
    succeed(first, "00000001");
    expect((await followKey(keyApi, first.id)).id).toBe(first.id);
  });

  test("is the last one of as many rotations as there were, whatever attempts were given up between", async () => {
    const { rig, keyApi, first, succeed, end } = await makeChain();
    using _ = rig;
    const given = succeed(first, "00000001");
    const second = succeed(first, "00000002");
    const third = succeed(second, "00000003");
    await end(first.id, given.id, second.id);
    for (const id of [first.id, given.id, second.id, third.id].filter((one) => one !== given.id))
      expect((await followKey(keyApi, id)).id).toBe(third.id);
    await expect(followKey(keyApi, given.id)).rejects.toMatchObject({ code: "ROTATION_REFUSED" });
  });

  test("is none where the last one was revoked, and nobody's choice but a person's where two work", async () => {
    const { rig, keyApi, first, succeed, end } = await makeChain();
    using _ = rig;
    const second = succeed(first, "00000001");
    await end(first.id, second.id);
    await expect(followKey(keyApi, first.id)).rejects.toThrow("has no working successor");
    const [one, other] = [succeed(first, "00000002"), succeed(first, "00000003")];
    await expect(followKey(keyApi, first.id)).rejects.toThrow(`${one.id}, ${other.id}; rotate the one that`);
  });

  test("is not one of another name whose mark happens to be the same", async () => {
    const { rig, keyApi, first, succeed, end } = await makeChain();
    using _ = rig;
    succeed({ id: first.id, name: "somebody else's" }, "00000001");
    await end(first.id);
    await expect(followKey(keyApi, first.id)).rejects.toMatchObject({ code: "ROTATION_REFUSED" });
  });
});
