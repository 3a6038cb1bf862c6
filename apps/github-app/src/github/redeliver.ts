import { createAppAuth } from "@octokit/auth-app";
import { Octokit } from "@octokit/rest";
import type { AppConfig } from "../config.ts";
import { githubFailure } from "./github-failure.ts";

const perPage = 100;
const mostPages = 100;
const timeoutMs = 15_000;

/**
 * Has GitHub send a delivery once more, which it never does by itself.
 *
 * @param guid GitHub's id of the event, the same for every attempt.
 * @returns false when GitHub does not know it any more: it keeps deliveries for three days, Enterprise Server for seven
 * @throws {@link AppError} GITHUB_…
 */
export async function redeliver(
  { apiUrl, appId, privateKey }: AppConfig["github"],
  guid: string,
  clock: () => number,
): Promise<boolean> {
  const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const { request } = new Octokit({
    baseUrl: apiUrl,
    userAgent: "keywarden-github-app",
    log: silent,
    request: {
      fetch: (url: string | URL | Request, init?: RequestInit) =>
        fetch(url, { ...init, redirect: "error", signal: AbortSignal.timeout(timeoutMs) }),
    },
  });
  try {
    const authenticate = createAppAuth({ appId, privateKey: privateKey.reveal(), request, log: silent });
    const { token } = await authenticate({ type: "app" });
    const headers = { authorization: `bearer ${token}` };
    let cursor: string | undefined;
    for (let page = 0; page < mostPages; page += 1) {
      const wanted = { per_page: perPage, headers, ...(cursor !== undefined && { cursor }) };
      const answer = await request("GET /app/hook/deliveries", wanted);
      const found = answer.data.find((delivery) => delivery.guid === guid);
      if (found !== undefined) {
        await request("POST /app/hook/deliveries/{delivery_id}/attempts", {
          delivery_id: Number(found.id),
          headers,
        });
        return true;
      }
      const next = /<([^>]+)>;\s*rel="next"/u.exec(answer.headers.link ?? "")?.[1];
      cursor = next === undefined ? undefined : (URL.parse(next)?.searchParams.get("cursor") ?? undefined);
      if (cursor === undefined) return false;
    }
    return false;
  } catch (error) {
    throw githubFailure(error, "have a delivery sent again", clock());
  }
}
