import { readFileSync, statSync } from "node:fs";
import { makeTemporaryDirectory, startGitHubEmulator } from "@keywarden/testing";
import { describe, expect, test } from "vitest";
import { checkAnswer, checkPayload, checkRequest } from "../src/github/contract/contract.ts";
import { knownNoise } from "../src/github/contract/known-noise.ts";
import { callRest, startFixture } from "./github-fixture.ts";

const checkRuns = "/repos/{owner}/{repo}/check-runs";
const params = { owner: "acme", repo: "shop" };

describe("the contract with GitHub's description", () => {
  test("catches an answer that lacks a field, has one of another type, or a status of its own", () => {
    const ref = { ref: "refs/heads/main", node_id: "x", url: "http://127.0.0.1/r" };
    const object = { type: "commit", sha: "a".repeat(40), url: "http://127.0.0.1/o" };
    const path = "/repos/{owner}/{repo}/git/ref/{ref}";
    const check = (status: number, body: unknown): readonly string[] =>
      checkAnswer("GET", path, status, body).map(({ message }) => message);
    expect(check(200, { ...ref, object })).toStrictEqual([]);
    expect(check(200, ref)).toStrictEqual(["must have required property 'object'"]);
    expect(check(200, { ...ref, object: { ...object, type: 7 } })).toStrictEqual([
      "/object/type must be string",
    ]);
    expect(check(203, { ...ref, object })).toStrictEqual(["is not a status of this route"]);
    expect(check(401, { message: 7 })).toStrictEqual(["/message must be string"]);
  });

  test("catches a request with a wrong body, an unknown parameter or a number that is none", () => {
    const request = { method: "POST", path: checkRuns, params, query: {} };
    const body = { name: "keywarden", head_sha: "a" };
    expect(checkRequest({ ...request, body })).toStrictEqual([]);
    expect(checkRequest({ ...request, body: { ...body, status: "done" } })).toMatchObject([{ part: "body" }]);
    expect(checkRequest({ ...request, body: undefined })).toMatchObject([{ message: "is missing" }]);
    const list = { method: "GET", path: "/app/installations", params: {}, body: undefined };
    expect(checkRequest({ ...list, query: { per_page: "all" } })).toMatchObject([{ part: "query per_page" }]);
    expect(checkRequest({ ...list, query: { perpage: "1" } })).toMatchObject([{ part: "query perpage" }]);
    expect(checkRequest({ ...list, query: { per_page: "1" } })).toStrictEqual([]);
  });

  test("catches a push payload with a field missing, and knows which events it cannot judge", () => {
    const missing = (checkPayload("push", { ref: "refs/heads/main" }) ?? []).map(({ message }) => message);
    expect(missing).toContain("must have required property 'after'");
    expect(checkPayload("star", {})).toBeNull();
  });

  test("makes an exception only where GitHub itself does, each with a reason", () => {
    expect(knownNoise.map(({ name }) => name)).toStrictEqual([
      "object-id-length",
      "commit-email",
      "installation-account",
    ]);
    for (const { reason } of knownNoise) expect(reason).not.toBe("");
  });

  test.for(["github-api.json", "github-webhooks.json"])("%s is small, and says where it is from", (file) => {
    const url = new URL(`../src/github/openapi/${file}`, import.meta.url);
    const description = JSON.parse(readFileSync(url, "utf8")) as { readonly info: Record<string, unknown> };
    expect(statSync(url).size).toBeLessThan(600_000);
    expect(description.info).toMatchObject({
      "x-source": expect.stringMatching(/^@octokit\/openapi.*@\d+/u),
    });
  });
});

describe("the emulator", () => {
  test("records a wrong request and fails the test that made it, until it is taken note of", async () => {
    await using fixture = await startFixture();
    const { emulator } = fixture;
    const token = await fixture.token();
    const answer = await callRest(emulator, "POST", "/repos/acme/shop/check-runs", token, { name: 7 });
    expect(answer.status).toBe(422);
    expect(emulator.violations).toHaveLength(2);
    expect(() => emulator.assertNoViolations()).toThrow("must have required property 'head_sha'");
    expect(emulator.takeViolations()).toHaveLength(2);
    emulator.assertNoViolations();
  });

  test("records a route that it does not play and a body that is not JSON", async () => {
    await using fixture = await startFixture();
    const { emulator } = fixture;
    const token = await fixture.token();
    expect((await callRest(emulator, "GET", "/repos/acme/shop/labels?x=1", token)).status).toBe(404);
    expect((await callRest(emulator, "POST", "/repos/acme/shop/check-runs", token, "{")).status).toBe(400);
    expect(emulator.takeViolations()).toStrictEqual([
      "GET /repos/acme/shop/labels: not a route that the emulator plays",
      "POST /repos/{owner}/{repo}/check-runs: request body is not JSON",
    ]);
  });

  test("records a push event of its own that breaks the description", async () => {
    await using fixture = await startFixture();
    fixture.emulator.sendEvent("push", { ref: 7 });
    await fixture.emulator.settled();
    expect(fixture.emulator.takeViolations()).toContain("webhook push: payload push /ref must be string");
  });

  test("fails the next requests of a route as it is told to, and then works again", async () => {
    await using fixture = await startFixture();
    const { emulator } = fixture;
    const token = await fixture.token();
    const get = () => callRest(emulator, "GET", "/repos/acme/shop", token);
    emulator.failNext({ route: "GET /repos/{owner}/{repo}", status: 403, retryAfter: 7, times: 2 });
    for (const answer of [await get(), await get()]) {
      expect(answer).toMatchObject({
        status: 403,
        body: { message: expect.stringContaining("secondary rate limit") },
      });
      expect(answer.headers.get("retry-after")).toBe("7");
    }
    expect((await get()).status).toBe(200);
    emulator.failNext({ route: "GET /repos/{owner}/{repo}", status: 0 });
    await expect(get()).rejects.toThrow("fetch failed");
    emulator.assertNoViolations();
  });

  test.for([
    ["a taken name", { owner: "acme", name: "SHOP" }],
    ["a name that leaves the directory", { owner: "..", name: "x" }],
    ["a name with a slash", { owner: "acme", name: "a/b" }],
  ] as const)("does not create a repository with %s", async ([, input]) => {
    await using fixture = await startFixture();
    await expect(fixture.emulator.createRepository(input)).rejects.toMatchObject({
      code: "EMULATOR_REPOSITORY",
    });
  });

  test("says what is wrong with its options", async () => {
    using temporary = makeTemporaryDirectory();
    const directory = temporary.path;
    await using running = await startGitHubEmulator({ directory, webhookSecret: "s" });
    const port = Number(new URL(running.url).port);
    const start = (options: object) => startGitHubEmulator({ directory, webhookSecret: "s", ...options });
    await expect(start({ port })).rejects.toThrow(`cannot listen on 127.0.0.1:${port}`);
    await expect(start({ directory: `${directory}/none` })).rejects.toMatchObject({
      code: "EMULATOR_OPTION",
    });
    await expect(start({ webhookSecret: "" })).rejects.toThrow("must not be empty");
  });
});
