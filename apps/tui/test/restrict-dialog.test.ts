import { providersOf } from "@keywarden/key-format";
import { ManagementError, type ManagedKey, type UsageReport } from "@keywarden/management";
import { makeManagedKey } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { commandFor } from "../src/effects/log-calls.ts";
import { planRestriction, recallRestrictions, restrictConfirmedKey } from "../src/effects/restrict-key.ts";
import type { Effect } from "../src/state/effect.ts";
import { drive, type Driven } from "./drive.ts";

const counted: Partial<UsageReport> = {
  from: "2026-08-22T00:00:00.000Z",
  countedSince: "2026-08-22T00:00:00.000Z",
  buckets: [],
  features: [
    { name: "GET /v1/users", requests: 7, denied: 0 },
    { name: "POST /v1/users", requests: 2, denied: 0 },
  ],
};
const bound = (more: Partial<ManagedKey> = {}): ManagedKey => ({
  ...makeManagedKey({ provider: "example", owner: "ada", revision: 4 }),
  restrictions: { ipRanges: ["10.0.0.0/8"] },
  ...more,
});

/** Does the work that the reducers asked for last, as a server would answer it. */
async function answer(driven: Driven, kind: Effect["kind"], now = bound(), isLost = false): Promise<void> {
  const effect = driven.effects.findLast((one) => one.kind === kind);
  const lost = () => Promise.reject(new ManagementError("MANAGEMENT_UNREACHABLE", "no answer"));
  const client = {
    show: () => Promise.resolve(now),
    usage: isLost ? lost : () => Promise.resolve(counted as UsageReport),
    edit: isLost ? lost : () => Promise.resolve({ key: now, outcome: "changed" as const }),
  };
  const tools = {
    client,
    providers: providersOf([]).managedProviders,
    send: driven.send,
    now: () => driven.state.nowMs,
  };
  if (effect?.kind === "recall-restrictions") await recallRestrictions(tools, effect);
  if (effect?.kind === "plan-restriction") await planRestriction(tools, effect);
  if (effect?.kind === "restrict") await restrictConfirmedKey(tools, effect);
}

/** Opens the form of the key and goes to its third field, the endpoints. */
async function openForm(size: { columns?: number; rows?: number } = {}): Promise<Driven> {
  const driven = drive({ isWritable: true, ...size });
  driven.load([bound()]);
  driven.press("b");
  driven.wait(300);
  await answer(driven, "recall-restrictions");
  driven.press("tab", "down");
  return driven;
}

const changes = ({ effects }: Driven) => effects.filter(({ kind }) => kind === "restrict");

describe("restricting", () => {
  it("shows what is set, what changes and what would have been refused, and needs the key's name", async () => {
    const driven = await openForm();
    expect(driven.screen()).toMatch(/IP ranges +10\.0\.0\.0\/8/);
    driven.type("GET /v1/users");
    expect(driven.screen()).toMatch(/> API endpoints +GET \/v1\/users▏ +now: does not restrict/);
    driven.press("enter");
    expect(driven.screen()).toContain("looking at what it was used for …");
    await answer(driven, "plan-restriction");
    const plan = driven.screen();
    expect(plan).toContain("API endpoints: does not restrict → GET /v1/users");
    expect(plan).toMatch(/! POST \/v1\/users \(2 times\): would have been refused since 2026-08-22/);
    expect(plan).not.toContain("IP ranges:");
    driven.wait(300);
    driven.type("another");
    driven.press("enter");
    expect(changes(driven)).toEqual([]);
    driven.press("ctrl-u");
    driven.type("payments");
    driven.press("enter");
    expect(changes(driven)).toMatchObject([
      { target: { id: "key-1", revision: 4 }, edit: { restrictions: { endpoints: ["GET /v1/users"] } } },
    ]);
    await answer(driven, "restrict", bound({ revision: 5 }));
    expect(driven.screen()).toContain("Restricted payments");
    expect(driven.state.byId.get("key-1")?.told.revision).toBe(5);
  });

  it("says of what is lifted that it does not restrict any more, and of unread use that it is unknown", async () => {
    const driven = await openForm();
    driven.type("GET /v1/users");
    driven.press("up", "up", "ctrl-u", "enter");
    await answer(driven, "plan-restriction", bound(), true);
    expect(driven.screen()).toContain("IP ranges: 10.0.0.0/8 → does not restrict any more");
    expect(driven.screen()).toMatch(/what a change of API endpoints would have refused is\s+unknown/);
  });

  it("plans nothing of what is not a restriction, of what is not changed, and of what was typed over since", async () => {
    const driven = await openForm();
    driven.press("enter");
    await answer(driven, "plan-restriction");
    expect(driven.screen()).toContain("nothing is changed yet");
    driven.type("users");
    driven.press("enter");
    await answer(driven, "plan-restriction");
    expect(driven.screen()).toContain("! API endpoints: must be a method and a path");
    driven.press("ctrl-u");
    driven.type("GET /v1/users");
    driven.press("enter");
    driven.type("/more");
    await answer(driven, "plan-restriction");
    expect(driven.state.dialog?.kind).toBe("restrict");
    driven.press("escape");
    expect(driven.screen()).toContain("cancelled: nothing was changed");
    expect(changes(driven)).toEqual([]);
  });

  it("starts from what the server says now, and does not undo what somebody changed since", async () => {
    const driven = drive({ isWritable: true });
    driven.load([bound()]);
    driven.press("b");
    driven.wait(300);
    await answer(driven, "recall-restrictions", bound({ revision: 9, restrictions: { tenant: "none" } }));
    expect(driven.screen()).toMatch(/> IP ranges +▏/);
    driven.type("192.0.2.1");
    driven.press("enter");
    await answer(driven, "plan-restriction");
    driven.wait(300);
    driven.send({
      kind: "changes",
      page: { changes: [], keys: [bound({ revision: 10 })], nextAfter: 8, hasMore: false },
    });
    expect(driven.screen()).toContain("somebody changed it meanwhile: esc, and look again");
    driven.type("payments");
    driven.press("enter");
    expect(changes(driven)).toEqual([]);
  });

  it.each([
    { role: "reader" as const, says: "a reader may not restrict: it takes the role admin or operator" },
    { role: "responder" as const, says: "a responder may not restrict: it takes the role admin or operator" },
  ])("is not offered to a $role", ({ role, says }) => {
    const driven = drive({ isWritable: true });
    driven.load([bound()]);
    driven.send({ kind: "identity", identity: { role, principal: "token:rita" } });
    driven.press("b");
    expect(driven.screen()).toContain(says);
    expect(driven.state.dialog).toBeNull();
  });

  it("keeps the field that is typed into on the smallest screen", async () => {
    const driven = await openForm({ columns: 40, rows: 10 });
    for (const label of ["API endpoints", "Rate limit", "IP ranges", "Referrer URLs"]) {
      expect(driven.screen()).toMatch(new RegExp(`> ${label} +[^\n]*▏`));
      driven.press("tab");
    }
  });

  it("says of a provider that nobody describes here that it is not known what its keys can be bound to", async () => {
    const driven = drive({ isWritable: true });
    driven.load([bound({ provider: "elsewhere" })]);
    driven.press("b");
    await answer(driven, "recall-restrictions", bound({ provider: "elsewhere" }));
    expect(driven.screen()).toContain("what keys of elsewhere can be bound to is not known here");
  });

  it("does not claim to know what became of a request that got no answer", async () => {
    const driven = await openForm();
    driven.type("GET /v1/users");
    driven.press("enter");
    await answer(driven, "plan-restriction");
    driven.wait(300);
    driven.type("payments");
    driven.press("enter");
    await answer(driven, "restrict", bound(), true);
    expect(driven.screen()).toContain(
      "payments may or may not be restricted: check what it is restricted to",
    );
  });

  it("is in the log with the command line that does the same", () => {
    const body = JSON.stringify({
      permissions: null,
      restrictions: {
        endpoints: ["GET /v1/users"],
        ipRanges: null,
        rateLimits: [{ requests: 6, windowSeconds: 60 }],
      },
    });
    expect(commandFor("PATCH", "/v1/keys/key-1", body)).toBe(
      "keywarden keys edit key-1 --clear permissions --endpoint 'GET /v1/users' --clear ip-range --rate-limit 6/60s",
    );
  });
});
