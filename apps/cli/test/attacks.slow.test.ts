import { execFile } from "node:child_process";
import { assertNoKey, makeRepository } from "@keywarden/testing";
import { builtProgram } from "@keywarden/testing/built-program";
import { describe, expect, it } from "vitest";
import { keys, live } from "./command.ts";

interface Ended {
  readonly status: number | string;
  readonly output: string;
}

/** Runs a script of the shell in which `keywarden` is the built program and `$KEY` a live key. */
function runScript(script: string, directory: string, env: Readonly<Record<string, string>>): Promise<Ended> {
  const program = builtProgram("cli");
  const text = `keywarden() { "$NODE" "$PROGRAM" "$@"; }\n${script}`;
  const options = {
    cwd: directory,
    env: { ...process.env, ...env, NODE: process.execPath, PROGRAM: program, KEY: live },
  };
  return new Promise((resolve) => {
    execFile("sh", ["-c", text], options, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : (error.code ?? "killed"), output: stdout + stderr });
    });
  });
}

const commitKey = `echo "k=$KEY" > b; git add b; git commit -qm b`;
const lose = (revision: string): string =>
  `id=$(git rev-parse ${revision}); rm -f ".git/objects/$(echo $id | cut -c1-2)/$(echo $id | cut -c3-)"`;
const shallow = `git clone -q --depth 1 "file://$PWD" ../outside/shallow; cd ../outside/shallow`;

describe("an answer is given only where it is known", () => {
  it.each<[what: string, script: string, status: number]>([
    [
      "the history of a shallow clone",
      `git commit -qm b --allow-empty; ${shallow}; keywarden scan --history`,
      2,
    ],
    ["a range that a shallow clone lacks", `${shallow}; keywarden scan --range HEAD~1..HEAD`, 2],
    ["a missing blob", `${commitKey}; ${lose("HEAD:b")}; keywarden scan --history`, 2],
    [
      "a blob over which another was copied",
      `${commitKey}; at() { id=$(git rev-parse "$1"); echo ".git/objects/$(echo $id | cut -c1-2)/$(echo $id | cut -c3-)"; }; cp -f "$(at HEAD:a)" "$(at HEAD:b)"; keywarden scan --history`,
      2,
    ],
    ["a missing tree", `${commitKey}; ${lose("HEAD^{tree}")}; keywarden scan --history`, 2],
    [
      "a missing commit",
      `${commitKey}; git commit -qm c --allow-empty; ${lose("HEAD~1")}; keywarden scan --history`,
      2,
    ],
    [
      "a ref to nothing",
      `echo 0000000000000000000000000000000000000001 > .git/refs/heads/x; keywarden scan --history`,
      2,
    ],
    ["a ref of garbage", `echo garbage > .git/refs/heads/x; keywarden scan --history`, 2],
    [
      "the index of a bare repository",
      `git init -q --bare ../outside/b; cd ../outside/b; keywarden scan --staged`,
      2,
    ],
    ["an empty index", `: > .git/index; keywarden scan --staged`, 2],
    ["a broken configuration of git", `echo '[core' >> .git/config; keywarden scan`, 2],
    [
      "alternates that are gone",
      `git clone -q --shared . ../outside/s; cd ../outside/s; echo /nowhere > .git/objects/info/alternates; keywarden scan --history`,
      2,
    ],
    [
      "a replaced blob",
      `${commitKey}; git replace "$(git rev-parse HEAD:b)" "$(git rev-parse HEAD:a)"; keywarden scan --history`,
      1,
    ],
    [
      "a commit that a ref reached before a reset, and --help says no more than that a ref reaches",
      `${commitKey}; git reset -q --hard HEAD~1; keywarden scan --help | grep -q 'ever contained' && exit 9; keywarden scan --help | grep -q 'refs, reach' || exit 9; keywarden scan --history`,
      0,
    ],
    [
      "each entry of the stash, of which a ref names the newest alone",
      `echo "k=$KEY" > a; git stash -q; echo z > a; git stash -q; keywarden scan --history && exit 9; [ $? = 1 ] || exit 9; git stash drop -q 'stash@{1}'; keywarden scan --history`,
      0,
    ],
    [
      "an older entry of the stash beside a missing blob",
      `echo "k=$KEY" > a; git stash -q; echo z > a; git stash -q; ${lose("HEAD:a")}; keywarden scan --history > ../outside/said; s=$?; grep -q '1 key found' ../outside/said || exit 9; exit $s`,
      2,
    ],
    [
      "the history behind a cut that a variable names",
      `git commit -qm b --allow-empty; git rev-parse HEAD > ../outside/cuts; GIT_SHALLOW_FILE=../outside/cuts keywarden scan --history`,
      2,
    ],
    [
      "a work tree that is not there",
      `git config core.worktree /nowhere; keywarden scan 2> ../outside/said; s=$?; grep -q 'the work tree of' ../outside/said || exit 9; exit $s`,
      2,
    ],
    [
      "a system that lets no more files be opened",
      `for most in 23 24 25 26 28 30; do (ulimit -n $most; keywarden scan) 2> ../outside/said; s=$?; [ $s = 0 ] || [ $s = 2 ] || exit 9; ! grep 'should not\\|at .*:[0-9]' ../outside/said || exit 9; done; exit 2`,
      2,
    ],
    [
      "a graft that cuts off what has the key",
      `${commitKey}; git rm -q b; git commit -qm c; git rev-parse HEAD > .git/info/grafts; keywarden scan --history`,
      1,
    ],
    [
      "the history of a partial clone that lacks a blob",
      `${commitKey}; git rm -q b; git commit -qm c; git config uploadpack.allowFilter true; git clone -q --filter=blob:none "file://$PWD" ../outside/part; cd ../outside/part; keywarden scan --history`,
      2,
    ],
    [
      "a range between branches without a common commit",
      `git checkout -q --orphan other; ${commitKey}; keywarden scan --range main..other`,
      1,
    ],
    ["the history under a namespace", `${commitKey}; GIT_NAMESPACE=x keywarden scan --history`, 1],
    [
      "a commit whose check NODE_OPTIONS keeps from running",
      `keywarden hook install > /dev/null; for o in '--require /nowhere.js' --version '--eval 0'; do echo "k=$KEY" > b; git add b; NODE_OPTIONS="$o" git commit -qm b && exit 9; done; exit 1`,
      1,
    ],
    ["a range of nothing", `keywarden scan --range HEAD..HEAD`, 0],
    ["a range without its end", `keywarden scan --range HEAD`, 2],
    [
      "a range that is none, without advice that would fail as well",
      `for r in .. 'HEAD^!' 'HEAD^@' '^HEAD HEAD'; do keywarden scan --range "$r" 2>> ../outside/said; [ $? = 2 ] || exit 9; done; grep -q -e --history ../outside/said && exit 9; exit 2`,
      2,
    ],
    [
      "a revision with a line break",
      `keywarden scan --range "HEAD..HEAD
^HEAD"`,
      2,
    ],
    [
      "the history of a repository without commits",
      `git init -q ../outside/u; cd ../outside/u; keywarden scan --history`,
      2,
    ],
    ["GIT_DIR that leads nowhere", `GIT_DIR=/nowhere keywarden scan`, 2],
    ["GIT_OBJECT_DIRECTORY that leads nowhere", `GIT_OBJECT_DIRECTORY=/nowhere keywarden scan --staged`, 2],
    ["a folder that was removed", `mkdir ../outside/d; cd ../outside/d; rmdir ../d; keywarden scan`, 2],
    [
      "a git that does nothing",
      `mkdir ../outside/bin; printf '#!/bin/sh\\n' > ../outside/bin/git; chmod +x ../outside/bin/git; PATH=../outside/bin:$PATH keywarden scan --history`,
      2,
    ],
    ["a named pipe", `mkfifo p; keywarden scan p`, 2],
    ["a device", `keywarden scan /dev/zero`, 2],
    [
      "an index of version 4",
      `git update-index --index-version 4; echo "k=$KEY" > b; git add b; keywarden scan --staged`,
      1,
    ],
    [
      "a split index",
      `git update-index --split-index; echo "k=$KEY" > b; git add b; keywarden scan --staged`,
      1,
    ],
    [
      "a file that git is told to take for unchanged",
      `git update-index --assume-unchanged a; echo "k=$KEY" > a; keywarden scan`,
      1,
    ],
    [
      "attributes that hide content from a diff",
      `echo 'b -diff binary' > .gitattributes; echo "k=$KEY" > b; git add .; keywarden scan --staged`,
      1,
    ],
    ["a key that is a link's target", `ln -s "$KEY" b; git add b; keywarden scan --staged`, 1],
    ["all of a folder that git ignores", `mkdir d; echo x > d/x; echo d > .gitignore; keywarden scan d`, 2],
    [
      "a folder whose path is longer than a system takes",
      `d=$(printf 'd%.0s' $(seq 200)); (for i in $(seq 25); do mkdir $d; cd $d; done; echo "k=$KEY" > b); keywarden scan > ../outside/said; s=$?; grep -q 'could not read d' ../outside/said || s=9; rm -rf d*; exit $s`,
      2,
    ],
    ["standard output that is named as a file", `keywarden scan --output -`, 2],
    [
      "a run of which its system says no commit",
      `unset GITHUB_SHA GITHUB_EVENT_PATH GITHUB_EVENT_NAME; GITHUB_ACTIONS=true keywarden scan --ci 2> ../outside/said; s=$?; grep -q 'does not say which commit' ../outside/said || exit 9; exit $s`,
      2,
    ],
    ["two modes at once", `keywarden scan --history --staged`, 2],
    ["a package and what is staged at once", `keywarden scan --package --staged`, 2],
    ["a package and commits at once", `keywarden scan --package --since 1d`, 2],
    ["a package and agents at once", `keywarden scan --package --agents`, 2],
    ["shell histories, without agents", `keywarden scan --shell-history`, 2],
    ["ignored files, of a history", `keywarden scan --history --no-ignore`, 2],
    ["a file and a package, explained at once", `keywarden scan --explain a --package`, 2],
    ["a full disk", `keywarden scan > /dev/full`, 2],
    ["a report that cannot be written", `keywarden scan --output /nowhere/report`, 2],
    [
      "a baseline that a full disk cannot hold, whose key stays",
      `keywarden baseline create; cp -R .keywarden ../outside/old; echo "k=$KEY" > b; git add b; (trap '' XFSZ; ulimit -f 0; keywarden baseline update); status=$?; diff -r .keywarden ../outside/old || exit 9; exit $status`,
      2,
    ],
    [
      "a first baseline that a full disk cannot hold, of which nothing stays",
      `echo "k=$KEY" > b; git add b; (trap '' XFSZ; ulimit -f 0; keywarden baseline create) && exit 9; keywarden baseline create > ../outside/made || exit 9; keywarden scan --staged`,
      1,
    ],
    [
      "a list of pushed refs that is cut off",
      `printf 'refs/heads/main ' | keywarden hook pre-push origin url`,
      2,
    ],
    ["a list of received refs that is garbage", `echo x | keywarden hook pre-receive`, 2],
    ["two events in one", `printf '{}{}' | keywarden guard check --agent claude`, 2],
    ["no event", `: | keywarden guard check --agent claude`, 2],
    ["an inventory that is cut off", `printf 'id,provider\\nk1' > i.csv; keywarden audit --from i.csv`, 2],
    [
      "a package that is cut off",
      `tar czf p.tgz a; head -c 60 p.tgz > c.tgz; keywarden scan --package c.tgz`,
      2,
    ],
  ])("of %s", async (_what, script, status) => {
    using repository = await makeRepository();
    repository.write("a", "x\n");
    await repository.commit("first");
    const ended = await runScript(script, repository.path, repository.env);
    assertNoKey(ended.output, keys);
    expect(ended).toMatchObject({ status });
  });
});
