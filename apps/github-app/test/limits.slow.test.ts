import { expect, test } from "vitest";
import { loadAppConfig } from "../src/config.ts";
import { limitsFrom, limitsSchema } from "../src/limits.ts";
import { startRig } from "./rig/rig.ts";

const live = { kind: "secret", environment: "production" } as const;
const limits = { mostMegabytesPerFile: 0.01 };
const filler = "export const value = compute(input, options);\n".repeat(400);

test("what is too large is named in the check and not read; what it cannot have changed is decided", async () => {
  await using rig = await startRig({ config: { limits } });
  const [inLarge, beside, later] = [
    rig.provider.issue(live),
    rig.provider.issue(live),
    rig.provider.issue(live),
  ];
  await rig.commit({ "README.md": "a shop\n" });
  await rig.push("HEAD:refs/heads/main");
  await rig.settle();
  rig.passAtGitHub(5_000);

  const sha = await rig.commit({ "large.ts": `${filler}${inLarge.reveal()}\n`, "a.ts": beside.reveal() });
  await rig.push("HEAD:refs/heads/main");
  await rig.settle();
  expect(rig.provider.stateOf(beside)).toBe("revoked");
  expect(rig.provider.stateOf(inLarge)).toBe("active");
  expect(rig.checkRun(sha)?.output.title).toBe("1 key found: 1 revoked");
  expect(rig.checkRun(sha)?.output.summary).toMatch(
    /Not scanned, and may hold keys: `large\.ts: 19 kB; one file may have 10 kB`/u,
  );

  // It is in the parent's tree, and came in after the App: whatever it holds came after, too.
  const next = await rig.commit({ "b.ts": later.reveal() });
  await rig.push("HEAD:refs/heads/main");
  await rig.settle();
  expect(rig.provider.stateOf(later)).toBe("revoked");
  expect(rig.checkRun(next)?.output.title).toBe("1 key found: 1 revoked");

  const clean = await rig.commit({ "large.ts": `${filler}${filler}\n` });
  await rig.push("HEAD:refs/heads/main");
  await rig.settle();
  expect(rig.checkRun(clean)).toMatchObject({
    conclusion: "neutral",
    output: { title: "No new keys found in what was read" },
  });
});

test("what a file may have held before the App that nobody read is of unknown age, and nothing else is", async () => {
  await using rig = await startRig({ withoutApp: true, config: { limits } });
  const [moved, elsewhere] = [rig.provider.issue(live), rig.provider.issue(live)];
  await rig.commit({ "README.md": "a shop\n" });
  await rig.push("HEAD:refs/heads/other");
  await rig.commit({ "large.ts": `${filler}${moved.reveal()}\n` });
  await rig.push("HEAD:refs/heads/main");
  await rig.emulator.settled();
  rig.passAtGitHub(5_000);
  await rig.startApp();

  // Of the old file into a new one: nothing is introduced, and nobody who has not read it can know that.
  await rig.commit({ "b.ts": moved.reveal() });
  await rig.push("HEAD:refs/heads/main");
  await rig.settle();
  expect(rig.provider.stateOf(moved)).toBe("active");
  const found = await rig.inspect(({ decisions }) => decisions.get(1));
  expect(found).toMatchObject({ state: "reported", reason: "of-unknown-age" });

  // The other branch has never had the file.
  await rig.startApp();
  await rig.work.git("checkout", "--quiet", "-b", "other", "HEAD~2");
  const sha = await rig.commit({ "c.ts": elsewhere.reveal() });
  await rig.push("HEAD:refs/heads/other");
  await rig.settle();
  expect(rig.provider.stateOf(elsewhere)).toBe("revoked");
  expect(rig.checkRun(sha)?.output.title).toBe("1 key found: 1 revoked");
});

test("beyond the size of a push the rest is named, and what was read of it is acted on", async () => {
  await using rig = await startRig({ config: { limits: { mostFilesPerPush: 2 } } });
  const keys = [1, 2, 3, 4].map(() => rig.provider.issue(live));
  await rig.commit({ "README.md": "a shop\n" });
  await rig.push("HEAD:refs/heads/main");
  await rig.settle();
  rig.passAtGitHub(5_000);
  const sha = await rig.commit(Object.fromEntries(keys.map((key, index) => [`${index}.ts`, key.reveal()])));
  await rig.push("HEAD:refs/heads/main");
  await rig.settle();
  expect(keys.filter((key) => rig.provider.stateOf(key) === "revoked")).toHaveLength(2);
  expect(rig.checkRun(sha)?.output.summary).toMatch(
    /Not scanned, and may hold keys: `\d\.ts: 1 kB; one push may have 2 files`, `/u,
  );
});

test("what takes longer than a push may is named in the check, and keeps nobody waiting", async () => {
  const budget = { turnSeconds: 0.000_001, mostSecondsPerPush: 0.000_01 };
  await using rig = await startRig({ config: { limits: budget } });
  const key = rig.provider.issue(live);
  await rig.commit({ "README.md": "a shop\n" });
  await rig.push("HEAD:refs/heads/main");
  await rig.settle();
  rig.passAtGitHub(5_000);
  const sha = await rig.commit({ "a.ts": key.reveal(), [`${rig.provider.issue(live).reveal()}.ts`]: "1\n" });
  await rig.push("HEAD:refs/heads/main");
  await rig.settle();
  expect(rig.provider.stateOf(key)).toBe("active");
  expect(rig.checkRun(sha)?.output.title).toBe("1 key found: 1 revoked");
  expect(rig.checkRun(sha)?.output.summary).toMatch(
    /Not scanned, and may hold keys: `.*a\.ts: 1 kB; reading one push may take 0 s`/u,
  );
});

test("what a limit left unread is looked at again once it is raised, and ages that hung on it are known then", async () => {
  await using rig = await startRig({ withoutApp: true, sweeps: true, config: { limits } });
  const [moved, late, old] = [rig.provider.issue(live), rig.provider.issue(live), rig.provider.issue(live)];
  await rig.commit({ "large.ts": `${filler}${moved.reveal()}\n${old.reveal()}\n` });
  await rig.push("HEAD:refs/heads/main");
  await rig.emulator.settled();
  rig.passAtGitHub(120_000);
  const app = await rig.startApp();
  await rig.settle();
  const held = await rig.commit({ "b.ts": moved.reveal() });
  const sha = await rig.commit({ "also.ts": `${filler}${filler}${late.reveal()}\n` });
  await rig.push("HEAD:refs/heads/main");
  await rig.settle();
  expect([moved, late, old].map((key) => rig.provider.stateOf(key))).toEqual(["active", "active", "active"]);
  expect(rig.checkRun(sha)?.output.summary).toMatch(/Not scanned, and may hold keys: `also\.ts/u);

  await app.reload({ ...loadAppConfig(rig.configFile), ...limitsFrom(limitsSchema.parse({})) });
  await rig.settle();
  expect([moved, late, old].map((key) => rig.provider.stateOf(key))).toEqual(["active", "revoked", "active"]);
  expect(rig.checkRun(sha)?.output.title).toBe("1 key found: 1 revoked");
  expect(rig.checkRun(sha)?.output.summary).not.toMatch(/Not scanned/u);
  const reasons = await rig.inspect(async ({ decisions, exposures, provenance, repositories }) => {
    const [known] = await repositories.list();
    const holdings = known === undefined ? [] : await provenance.listHoldings(known.repository);
    const exposed = await exposures.list();
    const settled = await Promise.all(exposed.map(async ({ id }) => (await decisions.get(id))?.reason));
    return { reasons: settled.map(String).sort(), holdings: holdings.length };
  });
  expect(reasons).toEqual({ reasons: ["in-history", "in-history", "revoked"], holdings: 4 });
  expect(rig.checkRun(held)?.output.title ?? "no check").not.toContain("revoked");
});

test("of a history the log says how many files are too large", async () => {
  await using rig = await startRig({ withoutApp: true, sweeps: true, config: { limits } });
  await rig.commit({ "large.ts": filler });
  await rig.push("HEAD:refs/heads/main");
  await rig.emulator.settled();
  await rig.startApp();
  await rig.settle();
  expect(rig.lines.join("")).toContain("1 file of the history beyond the limits, not scanned");
});
