import { ManagementError } from "@keywarden/management";
import { expect, test } from "vitest";
import { askDownEveryMs, makeProviderOutages, outagePatienceMs } from "../src/provider-outages.ts";
import { makeTestTime } from "./rig/scheduler.ts";

const silent = (): Promise<never> => Promise.reject(new ManagementError("MANAGEMENT_TIMEOUT", "no answer"));

test("a provider that is down is asked now and then, by one caller, and others are not kept waiting", async () => {
  const time = makeTestTime();
  const outages = makeProviderOutages({ clock: time.clock, scheduler: time });
  let asked = 0;
  const ask = (): Promise<string> => {
    asked += 1;
    return silent();
  };
  await expect(outages.guard("aforo", ask)).rejects.toThrow("no answer");
  expect(outages.isDown("aforo")).toBe(true);
  await expect(outages.guard("aforo", ask)).rejects.toThrow("no answer");
  expect(asked).toBe(1);
  expect(await outages.guard("azotte", () => Promise.resolve("well"))).toBe("well");

  time.advance(askDownEveryMs);
  const { promise, resolve } = Promise.withResolvers<string>();
  const first = outages.guard("aforo", () => promise);
  await expect(outages.guard("aforo", ask)).rejects.toThrow("no answer");
  expect(asked).toBe(1);
  resolve("back");
  expect(await first).toBe("back");
  expect(outages.isDown("aforo")).toBe(false);
});

test("a provider that refuses is not down", async () => {
  const time = makeTestTime();
  const outages = makeProviderOutages({ clock: time.clock, scheduler: time });
  const refuse = () => Promise.reject(new ManagementError("MANAGEMENT_FORBIDDEN", "no right"));
  await expect(outages.guard("aforo", refuse)).rejects.toThrow("no right");
  expect(outages.isDown("aforo")).toBe(false);
});

test("of four who wait for a provider that hangs three give up soon, and its late answer says that it is back", async () => {
  const time = makeTestTime();
  const outages = makeProviderOutages({ clock: time.clock, scheduler: time });
  const { promise, resolve } = Promise.withResolvers<string>();
  const asked = [1, 2, 3, 4].map(() => outages.guard("aforo", () => promise));
  const settled: string[] = [];
  for (const [index, one] of asked.entries())
    void one.then(
      () => settled.push(`${index} answered`),
      () => settled.push(`${index} gave up`),
    );
  time.advance(outagePatienceMs - 1);
  await Promise.resolve();
  expect(settled).toEqual([]);
  time.advance(1);
  await expect(asked[3]).rejects.toThrow("did not answer within 1500 ms");
  expect(settled).toEqual(["1 gave up", "2 gave up", "3 gave up"]);
  expect(outages.isDown("aforo")).toBe(true);
  resolve("late");
  expect(await asked[0]).toBe("late");
  expect(outages.isDown("aforo")).toBe(false);
});

test("who waits for a recovery asks briefly, so that a line that hangs does not hide it", async () => {
  const time = makeTestTime();
  const outages = makeProviderOutages({ clock: time.clock, scheduler: time });
  const greeting = outages.notice("aforo", () => new Promise<string>(() => {}), "briefly");
  time.advance(outagePatienceMs);
  await expect(greeting).rejects.toThrow("did not answer");
  expect(await outages.notice("aforo", () => Promise.resolve("back"), "briefly")).toBe("back");
  expect(outages.isDown("aforo")).toBe(false);
});
