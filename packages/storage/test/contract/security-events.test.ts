import type { NewSecurityEvent } from "@keywarden/storage";
import { describe, expect, it } from "vitest";
import { adapters, audit, keyNamed } from "../stores.ts";

const hour = 3_600_000;

function event(id: string, changes: Partial<NewSecurityEvent> = {}): NewSecurityEvent {
  return {
    id,
    code: "failed-attempts",
    severity: "warning",
    subject: "a",
    keyId: "a",
    provider: "azotte",
    evidence: "31 refused in a minute",
    ...changes,
  };
}

describe.each(adapters)("security events on $adapter", ({ makePlace }) => {
  it("are written once with an audit entry while the same goes on, and anew when it comes back", async () => {
    const place = makePlace();
    const { securityEvents, audit: log } = await place.openKeys();
    expect(await securityEvents.record(event("e1"), hour)).toBe("new");
    place.clock.advance(hour - 1);
    expect(await securityEvents.record(event("e2"), hour)).toBe("repeated");
    // Still less than an hour since it was last noticed.
    place.clock.advance(hour - 1);
    expect(await securityEvents.record(event("e3"), hour)).toBe("repeated");
    place.clock.advance(hour);
    expect(await securityEvents.record(event("e4"), hour)).toBe("new");

    const { events } = await securityEvents.list();
    expect(events.map(({ id, count }) => [id, count])).toEqual([
      ["e4", 1],
      ["e1", 3],
    ]);
    const [, first] = events;
    expect((first?.lastAtMs ?? 0) - (first?.firstAtMs ?? 0)).toBe(2 * hour - 2);
    const entries = await log.list({});
    expect(entries.map(({ action, subject }) => [action, subject])).toEqual([
      ["security.noticed", "a"],
      ["security.noticed", "a"],
    ]);
  });

  it("of other codes and subjects do not silence each other", async () => {
    const { securityEvents } = await makePlace().openKeys();
    await securityEvents.record(event("e1"), hour);
    expect(await securityEvents.record(event("e2", { code: "unusual-volume" }), hour)).toBe("new");
    expect(await securityEvents.record(event("e3", { subject: "b", keyId: "b" }), hour)).toBe("new");
  });

  it("are listed newest first, in pages, by key, code, severity, provider and environment", async () => {
    const place = makePlace();
    const { securityEvents, keys } = await place.openKeys();
    await keys.createKey({ ...keyNamed("a"), provider: "azotte" }, audit);
    await keys.createKey({ ...keyNamed("b"), provider: "azotte", environment: "development" }, audit);
    await securityEvents.record(event("e1"), 1);
    await securityEvents.record(event("e2", { subject: "b", keyId: "b", severity: "high" }), 1);
    place.clock.advance(1);
    await securityEvents.record(
      event("e3", { subject: "192.0.2.0/24", keyId: null, provider: null, code: "unknown-keys" }),
      1,
    );

    const ids: string[] = [];
    let before = null;
    do {
      const page = await securityEvents.list({ limit: 1, before });
      ids.push(...page.events.map(({ id }) => id));
      before = page.next;
    } while (before !== null);
    expect(ids).toEqual(["e3", "e2", "e1"]);
    const idsOf = async (query: Parameters<typeof securityEvents.list>[0]) =>
      (await securityEvents.list(query)).events.map(({ id }) => id);
    expect(await idsOf({ keyId: "a" })).toEqual(["e1"]);
    expect(await idsOf({ code: "unknown-keys" })).toEqual(["e3"]);
    expect(await idsOf({ severity: "high" })).toEqual(["e2"]);
    expect(await idsOf({ provider: "azotte" })).toEqual(["e2", "e1"]);
    expect(await idsOf({ provider: "azotte", environment: "production" })).toEqual(["e1"]);
  });

  it("are forgotten by age while their audit entries stay", async () => {
    const place = makePlace();
    const { securityEvents, audit: log } = await place.openKeys();
    await securityEvents.record(event("e1"), hour);
    place.clock.advance(hour);
    await securityEvents.record(event("e2"), hour);
    expect(await securityEvents.prune(place.clock())).toBe(1);
    expect((await securityEvents.list()).events.map(({ id }) => id)).toEqual(["e2"]);
    expect(await log.list({})).toHaveLength(2);
    expect(await log.verify()).toMatchObject({ ok: true });
  });
});

describe.each(adapters)("alert rules on $adapter", ({ makePlace }) => {
  const rule = { id: "r1", keyId: "a", rule: { metric: "requests", threshold: 10 }, webhookUrl: null };
  const job = { id: "j1", kind: "alert", payload: { alert: "r1" } };

  it("fire once a period, with their entry and their job", async () => {
    const place = makePlace();
    const storage = await place.openKeys();
    await storage.keys.createKey(keyNamed("a"), audit);
    expect(await storage.alertRules.create(rule, audit)).toMatchObject({
      ...rule,
      createdBy: "ada",
      lastFiredAtMs: null,
    });
    const fire = (periodMs: number, id: string) =>
      storage.alertRules.fire({
        id: "r1",
        periodMs,
        audit: { action: "alert.fired", actor: "server" },
        jobs: [{ ...job, id }],
      });
    const fired = await Promise.all([fire(60_000, "j1"), fire(60_000, "j2"), fire(60_000, "j3")]);
    expect(fired.filter(Boolean)).toHaveLength(1);
    expect(await fire(0, "j4")).toBe(false);
    expect(await fire(120_000, "j5")).toBe(true);
    expect(await storage.jobs.counts()).toMatchObject({ queued: 2 });
    expect((await storage.audit.list({})).filter(({ action }) => action === "alert.fired")).toHaveLength(2);
    expect(await storage.alertRules.list({ keyId: "a" })).toMatchObject([{ lastFiredAtMs: place.clock() }]);
  });

  it("are removed only from the key that they watch, and fire no more", async () => {
    const { keys, alertRules } = await makePlace().openKeys();
    await keys.createKey(keyNamed("a"), audit);
    await alertRules.create(rule, audit);
    expect(await alertRules.remove({ id: "r1", keyId: "b" }, audit)).toBe(false);
    expect(await alertRules.remove({ id: "r1", keyId: "a" }, audit)).toBe(true);
    expect(await alertRules.list()).toEqual([]);
    expect(await alertRules.fire({ id: "r1", periodMs: 0, audit, jobs: [job] })).toBe(false);
  });

  it("hold no whole key", async () => {
    const { keys, alertRules } = await makePlace().openKeys();
    await keys.createKey(keyNamed("a"), audit);
    const webhookUrl = `https://hooks.example.com/sk_live_${"a1b2".repeat(10)}`;
    await expect(alertRules.create({ ...rule, webhookUrl }, audit)).rejects.toMatchObject({
      code: "STORAGE_PLAINTEXT_KEY",
    });
  });
});
