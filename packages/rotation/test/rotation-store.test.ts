import { randomBytes } from "node:crypto";
import { appendFileSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { aforo, Secret } from "@keywarden/key-format";
import { openRotationStore } from "@keywarden/rotation";
import { describe, expect, test } from "vitest";
import { seal, unseal } from "../src/seal.ts";
import { successorMark, successorName } from "../src/successor-name.ts";
import { makeRig } from "./rig.ts";

describe("a journal", () => {
  test("cut off at any byte of its last line, goes on from the line before", async () => {
    using rig = await makeRig(aforo);
    await rig.start();
    await rig.run({ waitsForGrace: false });
    const path = join(rig.state, "journals", `${rig.rotation}.jsonl`);
    const whole = readFileSync(path);
    const lastLine = whole.lastIndexOf(0x0a, whole.length - 2) + 1;
    for (let sizeBytes = lastLine; sizeBytes < whole.length; sizeBytes += 1) {
      writeFileSync(path, whole.subarray(0, sizeBytes));
      const journal = rig.store.open(rig.rotation);
      expect(journal.entries.at(-1)?.type).toBe("verified");
    }
    expect(statSync(path).size).toBe(lastLine);
    expect(await rig.run()).toMatchObject({ outcome: "done" });
  });

  test("with a line that cannot be read is refused, and listed as such", async () => {
    using rig = await makeRig(aforo);
    await rig.start();
    const path = join(rig.state, "journals", `${rig.rotation}.jsonl`);
    appendFileSync(path, '{"sequence":1,"atMs":1,"type":"done","more":true}\n');
    expect(() => rig.store.open(rig.rotation)).toThrow("line 2 of");
    expect(rig.store.list()).toMatchObject([{ problem: expect.stringContaining("line 2 of") }]);
  });

  test("that ended before its first line counts as nothing done", async () => {
    using rig = await makeRig(aforo);
    await rig.start();
    const { entries } = rig.store.open(rig.rotation);
    truncateSync(join(rig.state, "journals", `${rig.rotation}.jsonl`), 10);
    expect(rig.store.list()).toMatchObject([{ problem: expect.stringContaining("nothing was changed") }]);
    const [plan] = entries;
    if (plan?.type !== "planned") throw new Error("a journal begins with its plan");
    const { sequence: _sequence, atMs: _atMs, ...fact } = plan;
    expect(rig.store.create(fact).entries).toHaveLength(1);
    expect(() => rig.store.create(fact)).toThrow("it is there already");
  });

  test("is its owner's alone, and so is everything beside it", async () => {
    using rig = await makeRig(aforo);
    await rig.start();
    rig.store.sealingKey(rig.rotation, true);
    for (const path of [
      "",
      "journals",
      "sealing-keys",
      `journals/${rig.rotation}.jsonl`,
      `sealing-keys/${rig.rotation}.key`,
    ]) {
      expect(statSync(join(rig.state, path)).mode & 0o077).toBe(0);
    }
  });
});

describe("a lock", () => {
  test("lets one process have a key at a time, and others have other keys", async () => {
    using rig = await makeRig(aforo);
    const other = openRotationStore(rig.state, rig.clock);
    const lock = rig.store.lock("http://a", "key_1");
    expect(() => other.lock("http://a", "key_1")).toThrow(
      "another keywarden on this machine is rotating key_1",
    );
    other.lock("http://a", "key_2").release();
    lock.release();
    other.lock("http://a", "key_1").release();
  });
});

describe("a sealed key", () => {
  test("opens only with its key, in its rotation, unchanged", () => {
    const key = randomBytes(32);
    const secret = new Secret("sk_" + "live_" + "a".repeat(40));
    const sealed = seal(secret, key, "0a1b2c3d");
    expect(unseal(sealed, key, "0a1b2c3d")?.reveal() === secret.reveal()).toBe(true);
    expect(unseal(sealed, randomBytes(32), "0a1b2c3d")).toBeNull();
    expect(unseal(sealed, key, "ffffffff")).toBeNull();
    const text = Buffer.from(sealed.text, "base64");
    text[0] = (text[0] ?? 0) ^ 1;
    expect(unseal({ ...sealed, text: text.toString("base64") }, key, "0a1b2c3d")).toBeNull();
  });
});

describe("a successor's name", () => {
  test("carries the mark of the key and the rotation, once, within the provider's 100 characters", () => {
    const first = successorName("billing", "key_1", "0a1b2c3d");
    expect(first).toBe(`billing ${successorMark("key_1")}0a1b2c3d`);
    expect(successorName(first, "key_2", "ffffffff")).toBe(`billing ${successorMark("key_2")}ffffffff`);
    expect(successorName("x".repeat(100), "key_1", "0a1b2c3d")).toHaveLength(100);
  });
});
