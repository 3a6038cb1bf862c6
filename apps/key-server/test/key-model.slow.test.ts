import assert from "node:assert/strict";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { makeServer } from "./make-server.ts";

const startMs = Date.UTC(2026, 5, 1, 12);
const inside = "192.0.2.7";
const leaseMs = 60_000;

const patch = fc.record(
  {
    name: fc.constantFrom("a", "b"),
    owner: fc.constantFrom("ann", "ben", null),
    tags: fc.constantFrom(["x"], ["x", "y"]),
    ranges: fc.constantFrom(["192.0.2.0/24"], ["198.51.100.0/24"], null),
    /** Seconds from now. */
    expiresIn: fc.constantFrom(5, 60, -5, null),
  },
  { requiredKeys: [] },
);
const step = fc.oneof(
  fc.record({ do: fc.constant("patch" as const), patch, isStale: fc.boolean() }),
  fc.record({ do: fc.constantFrom("disable" as const, "enable" as const, "rotate" as const) }),
  fc.record({ do: fc.constant("advance" as const), byMs: fc.constantFrom(1000, 30_000, leaseMs) }),
  fc.record({ do: fc.constant("claim" as const), by: fc.constantFrom("one", "two") }),
  fc.record({ do: fc.constant("end" as const), by: fc.constantFrom("one", "two") }),
  fc.record({ do: fc.constant("revoke" as const) }),
);

/** What a key ought to be, said as plainly as possible. */
interface Model {
  name: string;
  owner: string | null;
  tags: readonly string[];
  ranges: readonly string[] | null;
  endsAtMs: number | null;
  isDisabled: boolean;
  isRevoked: boolean;
  generation: number;
  revision: number;
  claim: { readonly by: string; readonly untilMs: number } | null;
}

const tries = Number(process.env["SLOW"] ?? 0) > 0 ? 500 : 60;

test("PATCH, disable, enable, expiry and claims agree with a reference model after every step", async () => {
  await using server = await makeServer({ startMs });
  let number = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 25 }), async (steps) => {
      const { key, text } = await server.issue("example", "secret", "production", {
        name: "a",
        owner: "ann",
      });
      const url = `/v1/keys/${key.id}`;
      number += 1;
      const attempt = number;
      const ended = new Set<string>();
      const model: Model = {
        name: "a",
        owner: "ann",
        tags: [],
        ranges: null,
        endsAtMs: null,
        isDisabled: false,
        isRevoked: false,
        generation: 1,
        revision: 0,
        claim: null,
      };
      let current = text;
      const isOver = () => model.endsAtMs !== null && server.clock() >= model.endsAtMs;
      const etag = () => `"${model.generation}.${model.revision}"`;

      const change = (wanted: Partial<Model>): void => {
        const before = JSON.stringify(model);
        Object.assign(model, wanted);
        if (JSON.stringify(model) !== before) model.revision += 1;
      };

      for (const one of steps) {
        if (one.do === "advance") server.clock.advance(one.byMs);
        if (one.do === "patch") {
          const { ranges, expiresIn, ...plain } = one.patch;
          const endsAtMs =
            expiresIn === undefined
              ? undefined
              : expiresIn === null
                ? null
                : server.clock() + expiresIn * 1000;
          const body = {
            ...plain,
            ...(ranges !== undefined && { restrictions: { ipRanges: ranges } }),
            ...(endsAtMs !== undefined && {
              expiresAt: endsAtMs === null ? null : new Date(endsAtMs).toISOString(),
            }),
          };
          const stale = `"${model.generation}.${model.revision + 1}"`;
          const answer = await server.call("PATCH", url, {
            body,
            headers: { "if-match": one.isStale ? stale : etag() },
          });
          const isPast = endsAtMs !== undefined && endsAtMs !== null && endsAtMs <= server.clock();
          const isRevival = endsAtMs !== undefined && isOver();
          // Nothing that is asked for is no change to make, and no mistake of the model's either.
          if (Object.keys(body).length === 0) assert.ok([200, 400, 409, 412].includes(answer.statusCode));
          else if (one.isStale) assert.equal(answer.statusCode, 412);
          else if (model.isRevoked || isPast || isRevival) assert.ok(answer.statusCode >= 400);
          else {
            assert.equal(answer.statusCode, 200, answer.body);
            change({
              ...plain,
              ...(ranges !== undefined && { ranges }),
              ...(endsAtMs !== undefined && { endsAtMs }),
            });
          }
        }
        if (one.do === "disable" || one.do === "enable") {
          const answer = await server.call("POST", `${url}/${one.do}`);
          if (model.isRevoked) assert.ok(answer.statusCode >= 400);
          else if (answer.statusCode === 200) change({ isDisabled: one.do === "disable" });
          else assert.equal(isOver(), true);
        }
        if (one.do === "rotate") {
          const answer = await server.call("POST", `${url}/rotate`, {
            headers: { "if-match": `"${model.generation}"` },
          });
          const isLive = !model.isRevoked && !isOver() && !model.isDisabled;
          if (isLive) {
            assert.equal(answer.statusCode, 201, answer.body);
            model.generation += 1;
            current = answer.json<{ secret: string }>().secret;
          } else assert.ok(answer.statusCode >= 400);
        }
        if (one.do === "revoke") {
          assert.equal((await server.call("POST", `${url}/revoke`)).statusCode, 200);
          model.isRevoked = true;
        }
        if (one.do === "claim" && !ended.has(one.by)) {
          const id = `rotation-${attempt}-${one.by}`;
          const body = { id, keyId: key.id, sinks: ["env"], leaseSeconds: leaseMs / 1000 };
          const { statusCode } = await server.call("POST", "/v1/rotations", { body });
          const isTaken =
            model.claim !== null && model.claim.by !== one.by && server.clock() < model.claim.untilMs;
          if (isTaken) assert.equal(statusCode, 409);
          if (statusCode === 201 || statusCode === 200) {
            // One whose lease was over has lapsed, and its runner cannot take it up again.
            if (model.claim !== null && model.claim.by !== one.by) ended.add(model.claim.by);
            model.claim = { by: one.by, untilMs: server.clock() + leaseMs };
          }
        }
        if (one.do === "end" && model.claim?.by === one.by) {
          const ending = { body: { outcome: "done" } };
          const answer = await server.call("PATCH", `/v1/rotations/rotation-${attempt}-${one.by}`, ending);
          assert.equal(answer.statusCode, 200);
          ended.add(one.by);
          model.claim = null;
        }

        const shown = (await server.call("GET", url)).json<Record<string, unknown>>();
        expect(shown).toMatchObject({
          name: model.name,
          owner: model.owner,
          tags: model.tags,
          generation: model.generation,
          revision: model.revision,
          state: model.isRevoked
            ? "revoked"
            : isOver()
              ? "expired"
              : model.isDisabled
                ? "disabled"
                : "active",
        });
        const isAllowed = model.ranges === null || model.ranges.includes("192.0.2.0/24");
        const verified = await server.call("POST", "/v1/keys/verify", { body: { key: current, ip: inside } });
        expect(verified.json<{ valid: boolean }>().valid).toBe(
          !model.isRevoked && !isOver() && !model.isDisabled && isAllowed,
        );
        const { total } = (await server.call("GET", `/v1/rotations?key=${key.id}`)).json<{ total: number }>();
        expect(total).toBeLessThanOrEqual(1);
      }
    }),
    { numRuns: tries },
  );
  expect(await server.storage.audit.verify()).toMatchObject({ ok: true });
});
