import { describe, expect, test } from "vitest";
import { makeAppQuestions } from "../src/github/app-questions.ts";
import type { AppQuestions } from "../src/github/app-questions.ts";

type Request = Parameters<typeof makeAppQuestions>[0]["request"];

/** Answers each page in its turn, the last one again and again. */
function questionsTo(pages: readonly { readonly data: unknown; readonly next?: boolean }[]): {
  readonly questions: AppQuestions;
  readonly asked: () => number;
} {
  let asked = 0;
  const request = () => {
    const page = pages[Math.min(asked, pages.length - 1)];
    asked += 1;
    const link =
      page?.next === undefined ? {} : { link: page.next ? '<https://api.test/x?cursor=c>; rel="next"' : "" };
    return Promise.resolve({ data: page?.data, headers: link });
  };
  const questions = makeAppQuestions({
    request: request as unknown as Request,
    clock: () => 0,
    asApp: () => Promise.resolve("app"),
    asInstallation: () => Promise.resolve("installation"),
  });
  return { questions, asked: () => asked };
}

async function all<T>(list: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const one of list) found.push(one);
  return found;
}

const repositories = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: from + index,
    name: `repository-${from + index}`,
    private: true,
    owner: { login: "acme" },
  }));

// What is missing from these lists is taken for gone, or for never sent.
describe("a list of GitHub's that is not whole is no list", () => {
  test("a page that is not full ends none that GitHub says goes on", async () => {
    const { questions } = questionsTo([
      { data: { total_count: 5, repositories: repositories(1, 3) }, next: true },
      { data: { total_count: 5, repositories: repositories(4, 2) }, next: false },
    ]);
    expect((await all(questions.listRepositories(1))).map(({ id }) => id)).toEqual([1, 2, 3, 4, 5]);
    const installations = questionsTo([
      { data: [{ id: 1, suspended_at: null }], next: true },
      { data: [{ id: 2, suspended_at: "2026-01-01T00:00:00Z" }], next: false },
    ]);
    expect(await all(installations.questions.listInstallations())).toEqual([
      { id: 1, isSuspended: false },
      { id: 2, isSuspended: true },
    ]);
  });

  test("fewer repositories than GitHub counts are not all", async () => {
    const { questions } = questionsTo([{ data: { total_count: 3, repositories: repositories(1, 1) } }]);
    await expect(all(questions.listRepositories(1))).rejects.toMatchObject({ code: "GITHUB_UNAVAILABLE" });
  });

  test("one that does not end is left without being taken for whole", async () => {
    const deliveries = [{ id: 1, guid: "g", event: "push", delivered_at: "2026-01-01T00:00:00Z" }];
    for (const list of [
      questionsTo([{ data: deliveries, next: true }]).questions.listDeliveries(0),
      questionsTo([{ data: [{ id: 1, suspended_at: null }], next: true }]).questions.listInstallations(),
    ])
      await expect(all<unknown>(list)).rejects.toMatchObject({ code: "GITHUB_UNAVAILABLE" });
  });
});
