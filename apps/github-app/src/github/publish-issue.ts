import type { Octokit } from "@octokit/rest";
import type { IssueText } from "../channels/issue-text.ts";
import type { RepositoryAddress } from "../repositories/repository-address.ts";
import { githubFailure } from "./github-failure.ts";

const perPage = 100;
const mostPages = 10;
// GitHub's clock and this one may differ.
const clockDoubtMs = 3_600_000;

/** What calls about one repository's issues need. */
export interface IssueCalls {
  readonly octokit: Octokit;
  readonly repository: RepositoryAddress;
  readonly nowMs: number;
}

/** Finds an issue that this app wrote, whose number it did not come to record; `null` when there is none. */
export async function findIssue(
  calls: IssueCalls,
  sought: { readonly marker: string; readonly appId: number; readonly sinceMs: number },
): Promise<number | null> {
  const { marker, appId, sinceMs } = sought;
  for (let page = 1; page <= mostPages; page += 1) {
    const { data } = await call(calls, "list issues", () =>
      calls.octokit.rest.issues.listForRepo({
        ...coordinatesOf(calls),
        state: "all",
        since: new Date(sinceMs - clockDoubtMs).toISOString(),
        per_page: perPage,
        page,
      }),
    );
    // Anybody can copy the marker into an issue of theirs.
    const found = data.find(
      ({ body, performed_via_github_app: app }) => app?.id === appId && body?.includes(marker) === true,
    );
    if (found !== undefined) return found.number;
    if (data.length < perPage) return null;
  }
  return null;
}

/** Writes an open issue, and gives its number. @throws {@link AppError} GITHUB_… */
export async function createIssue(
  calls: IssueCalls,
  { title, body }: Pick<IssueText, "title" | "body">,
): Promise<number> {
  const { data } = await call(calls, "write an issue", () =>
    calls.octokit.rest.issues.create({ ...coordinatesOf(calls), title, body }),
  );
  return data.number;
}

/** Brings an issue up to date. @throws {@link AppError} GITHUB_… */
export async function updateIssue(calls: IssueCalls, number: number, text: IssueText): Promise<void> {
  await call(calls, "change an issue", () =>
    calls.octokit.rest.issues.update({ ...coordinatesOf(calls), issue_number: number, ...text }),
  );
}

const coordinatesOf = ({ repository: { owner, name } }: IssueCalls) => ({ owner, repo: name });

async function call<T>({ nowMs }: IssueCalls, doing: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    throw githubFailure(error, doing, nowMs);
  }
}
