import { join } from "node:path";
import { builtInProviders } from "@keywarden/key-format";
import { makeKey, makeRepository } from "@keywarden/testing";
import { programs } from "./programs.ts";
import { runOnce } from "./run-once.ts";
import { milliseconds, type Section, times } from "./report.ts";
import { median, medianDifference, medianRatio, timeInTurns } from "./statistics.ts";

const { cli } = programs;

/** What a developer waits for: the staged scan of one file, clean and with a key, next to starting Node at all. */
export async function benchHook(): Promise<Section> {
  using clean = await makeRepository();
  clean.write("README.md", "# Webshop\n");
  await clean.commit("first");
  clean.write("README.md", "# Webshop\n\nA line more.\n");
  await clean.git("add", "README.md");

  using leaking = await makeRepository();
  const [provider] = builtInProviders;
  if (provider === undefined) throw new Error("no built-in providers");
  const key = makeKey(provider, { kind: "secret", environment: "production" });
  leaking.write("README.md", "# Webshop\n");
  await leaking.commit("first");
  leaking.write(".env", `AFORO_API_KEY=${key.reveal()}\n`);
  await leaking.git("add", ".env");

  for (const repository of [clean, leaking]) {
    await runOnce(process.execPath, [cli, "hook", "install"], {
      cwd: repository.path,
      env: repository.env,
      expected: 0,
    });
  }
  const hook = (repository: { path: string; env: NodeJS.ProcessEnv }, expected: number) => () =>
    runOnce(join(repository.path, ".git/hooks/pre-commit"), [], {
      cwd: repository.path,
      env: repository.env,
      expected,
    });

  const node = process.execPath;
  const scan = (repository: { path: string; env: NodeJS.ProcessEnv }, expected: number) => () =>
    runOnce(node, [cli, "scan", "--staged"], { cwd: repository.path, env: repository.env, expected });
  const samples = await timeInTurns(
    {
      floor: () => runOnce(node, ["-e", "0"], { cwd: clean.path, env: clean.env, expected: 0 }),
      git: () =>
        runOnce("git", ["diff-index", "--cached", "--raw", "-z", "HEAD"], {
          cwd: clean.path,
          env: clean.env,
          expected: 0,
        }),
      clean: scan(clean, 0),
      leaking: scan(leaking, 1),
      cleanHook: hook(clean, 0),
      leakingHook: hook(leaking, 1),
    },
    25,
  );
  const row = (measure: string, name: keyof typeof samples) => ({
    measure,
    value: milliseconds(median(samples[name])),
    compared: name === "floor" ? "" : `${times(medianRatio(samples[name], samples.floor))} node -e 0`,
  });
  return {
    title: "Hook",
    method: "Wall time of one process, one staged file; median of 25 rounds in turns.",
    rows: [
      row("node -e 0, the floor", "floor"),
      row("git diff-index --cached", "git"),
      row("keywarden scan --staged, clean", "clean"),
      row("keywarden scan --staged, one key", "leaking"),
      {
        measure: "installed hook, clean",
        value: milliseconds(median(samples.cleanHook)),
        compared: `${milliseconds(medianDifference(samples.cleanHook, samples.git))} over git diff-index`,
      },
      row("installed hook, one key", "leakingHook"),
    ],
  };
}
