import type { TestRepository } from "@keywarden/testing";

/** A commit that writes one file. */
export interface CommitToImport {
  readonly ref: string;
  /** The id of its parent; the commit before it on the same ref where it is null. */
  readonly parent: string | null;
  readonly path: string;
  readonly content: string;
}

/** Makes thousands of commits with one git, on refs of their own. @throws Error in git's words */
export async function importCommits(
  repository: TestRepository,
  commits: readonly CommitToImport[],
): Promise<void> {
  const blocks = commits.map(({ ref, parent, path, content }, index) =>
    [
      `commit ${ref}`,
      `committer Dana <dana@example.com> ${1_770_000_000 + index} +0000`,
      "data 4\nwork",
      ...(parent === null ? [] : [`from ${parent}`]),
      `M 100644 inline ${path}`,
      `data ${Buffer.byteLength(content)}\n${content}`,
    ].join("\n"),
  );
  const { exitCode, stderr } = await repository.run(["fast-import", "--quiet", "--force"], {
    input: blocks.join("\n"),
  });
  if (exitCode !== 0) throw new Error(`git fast-import: ${stderr}`);
}
