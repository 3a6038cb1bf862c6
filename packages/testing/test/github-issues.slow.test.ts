import { expect, test } from "vitest";
import { callRest, startFixture } from "./github-fixture.ts";

const path = "/repos/acme/shop/issues";

test("issues are written, listed, changed and closed as GitHub describes it", async () => {
  await using fixture = await startFixture();
  const { emulator } = fixture;
  const token = await fixture.token();
  emulator.writeIssue("acme/shop", { user: "ann", title: "A bug", body: "It is red." });
  const created = await callRest(emulator, "POST", path, token, { title: "A key", body: "one" });
  expect(created).toMatchObject({
    status: 201,
    body: {
      number: 2,
      state: "open",
      user: { type: "Bot" },
      performed_via_github_app: { id: emulator.appId },
    },
  });
  const change = { state: "closed", state_reason: "completed", body: "two" };
  expect(await callRest(emulator, "PATCH", `${path}/2`, token, change)).toMatchObject({
    status: 200,
    body: { title: "A key", body: "two", state: "closed", closed_at: expect.any(String) },
  });
  expect((await callRest(emulator, "GET", path, token)).body).toMatchObject([{ number: 1 }]);
  const all = await callRest(emulator, "GET", `${path}?state=all&per_page=1`, token);
  expect(all.body).toMatchObject([{ number: 2 }]);
  expect(all.headers.get("link")).toContain('rel="next"');
  expect(emulator.issues("acme/shop")).toMatchObject([{ byApp: false }, { byApp: true, state: "closed" }]);
  emulator.assertNoViolations();
});

test("an issue is refused where it is too long, unknown, or none of the caller's business", async () => {
  await using fixture = await startFixture();
  const { emulator } = fixture;
  const token = await fixture.token();
  const long = await callRest(emulator, "POST", path, token, { title: "x".repeat(257) });
  expect(long).toMatchObject({ status: 422 });
  expect(await callRest(emulator, "PATCH", `${path}/9`, token, {})).toMatchObject({ status: 404 });
  const reader = await fixture.token({ permissions: { contents: "read" } });
  expect(await callRest(emulator, "POST", path, reader, { title: "x" })).toMatchObject({ status: 403 });
  emulator.assertNoViolations();
});
