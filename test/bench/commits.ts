import { execFileSync } from "node:child_process";
import { basename, dirname } from "node:path";
import { providersOf } from "@keywarden/key-format";
import { listKeySigns, makeSignSearch } from "@keywarden/scan";
import type { Section } from "./report.ts";

const latest = 100;

/**
 * How many of the latest commits of the checkouts in KEYWARDEN_CHECKOUTS, parted by colons, hold a text for which the hook
 * starts a scan; for the others git alone proves that there is no key.
 */
export function benchCommits(): Section {
  const checkouts = (process.env["KEYWARDEN_CHECKOUTS"] ?? "").split(":").filter((path) => path !== "");
  const search = makeSignSearch(listKeySigns(providersOf([]).providers));
  return {
    title: "Commits",
    method: `The latest ${latest} commits of each checkout in KEYWARDEN_CHECKOUTS, each by the whole files that it changes.`,
    rows: checkouts.map((path) => {
      const texts = listChanged(path);
      const doubtful = texts.filter((text) => search(text).size > 0).length;
      const name = basename(path).startsWith("repo") ? basename(dirname(path)) : basename(path);
      return { measure: name, value: `${doubtful} of ${texts.length}`, compared: "start a scan" };
    }),
  };
}

/** Gives what the files hold that each commit adds or changes, one character a byte. */
function listChanged(path: string): readonly string[] {
  const git = (args: readonly string[], input = ""): string =>
    execFileSync("git", ["-C", path, ...args], { input, encoding: "latin1", maxBuffer: 2 ** 30 });
  const commits = git(["rev-list", "--no-merges", "-n", String(latest), "--all"])
    .split("\n")
    .filter(Boolean);
  return commits.flatMap((commit) => {
    const entries = git(["diff-tree", "-r", "--root", "--no-commit-id", "--diff-filter=AM", commit]).split(
      "\n",
    );
    const blobs = entries.flatMap((entry) => {
      const [, mode, , id] = entry.split(" ");
      return id === undefined || mode === "160000" ? [] : [id];
    });
    return blobs.length === 0 ? [] : [git(["cat-file", "--batch=%(objecttype)"], `${blobs.join("\n")}\n`)];
  });
}
