import { afterAll } from "vitest";

// A thread that is kept loads the next test file, and the tables that its tests are made of, without a mutant.
afterAll(() => {
  const stryker: unknown = Reflect.get(globalThis, "__stryker__");
  if (typeof stryker === "object" && stryker !== null) Reflect.set(stryker, "activeMutant", undefined);
});
