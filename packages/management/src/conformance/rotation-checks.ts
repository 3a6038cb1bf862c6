import type { Check } from "./check.ts";
import { demand, Unchecked } from "./demand.ts";
import { fingerprintOf, needs } from "./life-checks.ts";
import type { World } from "./world.ts";

/** Rotation, its grace period and its races. They build on each other, in this order. */
export const rotationChecks: readonly Check[] = [
  {
    id: "rotate",
    title: "rotate answers as documented, with a new secret of the same key that works at once",
    run: async (world) => {
      const { id, secret } = world.key;
      const { rotate } = world.options.dialect.operations;
      const rotated = world.expect("rotate", rotate, await world.send("rotate", { id }));
      demand(rotated.secret.reveal() !== secret.reveal(), "rotate gave the old secret again");
      world.rotated = rotated;
      const status = await world.use(rotated.secret);
      demand(status === world.usedStatus, `the new secret is answered with ${status}`);
    },
  },
  {
    id: "grace-seconds",
    title: "rotate promises the grace period that the profile states",
    run: async (world) => {
      const { graceSeconds } = afterRotate(world);
      const promised = world.options.capabilities.graceSeconds;
      demand(
        graceSeconds === promised,
        `rotate promises ${graceSeconds} s and the profile states ${promised} s`,
      );
    },
  },
  {
    id: "grace",
    title: "old and new secret both work during the grace period; without one the old ends immediately",
    run: async (world) => {
      const { capabilities } = world.options;
      const { secret } = afterRotate(world);
      const [old, current] = [await world.use(world.key.secret), await world.use(secret)];
      const wanted = capabilities.graceSeconds > 0 ? world.usedStatus : 401;
      demand(
        old === wanted,
        `just after the rotation the old secret is answered with ${old} instead of ${wanted}`,
      );
      demand(
        current === world.usedStatus,
        `just after the rotation the new secret is answered with ${current}`,
      );
    },
  },
  {
    id: "grace-end",
    title: "the old secret works until the grace period is over and not a moment longer",
    run: async (world) => {
      const { travel, capabilities } = world.options;
      const { secret } = afterRotate(world);
      const graceMs = capabilities.graceSeconds * 1000;
      if (graceMs === 0) throw new Unchecked("the profile states no grace period");
      if (travel === undefined || travel.longestMs < graceMs) {
        throw new Unchecked(`time would have to pass for ${capabilities.graceSeconds} s`);
      }
      const { precisionMs, wait } = travel;
      if (graceMs > 2 * precisionMs) {
        await wait(graceMs - precisionMs);
        const before = await world.use(world.key.secret);
        demand(before === world.usedStatus, `before its end the old secret is answered with ${before}`);
        await wait(precisionMs);
      } else await wait(graceMs + precisionMs);
      const after = await world.use(world.key.secret);
      demand(after === 401, `after its end the old secret is answered with ${after}`);
      const current = await world.use(secret);
      demand(
        current === world.usedStatus,
        `after the grace period the new secret is answered with ${current}`,
      );
    },
  },
  {
    id: "second-key",
    title: "a second key works beside the first, and keeps working when the first is revoked",
    run: async (world) => {
      const old = await world.another();
      const next = await world.another();
      const both = [await world.use(old.secret), await world.use(next.secret)];
      demand(
        both.every((status) => status === world.usedStatus),
        `two keys beside each other are answered with ${both.join(" and ")}`,
      );
      await world.revoke(old.id);
      const status = await world.use(next.secret);
      demand(
        status === world.usedStatus,
        `after its elder was revoked, the second key is answered with ${status}`,
      );
      await world.revoke(next.id);
    },
  },
  {
    id: "lost-update",
    title: "of two rotations that expect the same generation one is done and one gets 412",
    run: async (world) => {
      needs(world, "generations");
      const { id } = await world.another();
      const { rotate } = world.options.dialect.operations;
      const headers = { "if-match": '"1"' };
      const answers = await Promise.all([
        world.send("rotate", { id, headers }),
        world.send("rotate", { id, headers }),
      ]);
      const statuses = answers.map(({ status }) => status).toSorted((one, other) => one - other);
      demand(
        statuses[0] === rotate.status && statuses[1] === 412,
        `both with If-Match "1" are answered with ${statuses.join(" and ")} instead of ${rotate.status} and 412`,
      );
      await world.revoke(id);
    },
  },
  {
    id: "repeated-create",
    title: "the same create with the same Idempotency-Key makes one key",
    run: async (world) => {
      needs(world, "idempotencyKey");
      needs(world, "list");
      const name = `${world.mark}-repeated`;
      const headers = { "idempotency-key": `${world.mark}-create` };
      const { answer, key } = await world.create(name, headers);
      demand(key !== null, `create with an Idempotency-Key answered ${answer.status}`);
      const again = await world.create(name, headers);
      const made = (await world.list()).keys.filter((listed) => listed.name === name);
      demand(made.length === 1, `two equal requests made ${made.length} keys`);
      demand(
        again.key?.id === key.id || again.answer.status === 409,
        `the second request is answered with ${again.answer.status}, not with the first key or 409`,
      );
      await world.revoke(key.id);
    },
  },
  {
    id: "repeated-rotate",
    title: "the same rotate with the same Idempotency-Key replaces the secret once",
    run: async (world) => {
      needs(world, "idempotencyKey");
      const { id } = await world.another();
      const { rotate } = world.options.dialect.operations;
      const headers = { "idempotency-key": `${world.mark}-rotate` };
      const { secret } = world.expect("rotate", rotate, await world.send("rotate", { id, headers }));
      const { status } = await world.send("rotate", { id, headers });
      demand(
        status === rotate.status || status === 409,
        `the second request is answered with ${status}, not with the first secret or 409`,
      );
      // A third rotation that is refused would not prove that the caller's secret is still the current one.
      const current = await isCurrent(world, id, secret);
      demand(current, "the second request has replaced the secret that the first one gave");
      await world.revoke(id);
    },
  },
];

function afterRotate(world: World): NonNullable<World["rotated"]> {
  if (world.rotated === null) throw new Unchecked("no key could be rotated");
  return world.rotated;
}

async function isCurrent(
  world: World,
  id: string,
  secret: NonNullable<World["rotated"]>["secret"],
): Promise<boolean> {
  const { dialect, capabilities } = world.options;
  if (!capabilities.lookup) return (await world.use(secret)) === world.usedStatus;
  const { lookup } = dialect.operations;
  const body = lookup.request.write({ fingerprint: fingerprintOf(secret) });
  const answer = await world.send("lookup", { body });
  const found = world.expect("lookup", lookup, answer);
  return found.found && found.key.id === id && found.key.state === "active";
}
