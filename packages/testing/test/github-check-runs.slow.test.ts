import { describe, expect, test } from "vitest";
import { callRest, startFixture } from "./github-fixture.ts";
import type { GitHubFixture, RestAnswer } from "./github-fixture.ts";

const annotation = {
  path: "src/config.ts",
  start_line: 3,
  end_line: 3,
  start_column: 5,
  end_column: 9,
  annotation_level: "failure",
  message: "a key",
};
const output = { title: "1 key", summary: "one" };

describe("a check run", () => {
  test("is created, updated and completed, and its annotations add up", async () => {
    await using fixture = await startFixture();
    const { head, token, post } = await withCommit(fixture);
    const created = await post({
      name: "keywarden",
      head_sha: head,
      status: "in_progress",
      external_id: "scan-1",
    });
    expect(created).toMatchObject({
      status: 201,
      body: { head_sha: head, status: "in_progress", conclusion: null },
    });
    const path = `/repos/acme/shop/check-runs/${String(created.body["id"])}`;
    const update = { output: { ...output, annotations: Array.from({ length: 50 }, () => annotation) } };
    await callRest(fixture.emulator, "PATCH", path, token, update);
    const completed = await callRest(fixture.emulator, "PATCH", path, token, {
      ...update,
      conclusion: "failure",
    });
    expect(completed.body).toMatchObject({
      status: "completed",
      conclusion: "failure",
      completed_at: expect.any(String),
      output: { title: "1 key", annotations_count: 100 },
    });
    const page = await callRest(fixture.emulator, "GET", `${path}/annotations?per_page=100`, token);
    expect(page.body).toHaveLength(100);
    expect(fixture.emulator.checkRuns("acme/shop")).toMatchObject([
      { name: "keywarden", external_id: "scan-1", conclusion: "failure", annotations: { length: 100 } },
    ]);
    fixture.emulator.assertNoViolations();
  });

  test("refuses 51 annotations in one request, and says so as a violation too", async () => {
    await using fixture = await startFixture();
    const { head, post } = await withCommit(fixture);
    const annotations = Array.from({ length: 51 }, () => annotation);
    const answer = await post({ name: "keywarden", head_sha: head, output: { ...output, annotations } });
    expect(answer).toMatchObject({
      status: 422,
      body: {
        message: expect.stringContaining("No more than 50 items are allowed; 51 were supplied."),
        status: "422",
      },
    });
    expect(fixture.emulator.checkRuns("acme/shop")).toStrictEqual([]);
    expect(fixture.emulator.takeViolations()).toStrictEqual([
      "POST /repos/{owner}/{repo}/check-runs: body /output/annotations must NOT have more than 50 items",
    ]);
    fixture.emulator.assertNoViolations();
  });

  test.for([
    ["a title of 256 characters", { output: { ...output, title: "t".repeat(256) } }],
    ["a summary of 65536 characters", { output: { ...output, summary: "s".repeat(65_536) } }],
    [
      "four actions",
      { actions: Array.from({ length: 4 }, () => ({ label: "l", description: "d", identifier: "i" })) },
    ],
    ["a long label", { actions: [{ label: "l".repeat(21), description: "d", identifier: "i" }] }],
    ["a long identifier", { actions: [{ label: "l", description: "d", identifier: "i".repeat(21) }] }],
    ["columns over several lines", { output: { ...output, annotations: [{ ...annotation, end_line: 4 }] } }],
    ["lines backwards", { output: { ...output, annotations: [{ ...annotation, end_line: 2 }] } }],
    ["an unknown conclusion", { conclusion: "fine" }],
    ["an end without a conclusion", { status: "completed" }],
    ["a commit that does not exist", { head_sha: "1".repeat(40) }],
    ["an abbreviated commit", { head_sha: "1234567" }],
    ["no name", { name: undefined }],
  ] as const)("refuses %s with 422", async ([, wrong]) => {
    await using fixture = await startFixture();
    const { head, post } = await withCommit(fixture);
    const answer = await post({ name: "keywarden", head_sha: head, ...wrong });
    expect(answer.status).toBe(422);
    expect(fixture.emulator.checkRuns("acme/shop")).toStrictEqual([]);
  });

  test("can be found by its commit, by the name of a branch, and by its own name", async () => {
    await using fixture = await startFixture();
    const { head, token, post } = await withCommit(fixture);
    await post({ name: "keywarden", head_sha: head, external_id: "old" });
    await post({ name: "keywarden", head_sha: head, external_id: "new" });
    const list = async (tail: string): Promise<unknown> =>
      (await callRest(fixture.emulator, "GET", `/repos/acme/shop/commits/${tail}`, token)).body;
    expect(await list(`${head}/check-runs`)).toMatchObject({
      total_count: 1,
      check_runs: [{ external_id: "new" }],
    });
    expect(await list(`heads%2Ftopic%2Fone/check-runs?filter=all`)).toMatchObject({ total_count: 2 });
    expect(await list(`${head}/check-runs?check_name=other`)).toMatchObject({ total_count: 0 });
    fixture.emulator.assertNoViolations();
  });

  test("needs checks:write", async () => {
    await using fixture = await startFixture();
    const { head } = await withCommit(fixture);
    const reader = await fixture.token({ permissions: { contents: "read" } });
    const body = { name: "keywarden", head_sha: head };
    const answer = await callRest(fixture.emulator, "POST", "/repos/acme/shop/check-runs", reader, body);
    expect(answer).toMatchObject({
      status: 403,
      body: { message: "Resource not accessible by integration" },
    });
  });
});

test("refs are found by their name and by its start", async () => {
  await using fixture = await startFixture();
  const { emulator } = fixture;
  const { head, token } = await withCommit(fixture);
  const get = (tail: string): Promise<RestAnswer> =>
    callRest(emulator, "GET", `/repos/acme/shop/git/${tail}`, token);
  const object = { sha: head, type: "commit" };
  for (const ref of ["heads/topic/one", "heads%2Ftopic%2Fone"]) {
    expect(await get(`ref/${ref}`)).toMatchObject({
      status: 200,
      body: { ref: "refs/heads/topic/one", object },
    });
  }
  expect((await get("matching-refs/heads/top")).body).toMatchObject([{ ref: "refs/heads/topic/one" }]);
  expect((await get("ref/heads/none")).status).toBe(404);
  await emulator.createRepository({ owner: "acme", name: "empty" });
  const empty = await callRest(
    emulator,
    "GET",
    "/repos/acme/empty/git/ref/heads/main",
    await fixture.token(),
  );
  expect(empty.status).toBe(409);
  emulator.assertNoViolations();
});

async function withCommit(fixture: GitHubFixture) {
  const { work, emulator } = fixture;
  work.write("src/config.ts", "one\ntwo\nthree\n");
  const head = await work.commit("base");
  await work.git("push", "--quiet", "origin", "HEAD:refs/heads/topic/one");
  const token = await fixture.token({ permissions: { checks: "write", contents: "read" } });
  const post = (body: object): Promise<RestAnswer> =>
    callRest(emulator, "POST", "/repos/acme/shop/check-runs", token, body);
  return { head, token, post };
}
