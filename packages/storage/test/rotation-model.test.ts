import { sha256 } from "@keywarden/testing";
import {
  type Arbitrary,
  array,
  assert,
  asyncProperty,
  boolean,
  constant,
  integer,
  oneof,
  option,
  record,
} from "fast-check";
import { describe, expect, it } from "vitest";
import type { KeyStorage } from "@keywarden/storage";
import { isLive, openKeyStorage } from "@keywarden/storage";
import { audit, keyNamed, secretNamed } from "./places.ts";

type Step =
  | { readonly do: "create"; readonly key: number; readonly lifeMs: number | null }
  | { readonly do: "rotate"; readonly key: number; readonly graceMs: number; readonly stale: boolean }
  | { readonly do: "revoke"; readonly key: number }
  | { readonly do: "clock"; readonly byMs: number };

const key = integer({ min: 0, max: 2 });
const durationMs = integer({ min: 0, max: 40 });
const step: Arbitrary<Step> = oneof(
  record({ do: constant("create" as const), key, lifeMs: option(durationMs) }),
  record({ do: constant("rotate" as const), key, graceMs: durationMs, stale: boolean() }),
  record({ do: constant("revoke" as const), key }),
  record({ do: constant("clock" as const), byMs: integer({ min: -30, max: 30 }) }),
);

interface ModelSecret {
  readonly name: string;
  endMs: number;
}

/** What keys ought to be, said as plainly as possible: a list of secrets with the moment each one ends. */
class Model {
  nowMs = 0;
  readonly keys = new Map<number, { secrets: ModelSecret[]; revoked: boolean }>();

  isLive(id: number, name: string): boolean {
    const secret = this.keys.get(id)?.secrets.find((candidate) => candidate.name === name);
    return secret !== undefined && this.nowMs < secret.endMs;
  }

  create(id: number, name: string, lifeMs: number | null): void {
    const endMs = lifeMs === null ? Infinity : this.nowMs + lifeMs;
    this.keys.set(id, { secrets: [{ name, endMs }], revoked: false });
  }

  generationOf(id: number): number {
    return this.keys.get(id)?.secrets.length ?? 1;
  }

  rotate(id: number, name: string, graceMs: number, stale: boolean): string {
    const found = this.keys.get(id);
    const current = found?.secrets.at(-1);
    if (found === undefined || current === undefined) return "not-found";
    if (found.revoked) return "revoked";
    if (this.nowMs >= current.endMs) return "expired";
    if (stale) return "generation";
    const keyEndMs = current.endMs;
    for (const older of found.secrets.slice(0, -1)) older.endMs = Math.min(older.endMs, this.nowMs);
    current.endMs = Math.min(current.endMs, this.nowMs + graceMs);
    found.secrets.push({ name, endMs: keyEndMs });
    return "rotated";
  }

  revoke(id: number): string {
    const found = this.keys.get(id);
    if (found === undefined) return "not-found";
    if (found.revoked) return "already-revoked";
    found.revoked = true;
    for (const secret of found.secrets) secret.endMs = Math.min(secret.endMs, this.nowMs);
    return "revoked";
  }
}

describe("keys against a reference model", () => {
  it("agree on every secret after every step, whichever way the clock moves", async () => {
    await assert(
      asyncProperty(array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        let wallMs = 1_000_000;
        const storage = await openKeyStorage({ path: ":memory:", clock: () => wallMs });
        const model = new Model();
        model.nowMs = wallMs;
        const dead = new Set<string>();
        for (const [index, one] of steps.entries()) {
          if (one.do === "clock") {
            wallMs += one.byMs;
            model.nowMs = Math.max(model.nowMs, wallMs);
          } else await apply(storage, model, one, `s${index}`);
          await compare(storage, model, dead);
        }
        expect(await storage.audit.verify()).toMatchObject({ ok: true });
        await storage.close();
      }),
      { numRuns: Number(process.env["SLOW"] ?? 0) > 0 ? 2000 : 120 },
    );
  });
});

async function apply(
  storage: KeyStorage,
  model: Model,
  one: Exclude<Step, { do: "clock" }>,
  name: string,
): Promise<void> {
  const id = `k${one.key}`;
  if (one.do === "create") {
    if (model.keys.has(one.key)) return;
    model.create(one.key, name, one.lifeMs);
    const expiresAtMs = one.lifeMs === null ? null : model.nowMs + one.lifeMs;
    await storage.keys.createKey({ ...keyNamed(id), secret: secretNamed(name), expiresAtMs }, audit);
    return;
  }
  const outcome =
    one.do === "revoke"
      ? await storage.keys.revokeKey({ id, audit })
      : await storage.keys.rotateKey({
          id,
          secret: secretNamed(name),
          graceMs: one.graceMs,
          expectedGeneration: model.generationOf(one.key) + (one.stale ? 1 : 0),
          audit,
        });
  const word = outcome.ok ? ("outcome" in outcome ? outcome.outcome : "rotated") : outcome.reason;
  expect(word).toBe(
    one.do === "revoke" ? model.revoke(one.key) : model.rotate(one.key, name, one.graceMs, one.stale),
  );
}

async function compare(storage: KeyStorage, model: Model, dead: Set<string>): Promise<void> {
  const { keys } = storage;
  expect(storage.now()).toBe(model.nowMs);
  for (const [id, { secrets }] of model.keys) {
    let live = 0;
    for (const { name } of secrets) {
      const found = await keys.findBySha256(sha256(name));
      const lives = found !== null && isLive(found.secret.state);
      expect({ name, lives }).toEqual({ name, lives: model.isLive(id, name) });
      expect({ name, cameBack: lives && dead.has(name) }).toEqual({ name, cameBack: false });
      if (lives) live += 1;
      else dead.add(name);
    }
    expect(live).toBeLessThanOrEqual(2);
  }
}
