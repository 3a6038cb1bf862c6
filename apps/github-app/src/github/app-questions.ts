import type { Octokit } from "@octokit/rest";
import * as z from "zod";
import { AppError } from "../app-error.ts";
import { githubFailure } from "./github-failure.ts";

export interface ListedDelivery {
  /** Of the attempt; GitHub's are larger than a number is exact for. */
  readonly id: number | bigint;
  /** Of the event: the same for every attempt. */
  readonly guid: string;
  readonly event: string;
}

export interface ListedInstallation {
  readonly id: number;
  readonly isSuspended: boolean;
}

export interface ListedRepository {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly isPrivate: boolean;
}

/**
 * What sweeps ask GitHub for, page by page: what is missing from a list is taken for gone, or for never sent.
 *
 * @throws {@link AppError} GITHUB_…, also where a list does not come to its end
 */
export interface AppQuestions {
  /** Attempts at deliveries since a moment, the newest first. */
  listDeliveries(sinceMs: number): AsyncIterable<ListedDelivery>;
  readDelivery(id: ListedDelivery["id"]): Promise<unknown>;
  listInstallations(): AsyncIterable<ListedInstallation>;
  /** `null` when the app is not installed there any more. */
  findInstallation(installationId: number): Promise<ListedInstallation | null>;
  /** Asks by id, which a new name or account does not change; `null` when the installation does not see it. */
  findRepository(repositoryId: number, installationId: number): Promise<ListedRepository | null>;
  listRepositories(installationId: number): AsyncIterable<ListedRepository>;
}

const perPage = 100;
// As many as 100,000 repositories and more deliveries take; a list without an end is left some time.
const mostPages = 2_000;

const repositorySchema = z
  .object({ id: z.int(), name: z.string(), private: z.boolean(), owner: z.object({ login: z.string() }) })
  .transform(({ id, name, owner, private: isPrivate }) => ({ id, name, owner: owner.login, isPrivate }));

const nextPageOf = (link: string | undefined): string | undefined =>
  /<([^>]+)>;\s*rel="next"/u.exec(link ?? "")?.[1];

const withoutEnd = (what: string): AppError =>
  new AppError("GITHUB_UNAVAILABLE", `GitHub's list of ${what} did not end after ${mostPages} pages`);

async function orNull<T>(question: () => Promise<T>): Promise<T | null> {
  try {
    return await question();
  } catch (error) {
    if (error instanceof AppError && error.code === "GITHUB_NOT_FOUND") return null;
    throw error;
  }
}

export function makeAppQuestions({
  request,
  clock,
  asApp,
  asInstallation,
}: {
  readonly request: Octokit["request"];
  readonly clock: () => number;
  readonly asApp: () => Promise<string>;
  readonly asInstallation: (installationId: number) => Promise<string>;
}): AppQuestions {
  const ask = async <T>(doing: string, question: () => Promise<T>): Promise<T> => {
    try {
      return await question();
    } catch (error) {
      throw githubFailure(error, doing, clock());
    }
  };
  const bearer = async () => ({ authorization: `bearer ${await asApp()}` });
  return {
    async *listDeliveries(sinceMs) {
      let cursor: string | undefined;
      for (let page = 0; page < mostPages; page += 1) {
        const { data, headers } = await ask("list the deliveries", async () =>
          request("GET /app/hook/deliveries", {
            per_page: perPage,
            ...(cursor === undefined ? {} : { cursor }),
            headers: await bearer(),
          }),
        );
        for (const { id, guid, event, delivered_at: at } of data) {
          if (Date.parse(at) < sinceMs) return;
          yield { id, guid, event };
        }
        const next = nextPageOf(headers.link);
        cursor = next === undefined ? undefined : (URL.parse(next)?.searchParams.get("cursor") ?? undefined);
        if (cursor === undefined) return;
      }
      throw withoutEnd("deliveries");
    },
    async readDelivery(id) {
      const { data } = await ask("read a delivery", async () =>
        request("GET /app/hook/deliveries/{delivery_id}", {
          // It is written into the path as it is.
          delivery_id: id as number,
          headers: await bearer(),
        }),
      );
      return data.request.payload;
    },
    async *listInstallations() {
      for (let page = 1; page <= mostPages; page += 1) {
        const { data, headers } = await ask("list the installations", async () =>
          request("GET /app/installations", { per_page: perPage, page, headers: await bearer() }),
        );
        for (const { id, suspended_at: at } of data) yield { id, isSuspended: (at ?? null) !== null };
        if (data.length < perPage && nextPageOf(headers.link) === undefined) return;
      }
      throw withoutEnd("installations");
    },
    findInstallation: (installationId) =>
      orNull(async () => {
        const { data } = await ask(`look up installation ${installationId}`, async () =>
          request("GET /app/installations/{installation_id}", {
            installation_id: installationId,
            headers: await bearer(),
          }),
        );
        return { id: data.id, isSuspended: (data.suspended_at ?? null) !== null };
      }),
    findRepository: (repositoryId, installationId) =>
      orNull(async () => {
        const { data } = await ask(`look up repository ${repositoryId}`, async () =>
          // GitHub has long answered to this address, and does not describe it.
          request("GET /repositories/{id}", {
            id: repositoryId,
            headers: { authorization: `token ${await asInstallation(installationId)}` },
          }),
        );
        return repositorySchema.parse(data);
      }),
    async *listRepositories(installationId) {
      const listed = new Set<number>();
      for (let page = 1; page <= mostPages; page += 1) {
        const { data, headers } = await ask(
          `list the repositories of installation ${installationId}`,
          async () =>
            request("GET /installation/repositories", {
              per_page: perPage,
              page,
              headers: { authorization: `token ${await asInstallation(installationId)}` },
            }),
        );
        for (const { id, name, owner, private: isPrivate } of data.repositories) {
          listed.add(Number(id));
          yield { id: Number(id), name, owner: owner.login, isPrivate };
        }
        if (data.repositories.length === perPage || nextPageOf(headers.link) !== undefined) continue;
        if (listed.size >= data.total_count) return;
        const counted = `GitHub counts ${data.total_count} repositories of installation ${installationId}`;
        throw new AppError("GITHUB_UNAVAILABLE", `${counted} and lists ${listed.size}`);
      }
      throw withoutEnd("repositories");
    },
  };
}
