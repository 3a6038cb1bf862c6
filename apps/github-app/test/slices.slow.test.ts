import { expect, test } from "vitest";
import { startRig } from "./rig/rig.ts";

const live = { kind: "secret", environment: "production" } as const;

test("a push that takes more than its turn goes on in parts: the same keys, the same checks, one account", async () => {
  await using rig = await startRig({
    config: { limits: { turnSeconds: 0.000_001 }, breaker: { revocations: 100 } },
  });
  const { work } = rig;
  await rig.commit({ "README.md": "a shop\n" });
  await rig.push("HEAD:refs/heads/main");
  await rig.settle();
  rig.passAtGitHub(5_000);

  const keys = Array.from({ length: 12 }, () => rig.provider.issue(live));
  const shas: string[] = [];
  for (const [index, key] of keys.entries()) {
    if (index === 4) await work.git("checkout", "--quiet", "-b", "side", "HEAD~2");
    shas.push(await rig.commit({ [`${index}.ts`]: key.reveal() }));
    if (index === 2)
      await rig.commit({ "lfs.bin": "version https://git-lfs.github.com/spec/v1\noid sha256:0\n" });
  }
  await work.git("checkout", "--quiet", "-b", "both", "main");
  await work.git("merge", "--quiet", "--no-ff", "-m", "both", "side");
  const head = await work.git("rev-parse", "HEAD");
  await rig.push("HEAD:refs/heads/main");
  await rig.settle();

  expect(rig.lines.join("")).toContain("gives its turn to others and goes on in parts");
  expect(keys.map((key) => rig.provider.stateOf(key))).toEqual(keys.map(() => "revoked"));
  expect(shas.map((sha) => rig.checkRun(sha)?.output.title)).toEqual(
    keys.map(() => "1 key found: 1 revoked"),
  );
  expect(rig.checkRun(head)?.output.title).toBe("Keys found in earlier commits of this push");
  const revokes = rig.provider.revokes();
  expect(revokes).toHaveLength(keys.length);
  const { tips, account } = await rig.inspect(async ({ tips: scanned, reports, repositories }) => {
    const [known] = await repositories.list();
    if (known === undefined) throw new Error("the repository is known");
    return {
      tips: await scanned.list(known.repository),
      account: (await reports.get(known.repository, head))?.account,
    };
  });
  expect(tips).toEqual([head]);
  // Commits, folders and files: each once.
  expect(account).toMatchObject({ objects: 12 * 3 + 3 + 2 });
});
