import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

/** Runs once where V8 compiles the scanner under its eyes, which a worker that other test files share does not. */
const growth = JSON.parse(
  execFileSync(process.execPath, [join(import.meta.dirname, "programs/count-linear-work.ts")], {
    encoding: "utf8",
  }),
) as Readonly<Record<string, number>>;

describe("hostile bytes", () => {
  it.each(Object.entries(growth).filter(([name]) => name !== "square work"))(
    "take linear work: %s",
    (_, times) => {
      expect(times).toBeLessThan(5);
    },
  );

  it("would be told from square work", () => {
    expect(growth["square work"]).toBeGreaterThan(14);
  });
});
