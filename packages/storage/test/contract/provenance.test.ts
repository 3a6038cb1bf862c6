import { sha256 } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { adapters } from "../stores.ts";

const repository = { host: "github.com", repositoryId: 7 };
const fork = { host: "github.com", repositoryId: 8 };
const fingerprint = sha256("key");

describe.each(adapters)("provenance on $adapter", ({ makePlace }) => {
  const ref = "a".repeat(64);
  const push = {
    delivery: "d-1",
    ref,
    before: "c1",
    after: "c2",
    pushedAtMs: 1_000,
    isSurelyBefore: true,
  };

  it("keeps what was pushed once for each delivery, and in no other repository", async () => {
    const { provenance } = await makePlace().openExposures();
    await provenance.recordPush(repository, push);
    await provenance.recordPush(repository, push);
    const doubtful = { ...push, delivery: "d-2", isSurelyBefore: false };
    await provenance.recordPush(fork, doubtful);
    expect(await provenance.listPushes(repository)).toEqual([push]);
    expect(await provenance.listPushes(fork)).toEqual([doubtful]);
  });

  it("needs of the pushes after a listing the first of each ref that moved about then", async () => {
    const { provenance } = await makePlace().openExposures();
    const isNeeded = (pushedAtMs: number, of = ref) =>
      provenance.isFirstAfterDoubt(repository, { ref: of, pushedAtMs }, 2_000);
    await provenance.recordPush(repository, push);
    expect(await isNeeded(3_000)).toBe(false);
    await provenance.recordPush(repository, { ...push, delivery: "d-2", isSurelyBefore: false });
    expect([await isNeeded(3_000), await isNeeded(3_000, "b".repeat(64))]).toEqual([true, false]);
    await provenance.recordPush(repository, {
      ...push,
      delivery: "d-3",
      pushedAtMs: 3_000,
      isSurelyBefore: false,
    });
    expect([await isNeeded(2_500), await isNeeded(3_000), await isNeeded(3_001)]).toEqual([
      true,
      true,
      false,
    ]);
  });

  const listing = { listedAtMs: 5, answeredAtMs: 6, pushesKnown: 0 };

  it("keeps the newest listing of a repository until it is settled, however many refs it has", async () => {
    const { provenance } = await makePlace().openExposures();
    const refs = new Map(
      Array.from({ length: 150 }, (_, index) => [String(index).padStart(64, "0"), `c${index}`] as const),
    );
    expect(await provenance.getListing(repository)).toBeNull();
    expect(await provenance.recordListing(repository, { ...listing, refs: new Map([[ref, "c1"]]) })).toBe(
      true,
    );
    expect(await provenance.recordListing(repository, { ...listing, listedAtMs: 6, refs })).toBe(true);
    expect(await provenance.settleListing(repository)).toBe(true);
    expect(await provenance.recordListing(repository, { ...listing, refs: new Map() })).toBe(false);
    const kept = { ...listing, listedAtMs: 6, isSettled: true };
    expect(await provenance.getListing(repository)).toEqual({ ...kept, refs });
    expect(await provenance.getListingState(repository)).toEqual(kept);
    expect(await provenance.getListing(fork)).toBeNull();
  });

  it("settles no listing while a push is known that it may have missed", async () => {
    const { provenance } = await makePlace().openExposures();
    expect(await provenance.settleListing(repository)).toBe(false);
    await provenance.recordListing(repository, { ...listing, refs: new Map() });
    await provenance.recordPush(repository, push);
    expect(await provenance.settleListing(repository)).toBe(false);
    const pushesKnown = await provenance.countPushes(repository);
    await provenance.recordListing(repository, { ...listing, pushesKnown, refs: new Map() });
    expect(await provenance.settleListing(repository)).toBe(true);
    expect(await provenance.settleListing(repository)).toBe(true);
  });

  it("tells with which baseline the introductions were looked up", async () => {
    const { provenance } = await makePlace().openExposures();
    expect(await provenance.getJudgedBaseline(repository)).toBeNull();
    await provenance.recordListing(repository, { ...listing, refs: new Map() });
    await provenance.setJudgedBaseline(repository, "one");
    await provenance.setJudgedBaseline(repository, "two");
    expect(await provenance.getJudgedBaseline(repository)).toBe("two");
  });

  it("gathers which objects hold a key and what brought it in, each once", async () => {
    const { provenance } = await makePlace().openExposures();
    const holdings = [
      { objectId: "b1", fingerprint },
      { objectId: "b2", fingerprint },
    ];
    await provenance.recordHoldings(repository, holdings);
    await provenance.recordHoldings(repository, holdings.slice(1));
    await provenance.recordIntroductions(repository, [{ fingerprint, by: "c1" }]);
    await provenance.recordIntroductions(repository, [{ fingerprint, by: "c1" }]);
    expect(await provenance.listHoldings(repository)).toEqual(holdings);
    expect(await provenance.listIntroductions(repository)).toEqual([{ fingerprint, by: "c1" }]);
    expect(await provenance.listHoldings(fork)).toEqual([]);

    const other = { objectId: "b1", fingerprint: sha256("another") };
    await provenance.recordHoldings(fork, holdings);
    await provenance.recordHoldings(repository, [other]);
    await provenance.forgetUnread(repository, []);
    await provenance.forgetUnread(repository, [fingerprint]);
    expect(await provenance.listHoldings(repository)).toEqual([other]);
    expect(await provenance.listIntroductions(repository)).toEqual([]);
    expect(await provenance.listHoldings(fork)).toEqual(holdings);
  });
});
