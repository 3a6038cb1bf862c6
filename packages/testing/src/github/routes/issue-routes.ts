import type { operations } from "@octokit/openapi-types";
import { makeIssue } from "../changes/issues.ts";
import { issueShape } from "../shapes/issue-shape.ts";
import { accountOf } from "../state.ts";
import type { StoredIssue, StoredRepository } from "../state.ts";
import { paginate } from "./page.ts";
import { refusal, withRepository } from "./route.ts";
import type { EmulatedAnswer, EmulatedCall, Route } from "./route.ts";

type NewIssue = operations["issues/create"]["requestBody"]["content"]["application/json"];
type IssueChange = NonNullable<operations["issues/update"]["requestBody"]>["content"]["application/json"];

const allIssues = "/repos/{owner}/{repo}/issues";

export const issueRoutes: readonly Route[] = [
  { method: "GET", path: allIssues, caller: "anyone", handle: listIssues },
  { method: "POST", path: allIssues, caller: "anyone", createsContent: true, handle: createIssue },
  { method: "PATCH", path: `${allIssues}/{issue_number}`, caller: "anyone", handle: changeIssue },
];

const longestTitle = 256;
const longestBody = 65_536;

function listIssues(call: EmulatedCall): Promise<EmulatedAnswer> {
  return withRepository(call, "issues", "read", (repository) => {
    const { query, state } = call;
    const wanted = query["state"] ?? "open";
    const sinceMs = query["since"] === undefined ? 0 : Date.parse(query["since"]);
    const shown = issuesOf(call, repository)
      .filter((issue) => wanted === "all" || issue.state === wanted)
      .filter((issue) => issue.updatedAtMs >= sinceMs)
      .toReversed();
    const { items, headers } = paginate(shown, call, `/repos/${repository.facts.fullName}/issues`);
    return { status: 200, body: items.map((issue) => issueShape(state, issue)), headers };
  });
}

function createIssue(call: EmulatedCall): Promise<EmulatedAnswer> {
  return withRepository(call, "issues", "write", (repository) => {
    const { state, principal } = call;
    const { title, body = "" } = call.body as NewIssue;
    const problem = judge(String(title), body);
    if (problem !== null) return refusal(422, problem);
    const byApp = principal.kind === "installation";
    const author = byApp
      ? accountOf(state, `${state.app.slug}[bot]`, "Bot")
      : principal.kind === "user"
        ? principal.token.user
        : repository.owner;
    const issue = makeIssue(state, repository, { title: String(title), body, author, byApp });
    return { status: 201, body: issueShape(state, issue) };
  });
}

function changeIssue(call: EmulatedCall): Promise<EmulatedAnswer> {
  return withRepository(call, "issues", "write", (repository) => {
    const { state, params } = call;
    const issue = issuesOf(call, repository).find(({ number }) => number === Number(params["issue_number"]));
    if (issue === undefined) return refusal(404, "Not Found");
    const change = call.body as IssueChange;
    const title = change.title === undefined || change.title === null ? issue.title : String(change.title);
    const body = change.body ?? issue.body;
    const problem = judge(title, body);
    if (problem !== null) return refusal(422, problem);
    const isClosed = (change.state ?? issue.state) === "closed";
    const changed: StoredIssue = {
      ...issue,
      title,
      body,
      state: isClosed ? "closed" : "open",
      stateReason: isClosed ? (change.state_reason ?? issue.stateReason ?? "completed") : null,
      closedAtMs: isClosed ? (issue.closedAtMs ?? state.clock()) : null,
      updatedAtMs: state.clock(),
    };
    state.issues.set(issue.id, changed);
    return { status: 200, body: issueShape(state, changed) };
  });
}

// GitHub's limits that its description leaves out.
function judge(title: string, body: string): string | null {
  if (title.trim() === "") return "Validation Failed: title can't be blank";
  if (title.length > longestTitle) return `Validation Failed: title is too long (maximum is ${longestTitle})`;
  return body.length > longestBody ? `Validation Failed: body is too long (maximum is ${longestBody})` : null;
}

function issuesOf({ state }: EmulatedCall, { facts }: StoredRepository): readonly StoredIssue[] {
  return [...state.issues.values()].filter(({ repositoryId }) => repositoryId === facts.id);
}
