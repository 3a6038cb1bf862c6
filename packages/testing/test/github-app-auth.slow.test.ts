import { generateKeyPairSync } from "node:crypto";
import { SignJWT } from "jose";
import { makeClock } from "@keywarden/testing";
import { describe, expect, test } from "vitest";
import { callRest, signJwt, startFixture } from "./github-fixture.ts";

describe("the app's own JWT", () => {
  const tooOld = "'Expiration time' claim ('exp') must be a numeric value";
  const notIssued = "'Issued at' claim ('iat') must be an Integer";
  test.for([
    ["that lasts longer than ten minutes", { iat: 0, exp: 601 }, 401, "too far in the future"],
    ["that has expired", { iat: -600, exp: 0 }, 401, tooOld],
    ["that never expires", { iat: 0 }, 401, tooOld],
    ["that was issued in the future", { iat: 60, exp: 120 }, 401, notIssued],
    ["that does not say when it was issued", { exp: 120 }, 401, notIssued],
    ["of another app", { iat: 0, exp: 120, iss: "1" }, 404, "Integration not found"],
    ["of nobody", { iat: 0, exp: 120, iss: "" }, 401, "'iss'"],
  ] as const)("%s is refused", async ([, claims, status, message]) => {
    const clock = makeClock();
    await using fixture = await startFixture({ clock });
    const answer = await callRest(
      fixture.emulator,
      "GET",
      "/app",
      await signJwt(fixture.emulator, claims, clock()),
    );
    expect(answer.status).toBe(status);
    expect(answer.body.message).toContain(message);
    fixture.emulator.assertNoViolations();
  });

  test("signed with another key, or by HMAC with the public one, is refused", async () => {
    await using fixture = await startFixture();
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const stranger = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const forged = await signJwt(fixture.emulator, { iat: -10, exp: 100 }, Date.now(), stranger);
    const symmetric = await new SignJWT({ iss: String(fixture.emulator.appId) })
      .setProtectedHeader({ alg: "HS256" })
      .setIssuedAt()
      .setExpirationTime("5m")
      .sign(Buffer.from(stranger));
    for (const jwt of [forged, symmetric, "a.b.c"]) {
      const answer = await callRest(fixture.emulator, "GET", "/app", jwt);
      expect(answer).toMatchObject({
        status: 401,
        body: { message: "A JSON web token could not be decoded" },
      });
    }
  });

  test("of exactly ten minutes is taken, and the answer tells the server's time", async () => {
    const clock = makeClock(Date.UTC(2030, 0, 2, 3, 4, 5));
    await using fixture = await startFixture({ clock });
    const jwt = await signJwt(fixture.emulator, { iat: 0, exp: 600 }, clock());
    const answer = await callRest(fixture.emulator, "GET", "/app", jwt);
    expect(answer).toMatchObject({ status: 200, body: { id: fixture.emulator.appId } });
    expect(answer.headers.get("date")).toBe("Wed, 02 Jan 2030 03:04:05 GMT");
  });
});

describe("an installation token", () => {
  test("is in the format of 2026 and longer than the forty characters of old", async () => {
    await using fixture = await startFixture();
    const token = await fixture.token();
    expect(token).toMatch(new RegExp(`^ghs_${fixture.emulator.appId}_[\\w-]+\\.[\\w-]+\\.[\\w-]+$`, "u"));
    expect(token.length).toBeGreaterThan(40);
  });

  test("works for an hour, and not a second longer", async () => {
    const clock = makeClock();
    await using fixture = await startFixture({ clock });
    const token = await fixture.token();
    clock.advance(60 * 60 * 1000 - 1000);
    expect((await callRest(fixture.emulator, "GET", "/repos/acme/shop", token)).status).toBe(200);
    clock.advance(1000);
    const late = await callRest(fixture.emulator, "GET", "/repos/acme/shop", token);
    expect(late).toMatchObject({ status: 401, body: { message: "Bad credentials" } });
  });

  test("is refused for an installation that does not exist, and to whoever is not the app", async () => {
    await using fixture = await startFixture();
    const { emulator } = fixture;
    const path = `/app/installations/${emulator.installationId}/access_tokens`;
    expect(
      (await callRest(emulator, "POST", "/app/installations/1/access_tokens", await fixture.appJwt())).status,
    ).toBe(404);
    expect((await callRest(emulator, "POST", path)).status).toBe(401);
    expect((await callRest(emulator, "POST", path, await fixture.token())).status).toBe(401);
  });

  test("cannot be had for more than the app was granted, or for a repository it does not cover", async () => {
    await using fixture = await startFixture();
    const { emulator } = fixture;
    const foreign = await emulator.createRepository({ owner: "acme", name: "foreign", installed: false });
    const path = `/app/installations/${emulator.installationId}/access_tokens`;
    const bodies = [
      { permissions: { contents: "write" } },
      { permissions: { actions: "read" } },
      { repository_ids: [foreign.id] },
    ];
    for (const body of bodies) {
      expect((await callRest(emulator, "POST", path, await fixture.appJwt(), body)).status).toBe(422);
    }
    emulator.assertNoViolations();
  });

  test("lists the repositories it was narrowed to and hides the others", async () => {
    await using fixture = await startFixture();
    const { emulator, repository } = fixture;
    await emulator.createRepository({ owner: "acme", name: "other" });
    const token = await fixture.token({ repository_ids: [repository.id] });
    const listed = await callRest(emulator, "GET", "/installation/repositories", token);
    expect(listed.body).toMatchObject({ total_count: 1, repositories: [{ full_name: "acme/shop" }] });
    expect((await callRest(emulator, "GET", "/repos/acme/other", token)).status).toBe(404);
    emulator.assertNoViolations();
  });

  test("that was given back is worth nothing", async () => {
    await using fixture = await startFixture();
    const token = await fixture.token();
    expect((await callRest(fixture.emulator, "DELETE", "/installation/token", token)).status).toBe(204);
    expect((await callRest(fixture.emulator, "GET", "/repos/acme/shop", token)).status).toBe(401);
  });
});

test("a second owner has an installation of its own", async () => {
  await using fixture = await startFixture();
  const { emulator } = fixture;
  const other = await emulator.createRepository({ owner: "globex", name: "site" });
  expect(other.installationId).not.toBe(emulator.installationId);
  const listed = await callRest(emulator, "GET", "/app/installations?per_page=1", await fixture.appJwt());
  expect(listed.body).toMatchObject([{ id: emulator.installationId, account: { login: "acme" } }]);
  expect(listed.headers.get("link")).toContain('page=2>; rel="next"');
  const token = await fixture.token();
  expect((await callRest(emulator, "GET", "/repos/globex/site", token)).status).toBe(404);
  emulator.assertNoViolations();
});

test("each answer counts against the hourly limit, until it is used up", async () => {
  await using fixture = await startFixture();
  const statuses: number[] = [];
  for (let count = 0; count < 61; count += 1) {
    statuses.push((await callRest(fixture.emulator, "GET", "/rate_limit")).status);
  }
  expect(statuses.indexOf(403)).toBe(60);
  const answer = await callRest(fixture.emulator, "GET", "/app", await fixture.appJwt());
  expect(answer.headers.get("x-ratelimit-remaining")).toBe("4999");
});
