import { createHash } from "node:crypto";
import { makeInventoryClient, type ImportedKey } from "@keywarden/management";
import type { KeyServerProgram } from "@keywarden/testing/programs";
import type { Timeline } from "../timeline.ts";
import { departedOwner } from "./start-the-server.ts";

const dayMs = 86_400_000;

/** Gives the server the inventory of a team that has been at work for a while: a key in every state there is. */
export async function fillTheInventory(server: KeyServerProgram, timeline: Timeline): Promise<void> {
  const inventory = makeInventoryClient({ baseUrl: server.url, token: server.token });
  const keys = pastKeys(Date.now());
  const { created, refused } = await inventory.importKeys({ keys, dryRun: false });
  if (created !== keys.length) throw new Error(`${refused.length} keys of the inventory were refused`);
  const { key } = await inventory.create({
    provider: "aero2",
    name: "mobile backend",
    kind: "secret",
    environment: "production",
    owner: "team-app",
    tags: ["mobile"],
  });
  await inventory.rotate(key.id, { expectedGeneration: key.generation });
  const { keys: found } = await inventory.list({ provider: "azotte", owner: "team-growth" });
  for (const { id } of found) await inventory.disable(id);
  timeline.step(
    "inventory",
    `${created} older keys are imported by their hashes, as a team has them after a year`,
  );
  timeline.detail("exposed, of an owner who left, overdue, due, in grace, dormant,", "quiet");
  timeline.detail("never used, disabled, nobody's, revoked", "quiet");
}

type Past = readonly [
  provider: string,
  name: string,
  environment: ImportedKey["environment"],
  ageDays: number,
  unusedDays: number | null,
  owner: string | null,
  tags: readonly string[],
];

// Nothing but hashes is imported, and of texts that never were keys.
function pastKeys(nowMs: number): readonly ImportedKey[] {
  const ago = (days: number): string => new Date(nowMs - days * dayMs).toISOString();
  const past: readonly Past[] = [
    ["aforo", "billing, EU", "production", 8, 0, "ann", ["pci", "eu"]],
    ["aforo", "billing, before the move", "production", 132, 1, "ann", ["pci"]],
    ["aforo", "meter ingest", "production", 84, 0, "team-data", ["ingest"]],
    ["aforo", "meter ingest, staging", "sandbox", 20, 3, "team-data", ["ingest"]],
    ["aero2", "sign-in widget", "production", 33, 0, "team-app", ["mobile"]],
    ["example", "web shop checkout", "production", 97, 0, departedOwner, ["shop"]],
    ["example", "monthly reports", "production", 61, 45, departedOwner, ["reports"]],
    ["example", "load test of 2025", "sandbox", 310, 290, null, []],
    ["azotte", "tenant portal", "production", 89, 2, "cara", ["portal"]],
    ["azotte", "nightly export", "production", 140, 120, "cara", ["export"]],
    ["azotte", "campaign mails", "production", 44, 1, "team-growth", ["mail"]],
    ["aurora-solar", "partner feed", "production", 12, 0, "dev", ["partner"]],
    ["aurora-solar", "roof planner of a former partner", "production", 230, null, null, ["partner"]],
  ];
  return past.map(([provider, name, environment, ageDays, unusedDays, owner, tags]) => ({
    provider,
    name,
    environment,
    owner,
    tags,
    ...(provider === "aurora-solar" && { kind: "restricted" as const }),
    createdAt: ago(ageDays),
    trackingSince: ago(ageDays),
    ...(unusedDays !== null && { lastUsedAt: ago(unusedDays) }),
    secrets: [
      { sha256: createHash("sha256").update(`${provider} ${name}`).digest("hex"), createdAt: ago(ageDays) },
    ],
  }));
}
