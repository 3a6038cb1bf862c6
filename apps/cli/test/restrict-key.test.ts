import { aforo, azotte, example } from "@keywarden/key-format";
import type { InventoryClient, UsageReport } from "@keywarden/management";
import { makeManagedKey } from "@keywarden/testing";
import { expect, test } from "vitest";
import type { KeyWork } from "../src/keys/key-work.ts";
import { restrictKeyAtServer } from "../src/keys/binding/restrict-key.ts";

const nowMs = Date.UTC(2026, 10, 20);
const used = [
  { name: "GET /v1/users/{id}", requests: 9, denied: 0 },
  { name: "POST /v1/events", requests: 3, denied: 1 },
  { name: "DELETE /v1/users/{id}", requests: 2, denied: 2 },
];

async function restrict(
  features: UsageReport["features"],
  { countedSince = "2026-01-01T00:00:00.000Z", provider = "example" } = {},
): Promise<string> {
  const key = makeManagedKey({ id: "key_1", provider, name: "shop", createdAt: "2026-06-01T00:00:00.000Z" });
  const client: Pick<InventoryClient, "show" | "usage"> = {
    show: async () => key,
    usage: async () => ({ countedSince, features }) as UsageReport,
  };
  let told = "";
  const terminal = {
    print: (text: string) => void (told += text),
    argv: ["keys", "restrict", "--server", "https://keys.acme.test", "key_1"],
  };
  const work = {
    connect: async () => ({ client, now: () => nowMs }),
    providers: [example, aforo, azotte],
    terminal,
  };
  expect(await restrictKeyAtServer(work as unknown as KeyWork, "key_1")).toBe(0);
  return told;
}

test("keys restrict proposes the endpoints that a key was let in for, and nothing that it was refused", async () => {
  const told = await restrict(used);
  expect(told).toContain("it was let in 11 times, for:\n          9  GET /v1/users/{id}\n          2  POST");
  expect(told).toContain(
    "\n  keywarden keys edit --server https://keys.acme.test key_1 --endpoint 'GET /v1/users/*' --endpoint 'POST /v1/events'\n",
  );
});

test.each([
  [used, { countedSince: "2026-10-25T00:00:00.000Z" }, "its use was counted for 26 days, and 31 are needed"],
  [[], {}, "it was not used in that time"],
  [used.slice(2), {}, "it was not used in that time"],
  [[...used, { name: "other", requests: 1, denied: 0 }], {}, "counted without what they were for"],
  [[...used, { name: "unknown", requests: 1, denied: 0 }], {}, "counted without what they were for"],
  [[...used, { name: "other /x", requests: 1, denied: 0 }], {}, "counted without what they were for"],
  [used, { provider: "azotte" }, "is not bound to what it calls"],
] as const)("keys restrict proposes nothing where it does not know: %#", async (features, more, reason) => {
  const told = await restrict(features, more);
  expect(told).toContain(`Nothing is proposed: `);
  expect(told).toContain(reason);
  expect(told).toContain("\n  keywarden accept unrestricted key_1\n");
});
