import { aforo } from "@keywarden/key-format";
import { makeKey, sha256 } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import type { ExposureStorage, Observed } from "@keywarden/storage";
import { adapters, audit } from "../stores.ts";

const repository = { host: "github.com", repositoryId: 7 };
const fork = { host: "github.com", repositoryId: 8 };
const observed: Observed = { source: "push", delivery: "g1", pusher: "ada", head: "c1" };

async function recordExposure({ exposures }: ExposureStorage, name = "key"): Promise<number> {
  const { exposure } = await exposures.record({
    repository,
    fingerprint: sha256(name),
    provider: null,
    kind: "secret",
    environment: "production",
    label: "live",
    redacted: "sk_live_…abcd",
    candidates: [],
    confidence: "high",
    occurrences: [],
  });
  return exposure.id;
}

describe.each(adapters)("decisions on $adapter", ({ makePlace }) => {
  it("wait until somebody was asked, and keep the earliest observation and the worst provenance", async () => {
    const storage = await makePlace().openExposures();
    const { decisions } = storage;
    const id = await recordExposure(storage);
    expect(await decisions.get(id)).toBeNull();
    await decisions.observe(id, { provenance: "unknown", observed, receivedAtMs: 50 });
    expect(await decisions.get(id)).toMatchObject({
      state: "waiting",
      reason: "not-asked",
      ownership: null,
      approval: null,
      provenance: "unknown",
      observed,
      receivedAtMs: 50,
    });
    const earlier = { ...observed, delivery: "g0" };
    await decisions.observe(id, { provenance: "came-after", observed: earlier, receivedAtMs: 40 });
    await decisions.observe(id, { provenance: "history", observed, receivedAtMs: 60 });
    expect(await decisions.get(id)).toMatchObject({
      provenance: "came-after",
      observed: earlier,
      receivedAtMs: 40,
    });
  });

  it("keep the strictest of what commits ask for at least, in whatever order they are looked at", async () => {
    const storage = await makePlace().openExposures();
    const { decisions } = storage;
    const ask = { kind: "secret", environment: "sandbox", action: "ask" } as const;
    const report = { ...ask, action: "report" } as const;
    const other = { kind: "restricted", environment: "production", action: "report" } as const;
    const [one, two] = [await recordExposure(storage), await recordExposure(storage, "other")];
    const seen = { provenance: "history", observed, receivedAtMs: 1 } as const;
    expect(await decisions.listLeast(one)).toEqual([]);
    await decisions.observe(one, { ...seen, least: [ask, report, other] });
    await decisions.observe(one, seen);
    await decisions.observe(two, { ...seen, least: [report] });
    await decisions.observe(two, { ...seen, least: [other, ask] });
    expect(await decisions.listLeast(one)).toEqual([other, ask]);
    expect(await decisions.listLeast(two)).toEqual([other, ask]);
  });

  it("change with their facts, and say whether they did", async () => {
    const storage = await makePlace().openExposures();
    const { decisions } = storage;
    const [one, two] = [await recordExposure(storage), await recordExposure(storage, "other")];
    for (const id of [one, two])
      await decisions.observe(id, { provenance: "history", observed, receivedAtMs: 1 });
    await decisions.setFacts(one, { ownership: "mine-active", provider: "aforo", keyId: "k1" });
    await decisions.setFacts(one, { approval: { verdict: "approved", by: "grace", atMs: 9 } });
    expect(await decisions.settle(one, { state: "held", reason: "breaker" }, audit)).toBe(true);
    expect(await decisions.settle(one, { state: "held", reason: "breaker" }, audit)).toBe(false);
    expect(await decisions.settle(one, { state: "held", reason: "kill-switch" }, audit)).toBe(true);
    expect(await storage.audit.list()).toHaveLength(2);
    expect(await decisions.listByKey({ provider: "aforo", keyId: "k1" })).toMatchObject([
      { exposureId: one, approval: { verdict: "approved", by: "grace", atMs: 9 } },
    ]);
    expect(await decisions.list({ states: ["held"] })).toHaveLength(1);
    expect(await decisions.list({ afterId: one })).toMatchObject([{ exposureId: two }]);
    expect(await decisions.counts()).toMatchObject({ held: 1, waiting: 1, revoked: 0 });
    await decisions.setFacts(one, { approval: null, hold: "refused" });
    expect(await decisions.get(one)).toMatchObject({ approval: null, hold: "refused" });
  });

  it("hold no key that somebody writes into a name", async () => {
    const storage = await makePlace().openExposures();
    const key = makeKey(aforo, { kind: "secret", environment: "production" });
    const id = await recordExposure(storage);
    const pusher = key.reveal();
    await storage.decisions.observe(id, {
      provenance: "history",
      observed: { ...observed, pusher },
      receivedAtMs: 1,
    });
    expect((await storage.decisions.get(id))?.observed.pusher).toBe(key.redacted);
  });
});

describe.each(adapters)("reports of commits on $adapter", ({ makePlace }) => {
  it("are asked for once and published until nothing is newer", async () => {
    const { reports } = await makePlace().openExposures();
    expect(await reports.want(repository, "c1", 5)).toBe(true);
    expect(await reports.want(repository, "c1", 6)).toBe(false);
    expect(await reports.touch(repository, ["c2", "c1"])).toEqual(["c1"]);
    expect(await reports.touch(fork, ["c1"])).toEqual([]);
    expect(await reports.finish(repository, "c1", 1)).toBe(false);
    expect(await reports.finish(repository, "c1", 2)).toBe(true);
    await reports.record(repository, "c1", { account: { objects: 3 } });
    await reports.startRun(repository, "c1", { run: 2, annotations: "digest" });
    expect(await reports.get(repository, "c1")).toEqual({
      commit: "c1",
      version: 3,
      publishedVersion: 2,
      receivedAtMs: 5,
      account: { objects: 3 },
      givenUp: null,
      also: [],
      hasMoreAlso: false,
      run: 2,
      annotations: "digest",
    });
    await reports.record(repository, "c1", { givenUp: "GIT_TIMEOUT" });
    expect(await reports.list(repository)).toMatchObject([{ givenUp: "GIT_TIMEOUT" }]);
    await reports.record(repository, "c1", { account: {} });
    expect(await reports.get(repository, "c1")).toMatchObject({ givenUp: null });
  });

  it("mention a commit of a push that was the first to show it, in whatever order the pushes are told of", async () => {
    const { reports } = await makePlace().openExposures();
    for (const commit of ["early", "late", "last"]) await reports.want(repository, commit, 5);
    const also = async (commit: string) => (await reports.get(repository, commit))?.also;
    const late = { head: "late", commits: ["b", "a"], pushedAtMs: 2_000 };
    expect(await reports.show(repository, late)).toEqual(["a", "b"]);
    expect(await reports.show(repository, late)).toEqual([]);
    expect(await also("late")).toEqual(["a", "b"]);
    expect(await reports.show(repository, { head: "last", commits: ["a"], pushedAtMs: 3_000 })).toEqual([]);
    expect(await reports.show(repository, { head: "early", commits: ["a"], pushedAtMs: 1_000 })).toEqual([
      "a",
    ]);
    expect(await also("early")).toEqual(["a"]);
    expect(await also("late")).toEqual(["b"]);
    expect(await also("last")).toEqual([]);
    expect(await reports.touch(repository, ["b"])).toEqual(["late"]);
    expect(await reports.show(repository, { head: "b", commits: ["b"], pushedAtMs: 2_000 })).toEqual(["b"]);
    expect(await also("late")).toEqual(["b"]);
    expect(await also("b")).toBeUndefined();
  });

  it("mention as many commits as a push can bring that somebody reviews, and say where there are more", async () => {
    const { reports } = await makePlace().openExposures();
    await reports.want(repository, "head", 5);
    const commits = Array.from({ length: 2_000 }, (_, index) => String(index).padStart(4, "0"));
    await reports.show(repository, { head: "head", commits, pushedAtMs: 1_000 });
    expect(await reports.get(repository, "head")).toMatchObject({ also: commits, hasMoreAlso: false });
    await reports.show(repository, { head: "head", commits: ["x"], pushedAtMs: 1_000 });
    expect(await reports.get(repository, "head")).toMatchObject({ also: commits, hasMoreAlso: true });
  });
});

describe.each(adapters)("repositories on $adapter", ({ makePlace }) => {
  const news = { owner: "acme", name: "shop", installationId: 1, isPrivate: true, atMs: 10 };

  it("follow the newest news, whatever the order in which they come in", async () => {
    const { repositories } = await makePlace().openExposures();
    expect(await repositories.learn(repository, news)).toEqual({ isNew: true, becamePublic: false });
    const renamed = { ...news, name: "store", isPrivate: false, atMs: 30 };
    expect(await repositories.learn(repository, renamed)).toEqual({ isNew: false, becamePublic: true });
    expect(await repositories.learn(repository, { ...news, atMs: 20 })).toEqual({
      isNew: false,
      becamePublic: false,
    });
    expect(await repositories.get(repository)).toMatchObject({ name: "store", isPrivate: false });
    await repositories.learn(repository, { ...news, name: "asked", atMs: null });
    expect(await repositories.get(repository)).toMatchObject({ name: "asked" });
  });

  it("are listed by state and installation, and remember when they were swept", async () => {
    const { repositories } = await makePlace().openExposures();
    await repositories.learn(repository, news);
    await repositories.learn(fork, { ...news, installationId: 2 });
    await repositories.setState(fork, "suspended");
    await repositories.setSwept(repository, { sweptAtMs: 7, sweptRefs: "digest" });
    await repositories.setBackfilled(repository, 8);
    expect(await repositories.list({ state: "active" })).toMatchObject([
      { repository, sweptAtMs: 7, sweptRefs: "digest", backfilledAtMs: 8 },
    ]);
    expect(await repositories.list({ installationId: 2 })).toMatchObject([{ state: "suspended" }]);
    await repositories.learn(fork, { ...news, atMs: 11 });
    expect(await repositories.list({ state: "active" })).toHaveLength(2);
  });
});

describe.each(adapters)("controls on $adapter", ({ makePlace }) => {
  it("say who set them, until they are cleared", async () => {
    const place = makePlace();
    const { controls } = await place.openExposures();
    expect(await controls.get("kill-switch")).toBeNull();
    await controls.set("kill-switch", "on", "ada");
    await controls.set("kill-switch", "on", "grace");
    expect(await controls.get("kill-switch")).toEqual({
      value: "on",
      setBy: "grace",
      setAtMs: place.clock(),
    });
    expect(await controls.clear("kill-switch")).toBe(true);
    expect(await controls.clear("kill-switch")).toBe(false);
  });
});

describe.each(adapters)("issues on $adapter", ({ makePlace }) => {
  it("have one number each, and are told until nothing is newer", async () => {
    const storage = await makePlace().openExposures();
    const { issues } = storage;
    const id = await recordExposure(storage);
    expect(await issues.get(id)).toBeNull();
    await issues.touch(id);
    expect(await issues.get(id)).toMatchObject({ version: 1, toldVersion: 0, target: null, number: null });
    await issues.intend(id, { repositoryId: 9 });
    await issues.setNumber(id, 17);
    await issues.touch(id);
    expect(await issues.finish(id, 1)).toBe(false);
    expect(await issues.finish(id, 2)).toBe(true);
    expect(await issues.get(id)).toMatchObject({
      version: 2,
      toldVersion: 2,
      target: { repositoryId: 9, intendedAtMs: expect.any(Number) },
      number: 17,
    });
  });
});

describe.each(adapters)("replacements on $adapter", ({ makePlace }) => {
  it("begin once for a key, and those that somebody has to look at are listed", async () => {
    const { replacements } = await makePlace().openExposures();
    const key = { provider: "aforo", keyId: "key_1" };
    expect(await replacements.get(key)).toBeNull();
    const begun = await replacements.begin(key, { rotation: "0000000a", withinMs: 500 });
    expect(begun).toMatchObject({ ...key, rotation: "0000000a", state: "under-way", why: null });
    expect(await replacements.begin(key, { rotation: "0000000b", withinMs: 900 })).toEqual(begun);

    expect(await replacements.listStuck()).toEqual([]);
    await replacements.change(key, { why: "the sink is full" });
    const other = { provider: "azotte", keyId: "key_1" };
    await replacements.begin(other, { rotation: "0000000c", withinMs: 500 });
    expect(await replacements.listStuck()).toMatchObject([{ ...key, why: "the sink is full" }]);
    await replacements.change(key, { state: "delivered", why: null, successorId: "key_2" });
    await replacements.change(other, { state: "overdue" });
    expect(await replacements.get(key)).toMatchObject({ state: "delivered", successorId: "key_2" });
    expect(await replacements.listStuck()).toMatchObject([{ ...other, state: "overdue" }]);
    expect(await replacements.counts()).toMatchObject({ delivered: 1, overdue: 1, finished: 0 });
  });
});
