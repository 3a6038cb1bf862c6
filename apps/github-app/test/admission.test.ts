import { createHmac, randomUUID } from "node:crypto";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { builtInProviders, Secret } from "@keywarden/key-format";
import { makeScanner } from "@keywarden/scan";
import { openExposureStorage } from "@keywarden/storage";
import { makeClock, sha256 } from "@keywarden/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultLimits, makeAdmission } from "../src/receiver/admission.ts";
import type { AdmissionLimits } from "../src/receiver/admission.ts";
import { makeServer } from "../src/receiver/server.ts";
import type { Reception } from "../src/receiver/server.ts";
import { makeTestTime } from "./rig/scheduler.ts";

const limits: AdmissionLimits = { bodies: 4, bytes: 1_000, graceMs: 2_000, minimumBytesPerSecond: 100 };

describe("when there is no room for another body", () => {
  const make = (more: Partial<AdmissionLimits> = {}) => {
    const clock = makeClock(0);
    const admission = makeAdmission({ ...limits, ...more }, clock);
    const gone: string[] = [];
    const enter = (name: string, address = name) =>
      admission.enter(address, (why) => gone.push(`${name} ${why}`));
    return { clock, admission, gone, enter };
  };

  test("the address that holds the most places gives one up, and not the one that comes", () => {
    const { clock, gone, enter } = make();
    for (const name of ["a1", "a2", "a3"]) enter(name, "a");
    enter("b1", "b");
    clock.advance(50);
    enter("c1", "c");
    expect(gone).toEqual(["a1 crowded"]);
  });

  test("of one address the slowest gives up its place", () => {
    const { clock, gone, enter } = make();
    enter("old and slow", "proxy").received(1);
    enter("old and fast", "proxy").received(900);
    clock.advance(400);
    enter("young", "proxy");
    enter("younger", "proxy");
    clock.advance(10);
    enter("youngest", "proxy");
    expect(gone).toEqual(["old and slow crowded"]);
  });

  test("what a signature vouches for keeps its place, whatever happens", () => {
    const { gone, enter } = make({ bodies: 1 });
    enter("genuine").vouch();
    enter("stranger");
    enter("other");
    expect(gone).toEqual(["stranger crowded"]);
  });

  test("the address that holds the most bytes gives one up when memory runs out", () => {
    const { gone, enter } = make();
    const large = enter("large", "a");
    enter("genuine", "b").received(100);
    large.received(901);
    expect(gone).toEqual(["large crowded"]);
  });
});

test("after its grace a body that stays below the minimum rate is turned away, and one above it stays", () => {
  const clock = makeClock(0);
  const admission = makeAdmission(limits, clock);
  const gone: string[] = [];
  const slow = admission.enter("a", (why) => gone.push(`slow one: ${why}`));
  const fast = admission.enter("b", (why) => gone.push(`fast one: ${why}`));
  slow.received(1);
  fast.received(301);
  clock.advance(2_000);
  admission.expelSlow();
  expect(gone).toEqual([]);
  clock.advance(1_000);
  admission.expelSlow();
  expect(gone).toEqual(["slow one: slow"]);
});

test("whatever strangers do, never more bodies or bytes are held than the limits allow, and nobody is told twice", () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant("enter" as const), address: fc.constantFrom("a", "b", "c") }),
    fc.record({ do: fc.constant("receive" as const), at: fc.nat(30), bytes: fc.nat(400) }),
    fc.record({ do: fc.constant("leave" as const), at: fc.nat(30) }),
    fc.record({ do: fc.constant("wait" as const), ms: fc.nat(3_000) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const clock = makeClock(0);
      const admission = makeAdmission(limits, clock);
      const all: { readonly place: ReturnType<typeof admission.enter>; bytes: number; turnedAway: number }[] =
        [];
      const held = new Map<number, number>();
      for (const one of steps) {
        if (one.do === "enter") {
          const index = all.length;
          held.set(index, 0);
          const body = {
            place: { received() {}, vouch() {}, leave() {} } as ReturnType<typeof admission.enter>,
            bytes: 0,
            turnedAway: 0,
          };
          all.push(body);
          const place = admission.enter(one.address, () => {
            body.turnedAway += 1;
            held.delete(index);
          });
          all[index] = Object.assign(body, { place });
        }
        if (one.do === "receive" && held.has(one.at)) {
          held.set(one.at, (held.get(one.at) ?? 0) + one.bytes);
          all[one.at]?.place.received(one.bytes);
        }
        if (one.do === "leave") {
          all[one.at]?.place.leave();
          held.delete(one.at);
        }
        if (one.do === "wait") clock.advance(one.ms);
        expect(admission.open()).toBe(held.size);
        expect(held.size).toBeLessThanOrEqual(limits.bodies);
        expect([...held.values()].reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(limits.bytes);
      }
      expect(all.every(({ turnedAway }) => turnedAway <= 1)).toBe(true);
    }),
  );
});

describe("over real connections", () => {
  test("a thousand who send a forged signature and one byte keep no real delivery out, however often they come back", async () => {
    await using served = await serve(defaultLimits);
    const strangers = Array.from({ length: 1_000 }, () => dribble(served.port));
    const { bodies } = defaultLimits;
    await expect.poll(() => served.refused("crowded")).toBe(1_000 - bodies);
    const statuses: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      strangers.push(dribble(served.port), dribble(served.port), dribble(served.port));
      statuses.push(await deliver(served.port));
    }
    const together = await Promise.all(Array.from({ length: 16 }, () => deliver(served.port)));
    expect([...statuses, ...together]).toEqual(Array.from({ length: 26 }, () => 202));
    for (const { socket } of strangers) socket.destroy();
  });

  test("a body that is too slow is answered with 408, and its connection ends", async () => {
    await using served = await serve({});
    const stranger = dribble(served.port);
    await expect.poll(() => served.openBodies()).toBe(1);
    served.time.advance(3_000);
    await expect.poll(() => stranger.received()).toMatch(/^HTTP\/1\.1 408 /u);
    await expect.poll(() => stranger.socket.closed).toBe(true);
    expect(served.refused("slow")).toBe(1);
  });

  test("a signature of the wrong shape is refused before a byte of the body is read", async () => {
    await using served = await serve({});
    const stranger = dribble(served.port, "sha256=nonsense");
    await expect.poll(() => stranger.received()).toMatch(/^HTTP\/1\.1 401 /u);
    expect([served.openBodies(), served.refused("unsigned")]).toEqual([0, 1]);
    stranger.socket.destroy();
  });
});

const secret = "a-webhook-secret";

async function serve(more: Partial<AdmissionLimits>) {
  const time = makeTestTime();
  const storage = await openExposureStorage({ path: ":memory:", clock: time.clock });
  const receptions: Reception[] = [];
  const admission = makeAdmission({ ...limits, bodies: 256, bytes: 1_000_000, ...more }, time.clock);
  const receiver = {
    storage,
    secrets: [new Secret(secret)],
    host: "github.com",
    appId: 99,
    scanner: makeScanner({ providers: builtInProviders, sha256 }),
    providers: builtInProviders,
    log: () => {},
  };
  const server = makeServer({
    receiver: () => receiver,
    admission,
    scheduler: time,
    log: () => {},
    onReception: (reception) => receptions.push(reception),
    mounts: [],
  });
  const url = new URL(await server.listen({ host: "127.0.0.1", port: 0 }));
  return {
    time,
    port: Number(url.port),
    openBodies: () => admission.open(),
    refused: (why: string) => receptions.filter((one) => one.outcome === "refused" && one.why === why).length,
    async [Symbol.asyncDispose]() {
      await server.close();
      await storage.close();
    },
  };
}

/** Sends headers that look right and one byte of a long body. */
function dribble(port: number, signature = `sha256=${"0".repeat(64)}`) {
  const socket: Socket = connect(port, "127.0.0.1");
  let received = "";
  socket.on("error", () => {});
  socket.setEncoding("utf8").on("data", (text: string) => (received += text));
  socket.write(
    `POST /webhooks/github HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\nx-hub-signature-256: ${signature}\r\n\r\n{`,
  );
  return { socket, received: () => received };
}

async function deliver(port: number): Promise<number> {
  const body = JSON.stringify({ zen: "x".repeat(12_000) });
  const answer = await fetch(`http://127.0.0.1:${port}/webhooks/github`, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
      "x-github-event": "ping",
      "x-github-delivery": randomUUID(),
    },
  });
  return answer.status;
}
