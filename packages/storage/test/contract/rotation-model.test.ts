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
import { isLiveSecret } from "@keywarden/storage";
import { adapters, audit, keyNamed, secretNamed } from "../stores.ts";

type Step =
  | { readonly do: "create"; readonly key: number; readonly lifeMs: number | null }
  | {
      readonly do: "rotate";
      readonly key: number;
      readonly graceMs: number;
      readonly stale: boolean;
      /** A limit of the new secret's own. */
      readonly lifeMs: number | null;
    }
  /** The same request as the last rotation of the key: it must not rotate again while it is remembered. */
  | { readonly do: "repeat"; readonly key: number }
  | { readonly do: "restart" }
  | { readonly do: "revoke"; readonly key: number }
  | { readonly do: "switch"; readonly key: number; readonly isDisabled: boolean }
  | { readonly do: "clock"; readonly byMs: number };

const key = integer({ min: 0, max: 2 });
const durationMs = integer({ min: 0, max: 40 });
const step: Arbitrary<Step> = oneof(
  record({ do: constant("create" as const), key, lifeMs: option(durationMs) }),
  record({
    do: constant("rotate" as const),
    key,
    graceMs: durationMs,
    stale: boolean(),
    lifeMs: option(durationMs),
  }),
  record({ do: constant("repeat" as const), key }),
  record({ do: constant("restart" as const) }),
  record({ do: constant("revoke" as const), key }),
  record({ do: constant("switch" as const), key, isDisabled: boolean() }),
  record({ do: constant("clock" as const), byMs: integer({ min: -30, max: 30 }) }),
);

type RotateStep = Extract<Step, { do: "rotate" }>;

/** How long the storage remembers a request here. */
const rememberedMs = 25;

interface ModelSecret {
  readonly name: string;
  endMs: number;
}

/** What keys ought to be, said as plainly as possible: a list of secrets with the moment each one ends. */
class Model {
  nowMs = 0;
  readonly keys = new Map<
    number,
    { secrets: ModelSecret[]; revoked: boolean; disabled: boolean; readonly endMs: number }
  >();
  /** The generation that the last remembered rotation of a key made, and until when that is remembered. */
  readonly remembered = new Map<number, { readonly generation: number; readonly untilMs: number }>();

  isLive(id: number, name: string): boolean {
    return this.lasts(id, name) && this.keys.get(id)?.disabled === false;
  }

  /** Whether its time is not over, so that it is live unless its key is disabled. */
  lasts(id: number, name: string): boolean {
    const secret = this.keys.get(id)?.secrets.find((candidate) => candidate.name === name);
    return secret !== undefined && this.nowMs < secret.endMs;
  }

  create(id: number, name: string, lifeMs: number | null): void {
    const endMs = lifeMs === null ? Infinity : this.nowMs + lifeMs;
    this.keys.set(id, { secrets: [{ name, endMs }], revoked: false, disabled: false, endMs });
  }

  generationOf(id: number): number {
    return this.keys.get(id)?.secrets.length ?? 1;
  }

  rotate(id: number, name: string, { graceMs, stale, lifeMs }: Omit<RotateStep, "do" | "key">): string {
    const found = this.keys.get(id);
    const current = found?.secrets.at(-1);
    if (found === undefined || current === undefined) return "not-found";
    if (found.revoked) return "revoked";
    if (this.nowMs >= current.endMs) return "expired";
    if (found.disabled) return "disabled";
    if (stale) return "generation";
    for (const older of found.secrets.slice(0, -1)) older.endMs = Math.min(older.endMs, this.nowMs);
    current.endMs = Math.min(current.endMs, this.nowMs + graceMs);
    found.secrets.push({ name, endMs: Math.min(found.endMs, this.nowMs + (lifeMs ?? Infinity)) });
    this.remembered.set(id, { generation: found.secrets.length, untilMs: this.nowMs + rememberedMs });
    return "rotated";
  }

  switch(id: number, isDisabled: boolean): string {
    const found = this.keys.get(id);
    if (found === undefined) return "not-found";
    const isChanged = found.disabled !== isDisabled;
    found.disabled = isDisabled;
    return isChanged ? "changed" : "unchanged";
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

const isSlow = Number(process.env["SLOW"] ?? 0) > 0;

describe.each(adapters)("keys on $adapter against a reference model", ({ adapter, makePlace }) => {
  const [quick, slow] = adapter === "SQLite" ? [60, 1500] : [10, 150];

  it(
    "agree on every secret after every step, whichever way the clock moves and however often it is restarted",
    async () => {
      await assert(
        asyncProperty(array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
          const place = makePlace();
          const { clock } = place;
          let storage = await place.openKeys();
          const model = new Model();
          model.nowMs = clock();
          const dead = new Set<string>();
          for (const [index, one] of steps.entries()) {
            if (one.do === "clock") {
              clock.advance(one.byMs);
              model.nowMs = Math.max(model.nowMs, clock());
            } else if (one.do === "restart") {
              await storage.close();
              storage = await place.openKeys();
            } else await apply(storage, model, one, `s${index}`);
            await compare(storage, model, dead);
          }
          expect(await storage.audit.verify()).toMatchObject({ ok: true });
          await storage.close();
        }),
        { numRuns: isSlow ? slow : quick },
      );
    },
    isSlow ? 1_800_000 : 120_000,
  );
});

async function apply(
  storage: KeyStorage,
  model: Model,
  one: Exclude<Step, { do: "clock" | "restart" }>,
  name: string,
): Promise<void> {
  const id = `k${one.key}`;
  if (one.do === "create") {
    if (model.keys.has(one.key)) return;
    model.create(one.key, name, one.lifeMs);
    const expiresAtMs = one.lifeMs === null ? null : model.nowMs + one.lifeMs;
    await storage.keys.createKey({ ...boundKey(id), secret: secretNamed(name), expiresAtMs }, audit);
    return;
  }
  if (one.do === "switch") await checkSwitch(storage, model, one);
  else if (one.do === "revoke") await checkRevoke(storage, model, one.key);
  else if (one.do === "repeat") await checkRepeat(storage, model, one.key);
  else await checkRotate(storage, model, one, name);
}

async function checkSwitch(
  storage: KeyStorage,
  model: Model,
  { key, isDisabled }: Extract<Step, { do: "switch" }>,
): Promise<void> {
  const outcome = await storage.keys.changeKey({ id: `k${key}`, changes: { isDisabled }, audit });
  const told = outcome.ok ? (outcome.isChanged ? "changed" : "unchanged") : outcome.reason;
  expect(told).toBe(model.switch(key, isDisabled));
}

async function checkRevoke(storage: KeyStorage, model: Model, key: number): Promise<void> {
  const outcome = await storage.keys.revokeKey({ id: `k${key}`, audit });
  expect(outcome.ok ? outcome.outcome : outcome.reason).toBe(model.revoke(key));
}

async function checkRepeat(storage: KeyStorage, model: Model, key: number): Promise<void> {
  const remembered = model.remembered.get(key);
  const lasts = remembered !== undefined && model.nowMs < remembered.untilMs;
  const found = await storage.requests.find(`k${key}`);
  expect(found?.generation ?? null).toBe(lasts ? remembered.generation : null);
}

async function checkRotate(storage: KeyStorage, model: Model, one: RotateStep, name: string): Promise<void> {
  const id = `k${one.key}`;
  const outcome = await storage.transaction(async ({ keys, requests }) => {
    const rotated = await keys.rotateKey({
      id,
      secret: { ...secretNamed(name), validUntilMs: one.lifeMs === null ? null : model.nowMs + one.lifeMs },
      graceMs: one.graceMs,
      expectedGeneration: model.generationOf(one.key) + (one.stale ? 1 : 0),
      audit,
    });
    const isNew = (await requests.find(id)) === null;
    const { nowMs } = model;
    if (rotated.ok && isNew) {
      const { generation } = rotated.key;
      const record = { id, request: sha256(name), keyId: id, generation, sealed: null };
      await requests.remember({ ...record, expiresAtMs: nowMs + rememberedMs });
    }
    return { rotated, isNew };
  });
  const before = model.remembered.get(one.key);
  const { rotated, isNew } = outcome;
  expect(rotated.ok ? "rotated" : rotated.reason).toBe(model.rotate(one.key, name, one));
  // A record that lasts is not replaced: the same word means the first of its requests.
  if (!isNew && before !== undefined) model.remembered.set(one.key, before);
  const facts = {
    endMs: rotated.ok ? endOf(rotated.key.secret.validUntilMs, rotated.key.expiresAtMs) : null,
    kept: rotated.ok ? rotated.key : boundKeyFacts,
  };
  expect(facts).toMatchObject({
    endMs: rotated.ok ? model.keys.get(one.key)?.secrets.at(-1)?.endMs : null,
    kept: boundKeyFacts,
  });
}

const boundKeyFacts = {
  tags: ["billing"],
  permissions: ["read"],
  owner: "grace",
  metadata: { restrictions: { tenant: "t1", rateLimits: [{ requests: 5, windowSeconds: 60 }] } },
} as const;

const boundKey = (id: string) => ({ ...keyNamed(id), ...boundKeyFacts });

const endOf = (...ends: readonly (number | null)[]) => Math.min(...ends.map((endMs) => endMs ?? Infinity));

async function compare(storage: KeyStorage, model: Model, dead: Set<string>): Promise<void> {
  const { keys } = storage;
  expect(storage.now()).toBe(model.nowMs);
  for (const [id, { secrets }] of model.keys) {
    let live = 0;
    for (const { name } of secrets) {
      const found = await keys.findBySha256(sha256(name));
      const lives = found !== null && isLiveSecret(found.secret.state);
      expect({ name, lives }).toEqual({ name, lives: model.isLive(id, name) });
      expect({ name, cameBack: lives && dead.has(name) }).toEqual({ name, cameBack: false });
      if (lives) live += 1;
      else if (!model.lasts(id, name)) dead.add(name);
    }
    expect(live).toBeLessThanOrEqual(2);
  }
}
