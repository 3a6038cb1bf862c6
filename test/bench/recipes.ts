import { spawnSync } from "node:child_process";
import { cpSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeRepository, type TestRepository } from "@keywarden/testing";
import { programs } from "./programs.ts";
import { milliseconds, type Section, times } from "./report.ts";
import { runOnce } from "./run-once.ts";
import { median, medianDifference, timeInTurns } from "./statistics.ts";

const line = "keywarden_done=89 sh node_modules/keywarden/dist/hook.sh pre-commit && false || [ $? -eq 89 ]";
const script = { lefthook: line, "pre-commit": `sh -c '${line}'` } as const;

/** Hook managers that are no dependency of ours: measured where they are on PATH. */
const managers = {
  lefthook: {
    file: "lefthook.yml",
    settings: (run: string) => `pre-commit:\n  commands:\n    keywarden:\n      run: ${run}\n`,
  },
  "pre-commit": {
    file: ".pre-commit-config.yaml",
    settings: (run: string) =>
      `repos:\n  - repo: local\n    hooks:\n      - {id: keywarden, name: keywarden, entry: "${run}", ` +
      "language: system, pass_filenames: false, always_run: true}\n",
  },
} as const;

type Manager = keyof typeof managers;

const isHere = (name: string): boolean => spawnSync(name, ["--version"]).status === 0;

/** What the recipes for hook managers add to a commit, beside what the manager itself takes and the native hook. */
export async function benchRecipes(): Promise<Section> {
  const here = (Object.keys(managers) as Manager[]).filter((name) => isHere(name));
  await using made = new AsyncDisposableStack();
  const prepare = async (name: Manager | null, run: string): Promise<TestRepository> => {
    const repository = made.use(await makeRepository());
    const dist = join(repository.path, "node_modules/keywarden/dist");
    cpSync(dirname(programs.cli), dist, { recursive: true });
    repository.write(".gitignore", "node_modules\n");
    repository.write("README.md", "# Webshop\n");
    if (name !== null) repository.write(managers[name].file, managers[name].settings(run));
    await repository.commit("first");
    const env = { ...process.env, ...repository.env };
    if (name !== null) spawnSync(name, ["install"], { cwd: repository.path, env });
    // Where a manager owns the hook this prints the recipe, and notes for it what belongs to this machine.
    const args = [join(dist, "main.js"), "hook", "install"];
    await runOnce(process.execPath, args, { cwd: repository.path, env, expected: name === null ? 0 : 1 });
    writeFileSync(join(repository.path, "README.md"), "# Webshop\n\nA line more.\n");
    await repository.git("add", "README.md");
    return repository;
  };
  const hook = (repository: TestRepository) => () =>
    runOnce("git", ["hook", "run", "pre-commit"], {
      cwd: repository.path,
      env: { ...process.env, ...repository.env },
      expected: 0,
    });
  const runs: Record<string, () => Promise<void>> = { native: hook(await prepare(null, "")) };
  for (const name of here) {
    runs[name] = hook(await prepare(name, script[name]));
    runs[`${name} alone`] = hook(await prepare(name, "sh -c true"));
  }
  const samples = await timeInTurns(runs, 25);
  const of = (name: string): readonly number[] => samples[name] ?? [];
  const native = median(of("native"));
  const rows = here.map((name) => {
    const added = medianDifference(of(name), of(`${name} alone`));
    return {
      measure: `${name} with the recipe, beside ${name} with nothing to do`,
      value: `${milliseconds(median(of(name)))}, ${milliseconds(added)} more`,
      compared: `${times(added / native)} the native hook`,
    };
  });
  const missing = (Object.keys(managers) as Manager[]).filter((name) => !here.includes(name));
  return {
    title: "Recipes for hook managers",
    method: "`git hook run pre-commit`, one staged file, clean; medians of 25 rounds in turns.",
    rows: [
      { measure: "the native hook", value: milliseconds(native), compared: "" },
      ...rows,
      ...missing.map((name) => ({ measure: name, value: "NOT MEASURED: not on PATH", compared: "" })),
    ],
  };
}
