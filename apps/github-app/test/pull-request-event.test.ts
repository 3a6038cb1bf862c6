import { aforo } from "@keywarden/key-format";
import { scannerFor } from "@keywarden/repository-scan";
import { openExposureStorage } from "@keywarden/storage";
import { makeClock, sha256 } from "@keywarden/testing";
import { expect, test } from "vitest";
import { acceptEvent } from "../src/inputs/accept-event.ts";
import { findBaseline } from "../src/repositories/baseline.ts";
import { refDigestOf } from "../src/repositories/digest-of.ts";

const host = "github.test";
const [first, second] = ["1".repeat(40), "2".repeat(40)];
const ref = refDigestOf("refs/pull/7/head");

const event = (action: string, sha: string, from: number, before?: string) => ({
  action,
  number: 7,
  ...(before !== undefined && { before }),
  pull_request: { head: { sha, repo: { id: from } }, user: { login: "ada" } },
  repository: { id: 1, name: "shop", private: false, owner: { login: "acme" } },
  installation: { id: 5 },
});

test.each([
  ["a fork", 2],
  ["the repository itself", 1],
])(
  "the head of a pull request from %s that came before the first listing is no history",
  async (_of, from) => {
    const clock = makeClock();
    const storage = await openExposureStorage({ path: ":memory:", clock });
    const providers = [aforo];
    const scanner = scannerFor(providers);
    const payloads = [
      event("opened", first, from),
      event("synchronize", second, from, first),
      event("reopened", second, from),
    ];
    for (const [index, payload] of payloads.entries()) {
      const context = { host, appId: 3, scanner, providers, delivery: `d-${index}`, receivedAtMs: clock() };
      const name = { name: "pull_request", payload, payloadSha256: sha256(String(index)) };
      const { outcome } = await acceptEvent(storage, { ...context, source: "push" }, name);
      expect(["accepted", "coalesced"]).toContain(outcome);
    }
    const pushes = await storage.provenance.listPushes({ host, repositoryId: 1 });
    await storage.close();
    expect([...findBaseline({ refs: new Map([[ref, second]]) }, pushes)]).toEqual([]);
  },
);

test("a pull request that is told late says nothing newer of the repository than was known", async () => {
  const clock = makeClock();
  const storage = await openExposureStorage({ path: ":memory:", clock });
  const repository = { host, repositoryId: 1 };
  const opened = event("opened", first, 2);
  const updatedAtMs = clock();
  clock.advance(60_000);
  const news = { owner: "acme", name: "store", installationId: 5, isPrivate: false, atMs: clock() };
  await storage.repositories.learn(repository, news);
  clock.advance(60_000);
  const payload = {
    ...opened,
    pull_request: { ...opened.pull_request, updated_at: new Date(updatedAtMs).toISOString() },
    repository: { ...opened.repository, private: true },
  };
  const providers = [aforo];
  const scanner = scannerFor(providers);
  const context = { host, appId: 3, scanner, providers, delivery: "late", receivedAtMs: clock() };
  const told = { name: "pull_request", payload, payloadSha256: sha256("late") };
  await acceptEvent(storage, { ...context, source: "push" }, told);
  const known = await storage.repositories.get(repository);
  await storage.close();
  expect(known).toMatchObject({ name: "store", isPrivate: false });
});
