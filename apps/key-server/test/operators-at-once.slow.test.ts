import { makeInventoryClient, ManagementError, type InventoryClient } from "@keywarden/management";
import { expect, test } from "vitest";
import { startServers, withoutPostgres } from "./start-servers.ts";

const acts = 100;
const input = { provider: "example", kind: "secret", environment: "production" } as const;

/** Two operators on two processes, and what the audit of one key says of them. */
async function startOperators() {
  const [one, two] = await startServers(2);
  if (one === undefined || two === undefined) throw new Error("no servers");
  const admin = makeInventoryClient({ baseUrl: one.url, token: one.token, timeoutMs: 90_000 });
  const operators = await Promise.all(
    [one, two].map(async ({ url }, number) => {
      const { token } = await admin.createToken({ name: `operator ${number}`, role: "operator" });
      return makeInventoryClient({ baseUrl: url, token, timeoutMs: 90_000 });
    }),
  );
  const auditOf = async (key: string, action: string) => {
    const { entries } = await admin.audit({ key, action, limit: 1000 });
    return entries;
  };
  return { admin, operators, auditOf };
}

/** Does a thing so often that it succeeds a hundred times, beginning anew whenever somebody was faster; gives how often that was. */
async function succeed(doOnce: () => Promise<unknown>): Promise<number> {
  let refused = 0;
  for (let done = 0; done < acts;) {
    try {
      await doOnce();
      done += 1;
    } catch (error) {
      if (!(error instanceof ManagementError) || error.code !== "MANAGEMENT_PRECONDITION") throw error;
      refused += 1;
    }
  }
  return refused;
}

test.skipIf(withoutPostgres !== "")(
  `of two operators who each change one key a hundred times at once, no change is lost and all are in the audit${withoutPostgres}`,
  async () => {
    const { admin, operators, auditOf } = await startOperators();

    const make = async (name: string) => (await admin.create({ ...input, name })).key.id;
    const [edited, rotated, switched] = [await make("0"), await make("rotated"), await make("switched")];
    const ended = await Promise.all(Array.from({ length: acts }, (_, number) => make(`key ${number}`)));
    const edit = (operator: InventoryClient) =>
      succeed(async () => {
        const seen = await operator.show(edited);
        await operator.edit(edited, { name: String(Number(seen.name) + 1) }, seen);
      });
    const secrets = new Set<string>();
    const rotate = (operator: InventoryClient) =>
      succeed(async () => {
        const { generation } = await operator.show(rotated);
        secrets.add((await operator.rotate(rotated, { expectedGeneration: generation })).secret.reveal());
      });
    const turn = async (operator: InventoryClient) => {
      const outcomes: string[] = [];
      for (let number = 0; number < acts; number += 1)
        outcomes.push((await operator[number % 2 === 0 ? "disable" : "enable"](switched)).outcome);
      return outcomes.filter((outcome) => outcome === "changed").length;
    };
    const revoke = async (operator: InventoryClient) => {
      const outcomes: string[] = [];
      for (const id of ended) outcomes.push((await operator.revoke(id)).outcome);
      return outcomes.filter((outcome) => outcome === "revoked").length;
    };
    const done = await Promise.all(
      operators.map((operator) =>
        Promise.all([edit(operator), rotate(operator), turn(operator), revoke(operator)]),
      ),
    );
    const sum = (which: 0 | 1 | 2 | 3) => done.reduce((total, counts) => total + counts[which], 0);
    // Otherwise they never met.
    expect([sum(0), sum(1)]).not.toContain(0);

    expect(await admin.show(edited)).toMatchObject({ name: String(2 * acts), revision: 2 * acts });
    const edits = await auditOf(edited, "key.edited");
    expect(edits.map(({ details }) => details["changes"])).toEqual(
      Array.from({ length: 2 * acts }, (_, number) => ({
        name: { from: String(number), to: String(number + 1) },
      })),
    );
    expect(new Set(edits.map(({ actor }) => actor)).size).toBe(2);

    expect(await admin.show(rotated)).toMatchObject({ generation: 1 + 2 * acts });
    expect(await auditOf(rotated, "key.rotated")).toHaveLength(2 * acts);
    expect(secrets.size).toBe(2 * acts);

    const { entries } = await admin.audit({ key: switched, limit: 1000 });
    const turns = entries.map(({ action }) => action).filter((action) => /disabled|enabled/.test(action));
    // What found the key as it was to be is no change, so they alternate.
    expect(turns).toEqual(turns.map((_, number) => (number % 2 === 0 ? "key.disabled" : "key.enabled")));
    expect(turns).toHaveLength(sum(2));

    expect(sum(3)).toBe(acts);
    for (const id of ended) expect(await auditOf(id, "key.revoked")).toHaveLength(1);
    expect(await admin.verifyAudit()).toMatchObject({ ok: true });
  },
);
