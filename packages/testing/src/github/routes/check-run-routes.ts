import type { components } from "@octokit/openapi-types";
import { applyCheckRun, judgeCheckRun } from "./check-run.ts";
import type { CheckRunRequest } from "./check-run.ts";
import { peelToCommit } from "../git/git-process.ts";
import { readableDirectory } from "../git/replica.ts";
import { paginate } from "./page.ts";
import { refusal, withRepository } from "./route.ts";
import type { EmulatedAnswer, EmulatedCall, Route } from "./route.ts";
import { checkRunShape } from "../shapes/check-run-shape.ts";
import type { StoredCheckRun, StoredRepository } from "../state.ts";

const oneRun = "/repos/{owner}/{repo}/check-runs/{check_run_id}";

export const checkRunRoutes: readonly Route[] = [
  {
    method: "POST",
    path: "/repos/{owner}/{repo}/check-runs",
    caller: "anyone",
    createsContent: true,
    handle: createCheckRun,
  },
  { method: "GET", path: oneRun, caller: "anyone", handle: showCheckRun },
  { method: "PATCH", path: oneRun, caller: "anyone", handle: updateCheckRun },
  { method: "GET", path: `${oneRun}/annotations`, caller: "anyone", handle: listAnnotations },
  {
    method: "GET",
    path: "/repos/{owner}/{repo}/commits/{ref}/check-runs",
    caller: "anyone",
    handle: listForRef,
  },
];

function createCheckRun(call: EmulatedCall): Promise<EmulatedAnswer> {
  return withRepository(call, "checks", "write", async (repository) => {
    const { state } = call;
    const wanted = call.body as CheckRunRequest & { readonly name: string; readonly head_sha: string };
    const problem = judgeCheckRun(wanted);
    if (problem !== null) return refusal(422, problem);
    const isFullId = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/u.test(wanted.head_sha);
    const head = isFullId ? await peelToCommit(readableDirectory(repository), wanted.head_sha) : null;
    if (head === null) return refusal(422, `No commit found for SHA: ${wanted.head_sha}`);
    const sibling = runsOf(call, repository).find((run) => run.head_sha === head);
    const empty: StoredCheckRun = {
      id: state.nextId(),
      suiteId: sibling?.suiteId ?? state.nextId(),
      appId: state.app.id,
      repository: repository.facts.fullName,
      repositoryId: repository.facts.id,
      name: wanted.name,
      head_sha: head,
      external_id: null,
      details_url: null,
      status: "queued",
      conclusion: null,
      started_at: null,
      completed_at: null,
      output: { title: null, summary: null, text: null },
      annotations: [],
      actions: [],
    };
    return { status: 201, body: save(call, applyCheckRun(empty, wanted, state.clock())) };
  });
}

function updateCheckRun(call: EmulatedCall): Promise<EmulatedAnswer> {
  return withRun(call, "write", (run) => {
    const wanted = (call.body ?? {}) as CheckRunRequest;
    const problem = judgeCheckRun(wanted);
    if (problem !== null) return refusal(422, problem);
    return { status: 200, body: save(call, applyCheckRun(run, wanted, call.state.clock())) };
  });
}

function showCheckRun(call: EmulatedCall): Promise<EmulatedAnswer> {
  return withRun(call, "read", (run) => ({ status: 200, body: checkRunShape(call.state, run) }));
}

function listAnnotations(call: EmulatedCall): Promise<EmulatedAnswer> {
  return withRun(call, "read", (run) => {
    const page = `${call.state.url}/${run.repository}/blob/${run.head_sha}`;
    const path = `/repos/${run.repository}/check-runs/${run.id}/annotations`;
    const { items, headers } = paginate(run.annotations, call, path);
    const body: components["schemas"]["check-annotation"][] = items.map((annotation) => ({
      ...annotation,
      blob_href: encodeURI(`${page}/${annotation.path}`),
    }));
    return { status: 200, body, headers };
  });
}

function listForRef(call: EmulatedCall): Promise<EmulatedAnswer> {
  return withRepository(call, "checks", "read", async (repository) => {
    const { query, params, state } = call;
    const ref = params["ref"] ?? "";
    const head = await peelToCommit(readableDirectory(repository), ref);
    if (head === null) return refusal(422, `No commit found for SHA: ${ref}`);
    const runs = runsOf(call, repository)
      .filter((run) => run.head_sha === head)
      .filter((run) => query["check_name"] === undefined || run.name === query["check_name"])
      .filter((run) => query["status"] === undefined || run.status === query["status"])
      .filter((run) => query["app_id"] === undefined || String(run.appId) === query["app_id"])
      .reverse();
    // `latest`, the default, leaves one run of each name.
    const shown =
      query["filter"] === "all"
        ? runs
        : runs.filter((run, index) => runs.findIndex(({ name }) => name === run.name) === index);
    const { items, headers } = paginate(
      shown,
      call,
      `/repos/${repository.facts.fullName}/commits/${ref}/check-runs`,
    );
    const body = { total_count: shown.length, check_runs: items.map((run) => checkRunShape(state, run)) };
    return { status: 200, body, headers };
  });
}

function withRun(
  call: EmulatedCall,
  level: "read" | "write",
  answer: (run: StoredCheckRun) => EmulatedAnswer,
): Promise<EmulatedAnswer> {
  return withRepository(call, "checks", level, (repository) => {
    const run = call.state.checkRuns.get(Number(call.params["check_run_id"]));
    return run?.repositoryId === repository.facts.id ? answer(run) : refusal(404, "Not Found");
  });
}

function save({ state }: EmulatedCall, run: StoredCheckRun): components["schemas"]["check-run"] {
  state.checkRuns.set(run.id, run);
  return checkRunShape(state, run);
}

function runsOf({ state }: EmulatedCall, { facts }: StoredRepository): StoredCheckRun[] {
  return [...state.checkRuns.values()].filter(({ repositoryId }) => repositoryId === facts.id);
}
