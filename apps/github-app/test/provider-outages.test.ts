import { ManagementError } from "@keywarden/management";
import { makeClock } from "@keywarden/testing";
import { expect, test } from "vitest";
import { askDownEveryMs, makeProviderOutages } from "../src/provider-outages.ts";

const silent = (): Promise<never> => Promise.reject(new ManagementError("MANAGEMENT_TIMEOUT", "no answer"));

test("a provider that is down is asked now and then, by one caller, and others are not kept waiting", async () => {
  const clock = makeClock();
  const outages = makeProviderOutages(clock);
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

  clock.advance(askDownEveryMs);
  const { promise, resolve } = Promise.withResolvers<string>();
  const first = outages.guard("aforo", () => promise);
  await expect(outages.guard("aforo", ask)).rejects.toThrow("no answer");
  expect(asked).toBe(1);
  resolve("back");
  expect(await first).toBe("back");
  expect(outages.isDown("aforo")).toBe(false);
});

test("a provider that refuses is not down", async () => {
  const outages = makeProviderOutages(makeClock());
  const refuse = () => Promise.reject(new ManagementError("MANAGEMENT_FORBIDDEN", "no right"));
  await expect(outages.guard("aforo", refuse)).rejects.toThrow("no right");
  expect(outages.isDown("aforo")).toBe(false);
});
