import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { aforo, quoteForShell } from "@keywarden/key-format";
import { assertNoKey, makeKey, makeTemporaryDirectory } from "@keywarden/testing";
import { describe, expect, test } from "vitest";
import { makeShell, type Shell } from "./shell.ts";

const secret = makeKey(aforo, { kind: "secret", environment: "production" }, 21);
const leak = `KEY=${secret.reveal()}\n`;

interface Scene {
  readonly shell: Shell;
  /** A repository with one commit, whose name holds a blank and a quotation mark. */
  readonly top: string;
  /** A folder of it, with such a name too. */
  readonly inner: string;
  readonly outside: string;
  readonly run: (line: string, directory?: string) => Promise<string>;
}

interface Situation {
  /** Makes the fault; gives where it is met, unless in the inner folder. */
  readonly provoke: (scene: Scene) => Promise<string | void>;
  /** What is called, before and after. */
  readonly call: string;
  /** What says that the fault is there. */
  readonly fault: RegExp;
  /** The command in it. */
  readonly remedy: RegExp;
  /** What a person does then, where the command shows only where to look. */
  readonly staysUntil?: string;
  readonly env?: Readonly<Record<string, string>>;
}

async function withScene(env: Situation["env"], act: (scene: Scene) => Promise<void>): Promise<void> {
  using folder = makeTemporaryDirectory();
  const identity = { GIT_AUTHOR_NAME: "a", GIT_AUTHOR_EMAIL: "a@b.test" };
  const committer = { GIT_COMMITTER_NAME: "a", GIT_COMMITTER_EMAIL: "a@b.test" };
  const plain = { ...identity, ...committer, CI: undefined, GITHUB_ACTIONS: undefined, HUSKY: undefined };
  const shell = makeShell(folder.path, { ...plain, ...env });
  const quiet = makeShell(folder.path, plain);
  const top = join(folder.path, "it's a repository");
  const inner = join(top, "it's inner");
  mkdirSync(inner, { recursive: true });
  const run = async (line: string, directory = top): Promise<string> => {
    const { status, stdout, stderr } = await quiet(line, directory);
    if (status !== 0) throw new Error(`${line}: ${stderr}`);
    return stdout;
  };
  await run("git init -q -b main .");
  writeFileSync(join(inner, "a.txt"), "x\n");
  await run("git add . && git commit -q -m first");
  await act({ shell, top, inner, outside: folder.path, run });
}

const situations: Readonly<Record<string, Situation>> = {
  "a folder that is no repository": {
    provoke: async ({ outside }) => {
      const folder = join(outside, "it's new");
      mkdirSync(folder);
      return folder;
    },
    call: "keywarden scan --staged",
    fault: /is not in a git repository/,
    remedy: /start one with: (git .*)$/m,
  },
  "a repository of another user": {
    provoke: async () => {},
    call: "keywarden scan",
    env: { GIT_TEST_ASSUME_DIFFERENT_OWNER: "1" },
    fault: /git does not trust/,
    remedy: /if you do: (git config .*)$/m,
  },
  "a shallow clone": {
    provoke: async ({ top, outside, run }) => {
      await run("git commit -q --allow-empty -m second");
      await run(`git clone -q --depth 1 file://${quoteForShell(top)} "it's shallow"`, outside);
      return join(outside, "it's shallow", "it's inner");
    },
    call: "keywarden scan --history",
    fault: /this clone is shallow/,
    remedy: /try: (git fetch .*?)$/m,
  },
  "a partial clone": {
    provoke: async ({ top, inner, outside, run }) => {
      await run("git config uploadpack.allowFilter true");
      writeFileSync(join(inner, "old.txt"), "old\n");
      await run(
        'git add . && git commit -q -m old && git rm -q "it\'s inner/old.txt" && git commit -q -m new',
      );
      await run(`git clone -q --filter=blob:none file://${quoteForShell(top)} "it's partial"`, outside);
      return join(outside, "it's partial", "it's inner");
    },
    call: "keywarden scan --history",
    fault: /could not be read/,
    remedy: /try: (git fetch .*?)$/m,
  },
  "a commit that was not fetched": {
    provoke: async ({ top, outside, run }) => {
      await run(`git clone -q ${quoteForShell(top)} "it's behind"`, outside);
      await run("git commit -q --allow-empty -m second && git tag second");
      return join(outside, "it's behind", "it's inner");
    },
    call: "keywarden scan --range main..second",
    fault: /There is no commit "second" here/,
    remedy: /get it with: (git fetch.*)$/m,
  },
  "a key that is staged, in a path that holds signs of patterns": {
    provoke: async ({ inner, run }) => {
      writeFileSync(join(inner, "[b]*.env"), leak);
      await run("git add .");
    },
    call: "keywarden scan --staged",
    fault: /commit stopped/,
    remedy: /^ {5}(git reset .*)$/m,
  },
  "a key that is staged at the top, seen from a folder": {
    provoke: async ({ top, run }) => {
      for (const name of ["b.env", "c.env"]) writeFileSync(join(top, name), leak);
      await run("git add .");
    },
    call: "keywarden scan --staged",
    fault: /commit stopped/,
    remedy: /^ {5}(git reset .*)$/m,
  },
  "keys in so many files that no command names them": {
    provoke: async ({ top, run }) => {
      for (let at = 0; at < 9; at += 1) writeFileSync(join(top, `${at}.env`), leak);
      await run("git add .");
    },
    call: "keywarden scan --staged",
    fault: /commit stopped/,
    remedy: /^ {5}(git reset .*)$/m,
  },
  "hooks that all repositories share": {
    provoke: async ({ outside, run }) => {
      await run(`git config --global core.hooksPath ${quoteForShell(join(outside, "it's shared"))}`);
    },
    call: "keywarden hook install",
    fault: /core\.hooksPath is set for every repository/,
    remedy: /with: (git config .*)$/m,
  },
  "no hook": {
    provoke: async () => {},
    call: "keywarden doctor",
    fault: /no pre-commit hook fires here/,
    remedy: /(keywarden hook install) creates one/,
  },
  "a hook that git ignores": {
    provoke: async ({ top, run }) => {
      await run("keywarden hook install");
      chmodSync(join(top, ".git/hooks/pre-commit"), 0o644);
    },
    call: "keywarden hook status pre-commit",
    fault: /is not executable/,
    remedy: /(keywarden hook install) repairs it/,
  },
  "hooks that install did not put there": {
    provoke: async ({ run }) => {
      await run("keywarden hook install pre-commit");
    },
    call: "keywarden hook status pre-push",
    fault: /pushes are not checked/i,
    remedy: /(keywarden hook install pre-push) repairs it/,
  },
  "husky that is not set up": {
    provoke: async ({ top, run }) => {
      mkdirSync(join(top, "node_modules/.bin"), { recursive: true });
      const modules = join(import.meta.dirname, "../../node_modules");
      symlinkSync(join(modules, "husky"), join(top, "node_modules/husky"));
      symlinkSync("../husky/bin.js", join(top, "node_modules/.bin/husky"));
      writeFileSync(join(top, "package.json"), "{}\n");
      writeFileSync(join(top, ".gitignore"), "node_modules\n");
      await run("npx --offline husky && keywarden hook install");
      rmSync(join(top, ".husky/_"), { recursive: true });
      return top;
    },
    call: "keywarden hook status pre-commit",
    fault: /husky is not set up in this clone/,
    remedy: /run: (npx husky)/,
  },
  "a baseline that is missing": {
    provoke: async () => {},
    call: "keywarden baseline audit",
    fault: /No baseline exists/,
    remedy: /(keywarden baseline create)/,
  },
  "a baseline that is not committed": {
    provoke: async () => {},
    call: "keywarden baseline create",
    fault: /accepts 0 keys\. Commit it/,
    remedy: /Commit it: (git add .*)$/m,
  },
  "a baseline without its key": {
    provoke: async ({ top, inner, run }) => {
      writeFileSync(join(inner, "b.env"), leak);
      await run("keywarden baseline create && git add . && git commit -q -m baseline");
      rmSync(join(top, ".keywarden/baseline/key"), { force: true });
    },
    call: "keywarden scan",
    fault: /is missing, and without it/,
    remedy: /(git log -- \S+) shows/,
    staysUntil: "git checkout -q -- :/",
  },
  "the folder in which git keeps its own files": {
    provoke: async ({ top }) => join(top, ".git"),
    call: "keywarden scan",
    fault: /where git keeps its own files/,
    remedy: /with: (keywarden scan .*)$/m,
  },
  "a coding agent without a guard": {
    provoke: async () => {},
    call: "keywarden guard status --agent claude",
    fault: /is not guarded/,
    remedy: /(keywarden guard install --agent claude)/,
  },
  "a token file that others read": {
    provoke: async ({ inner }) => {
      writeFileSync(join(inner, "it's a token"), "kwt_x\n", { mode: 0o644 });
      chmodSync(join(inner, "it's a token"), 0o644);
    },
    call: `keywarden whoami --server http://127.0.0.1:9 --token-file "it's a token"`,
    fault: /others on this machine can read/,
    remedy: /run: (chmod .*)$/m,
  },
};

describe.runIf(process.platform !== "win32")(
  "the command that a message prints ends what the message tells of",
  () => {
    test.each(Object.entries(situations))("%s", async (_, situation) => {
      const { provoke, call, fault, remedy, env } = situation;
      await withScene(env, async (scene) => {
        const directory = (await provoke(scene)) ?? scene.inner;
        const text = async (): Promise<string> => {
          const { stdout, stderr } = await scene.shell(call, directory);
          assertNoKey(stdout + stderr, [secret]);
          return stdout + stderr;
        };
        const before = await text();
        expect(before).toMatch(fault);
        const command = remedy.exec(before)?.[1] ?? "exit 9";
        const { status, stdout, stderr } = await scene.shell(command, directory);
        // To show where something went, it has to find it.
        const shown = situation.staysUntil === undefined ? /^/ : /./;
        expect({ command, status, stdout, stderr }).toMatchObject({
          status: expect.toBeOneOf([0, 1]) as number,
          stdout: expect.stringMatching(shown) as string,
        });
        if (situation.staysUntil !== undefined) await scene.run(situation.staysUntil);
        if (call === "keywarden scan" && command.startsWith("keywarden scan")) return;
        expect(await text()).not.toMatch(fault);
      });
    });
  },
);
