import type { TestRepository } from "./repository.ts";

/** A commit of a made-up history: all of its files, and which earlier commits it is built on. */
export interface PlannedCommit {
  /** Positions of earlier commits in the plan; none makes an orphan, more than one a merge. */
  readonly parents: readonly number[];
  readonly files: ReadonlyMap<string, string>;
  readonly message: string;
  readonly atSeconds: number;
  /** Makes an annotated tag with this message. */
  readonly tag?: string;
}

/** Writes a whole history at once, each commit under a branch of its own; gives the commits' ids in the plan's order. */
export async function writeHistory(
  repository: TestRepository,
  plan: readonly PlannedCommit[],
): Promise<readonly string[]> {
  const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const quoted = (path: string): string =>
    `"${path.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
  const stream = plan.flatMap(({ parents, files, message, atSeconds, tag }, index) => {
    const [first, ...others] = parents;
    const person = `Ada Author <ada@example.com> ${atSeconds} +0000`;
    return [
      ...(first === undefined ? [`reset refs/heads/line-${index}\n`] : []),
      `commit refs/heads/line-${index}\nmark :${index + 1}\nauthor ${person}\ncommitter ${person}\n`,
      data(message),
      ...(first === undefined ? [] : [`from :${first + 1}\n`]),
      ...others.map((parent) => `merge :${parent + 1}\n`),
      "deleteall\n",
      ...[...files].flatMap(([path, text]) => [`M 100644 inline ${quoted(path)}\n`, data(text)]),
      ...(tag === undefined ? [] : [`tag tag-${index}\nfrom :${index + 1}\ntagger ${person}\n`, data(tag)]),
    ];
  });
  const input = `feature done\n${stream.join("")}done\n`;
  const { exitCode, stderr } = await repository.run(["fast-import", "--quiet"], { input });
  if (exitCode !== 0) throw new Error(`git fast-import failed: ${stderr}`);
  const refs = plan.map((_, index) => `refs/heads/line-${index}`);
  return (await repository.git("rev-parse", ...refs)).split("\n");
}
