import type { components } from "@octokit/openapi-types";
import { listHostedRefs, runHostGit } from "../git/git-process.ts";
import { readableDirectory } from "../git/replica.ts";
import { rateOf } from "../access/rate-limit.ts";
import { refusal, withRepository } from "./route.ts";
import type { EmulatedAnswer, EmulatedCall, Route } from "./route.ts";
import { nodeId } from "../shapes/account-shape.ts";
import { fullRepositoryShape } from "../shapes/repository-shape.ts";
import type { StoredRepository } from "../state.ts";

export const repositoryRoutes: readonly Route[] = [
  { method: "GET", path: "/repos/{owner}/{repo}", caller: "anyone", handle: showRepository },
  { method: "GET", path: "/repos/{owner}/{repo}/git/ref/{ref}", caller: "anyone", handle: showRef },
  {
    method: "GET",
    path: "/repos/{owner}/{repo}/git/matching-refs/{ref}",
    caller: "anyone",
    handle: listMatchingRefs,
  },
  { method: "GET", path: "/rate_limit", caller: "anyone", handle: showRateLimit },
];

function showRepository(call: EmulatedCall): Promise<EmulatedAnswer> {
  return withRepository(call, "metadata", "read", async (repository) => ({
    status: 200,
    body: await fullRepositoryShape(repository, call.state.url),
  }));
}

function showRef(call: EmulatedCall): Promise<EmulatedAnswer> {
  return withRepository(call, "contents", "read", async (repository) => {
    const ref = `refs/${call.params["ref"] ?? ""}`;
    const refs = await listHostedRefs(readableDirectory(repository));
    if (refs.size === 0) return refusal(409, "Git Repository is empty.");
    const id = refs.get(ref);
    if (id === undefined) return refusal(404, "Not Found");
    return { status: 200, body: await refShape(call, repository, ref, id) };
  });
}

function listMatchingRefs(call: EmulatedCall): Promise<EmulatedAnswer> {
  return withRepository(call, "contents", "read", async (repository) => {
    const start = `refs/${call.params["ref"] ?? ""}`;
    const refs = await listHostedRefs(readableDirectory(repository));
    if (refs.size === 0) return refusal(409, "Git Repository is empty.");
    const matching = [...refs].filter(([ref]) => ref.startsWith(start));
    return {
      status: 200,
      body: await Promise.all(matching.map(([ref, id]) => refShape(call, repository, ref, id))),
    };
  });
}

async function refShape(
  { state }: EmulatedCall,
  { facts }: StoredRepository,
  ref: string,
  id: string,
): Promise<components["schemas"]["git-ref"]> {
  const type = (await runHostGit(facts.directory, ["cat-file", "-t", id])).toString().trim();
  const api = `${state.url}/repos/${facts.fullName}/git`;
  return {
    ref,
    node_id: nodeId("Ref", `${facts.id}:${ref}`),
    url: encodeURI(`${api}/${ref}`),
    object: { sha: id, type, url: `${api}/${type}s/${id}` },
  };
}

function showRateLimit({ state, principal }: EmulatedCall): EmulatedAnswer {
  const { limit, used, resetAtMs } = rateOf(state, principal);
  const rate = { limit, used, remaining: limit - used, reset: Math.floor(resetAtMs / 1000) };
  const body: components["schemas"]["rate-limit-overview"] = {
    resources: { core: rate, search: { ...rate, limit: 30, used: 0, remaining: 30 } },
    rate,
  };
  return { status: 200, body };
}
