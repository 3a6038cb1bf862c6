import type { ChangePage, RotationRecord } from "@keywarden/management";
import type { LightMyRequestResponse } from "fastify";
import { describe, expect, test } from "vitest";
import { makeServer, type TestServer } from "./make-server.ts";

const begin = (server: TestServer, keyId: string, id: string, token?: string) =>
  server.call("POST", "/v1/rotations", {
    body: { id, keyId, sinks: ["env"], leaseSeconds: 60 },
    ...(token !== undefined && { token }),
  });
const codeOf = (answer: LightMyRequestResponse) => answer.json<{ code: string }>().code;

describe("/v1/rotations", () => {
  test("lets one of many operators begin, and tells the others whose it is", async () => {
    await using server = await makeServer();
    const { key } = await server.issue("example", "secret", "production");
    const ids = Array.from({ length: 20 }, (_, index) => `operator-${index}`);
    const answers = await Promise.all(ids.map((id) => begin(server, key.id, id)));
    const begun = answers.filter(({ statusCode }) => statusCode === 201);
    expect([begun.length, answers.length]).toEqual([1, 20]);
    const refused = answers.find(({ statusCode }) => statusCode === 409);
    expect(refused?.json()).toMatchObject({
      code: "ROTATION_IN_PROGRESS",
      detail: expect.stringContaining("token:test admin began rotation operator-") as string,
    });
    const { rotations, total } = (await server.call("GET", "/v1/rotations")).json<{
      rotations: RotationRecord[];
      total: number;
    }>();
    expect([rotations, total]).toMatchObject([
      [{ keyId: key.id, step: "planned", sinks: ["env"], isLeased: true, startedBy: "token:test admin" }],
      1,
    ]);
  });

  test("a lease that is over gives way, and one that waits for a grace period is not over before it", async () => {
    await using server = await makeServer();
    const { key } = await server.issue("example", "secret", "production");
    await begin(server, key.id, "rotation-1");
    await server.call("PATCH", "/v1/rotations/rotation-1", {
      body: { step: "wait", deadlineSeconds: 3600, leaseSeconds: 60 },
    });
    server.clock.advance(3_659_999);
    expect(codeOf(await begin(server, key.id, "rotation-2"))).toBe("ROTATION_IN_PROGRESS");
    server.clock.advance(1);
    expect((await begin(server, key.id, "rotation-2")).statusCode).toBe(201);
    const first = await server.call("GET", "/v1/rotations/rotation-1");
    expect(first.json()).toMatchObject({ outcome: "lapsed", isLeased: false, deadlineSeconds: 0 });
    expect(codeOf(await begin(server, key.id, "rotation-1"))).toBe("ROTATION_ENDED");
    const late = await server.call("PATCH", "/v1/rotations/rotation-1", { body: { step: "revoke" } });
    expect(codeOf(late)).toBe("ROTATION_ENDED");
  });

  test("a key has one living successor, also where nobody claimed it", async () => {
    await using server = await makeServer();
    const { key } = await server.issue("example", "secret", "production");
    const make = () =>
      server.call("POST", "/v1/keys", {
        body: { provider: "example", name: "n", kind: "secret", environment: "production", replaces: key.id },
      });
    const answers = await Promise.all(Array.from({ length: 10 }, make));
    const made = answers.filter(({ statusCode }) => statusCode === 201);
    expect(made).toHaveLength(1);
    const refused = answers.filter(({ statusCode }) => statusCode === 409);
    expect(refused.map(codeOf)).toEqual(Array(9).fill("SUCCESSOR_EXISTS"));
    const { id } = made[0]?.json<{ key: { id: string } }>().key ?? { id: "" };
    expect(refused[0]?.body).toContain(`${id} was made by token:test admin`);
    await server.call("POST", `/v1/keys/${id}/revoke`);
    expect((await make()).statusCode).toBe(201);
  });

  test("only the rotation that has claimed a key makes its successor", async () => {
    await using server = await makeServer();
    const { key } = await server.issue("example", "secret", "production");
    await begin(server, key.id, "rotation-1");
    const make = (rotation?: string) =>
      server.call("POST", "/v1/keys", {
        body: {
          provider: "example",
          name: key.name,
          kind: "secret",
          environment: "production",
          replaces: key.id,
          ...(rotation !== undefined && { rotation }),
        },
      });
    expect(codeOf(await make())).toBe("ROTATION_IN_PROGRESS");
    expect(codeOf(await make("rotation-2"))).toBe("ROTATION_IN_PROGRESS");
    const made = await make("rotation-1");
    expect(made.statusCode).toBe(201);
    const { key: successor } = made.json<{ key: { id: string; replaces: string; name: string } }>();
    expect(successor).toMatchObject({ replaces: key.id, name: key.name });
    const shown = await server.call("GET", "/v1/rotations/rotation-1");
    expect(shown.json()).toMatchObject({ successorId: successor.id });
    await server.call("PATCH", "/v1/rotations/rotation-1", { body: { outcome: "done" } });
    expect((await server.call("GET", "/v1/rotations")).json()).toEqual({ rotations: [], total: 0 });
    expect((await server.call("GET", `/v1/rotations?state=ended&key=${key.id}`)).json()).toMatchObject({
      total: 1,
      rotations: [{ outcome: "done" }],
    });
  });

  test("are changes that the feed tells, and what a reader sees but does not write", async () => {
    await using server = await makeServer();
    const { key } = await server.issue("example", "secret", "production");
    const { nextAfter } = (await server.call("GET", "/v1/changes")).json<ChangePage>();
    await begin(server, key.id, "rotation-1");
    await server.call("PATCH", "/v1/rotations/rotation-1", { body: { step: "deliver" } });
    await server.call("PATCH", "/v1/rotations/rotation-1", { body: { outcome: "abandoned" } });
    const page = (await server.call("GET", `/v1/changes?after=${nextAfter}`)).json<ChangePage>();
    expect(page.changes.map(({ kind, id, action }) => [kind, id, action])).toEqual([
      ["rotation", "rotation-1", "rotation.begun"],
      ["rotation", "rotation-1", "rotation.advanced"],
      ["rotation", "rotation-1", "rotation.abandoned"],
    ]);
    const reader = await server.tokenFor("reader");
    expect((await server.call("GET", "/v1/rotations", { token: reader })).statusCode).toBe(200);
    expect((await begin(server, key.id, "rotation-2", reader)).statusCode).toBe(403);
  });

  test("takes no rotation of an unknown, ended or another key", async () => {
    await using server = await makeServer();
    const { key } = await server.issue("example", "secret", "production");
    const { key: other } = await server.issue("example", "secret", "production");
    expect(codeOf(await begin(server, "key_nobody", "rotation-0"))).toBe("KEY_NOT_FOUND");
    await begin(server, key.id, "rotation-1");
    expect((await begin(server, key.id, "rotation-1")).statusCode).toBe(201);
    expect(codeOf(await begin(server, other.id, "rotation-1"))).toBe("ROTATION_EXISTS");
    await server.call("POST", `/v1/keys/${other.id}/revoke`);
    expect(codeOf(await begin(server, other.id, "rotation-2"))).toBe("KEY_REVOKED");
    expect((await server.call("GET", "/v1/rotations/nothing-here")).statusCode).toBe(404);
  });
});
