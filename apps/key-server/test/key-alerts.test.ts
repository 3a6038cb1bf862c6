import type { Alert } from "@keywarden/management";
import { describe, expect, test } from "vitest";
import { makeServer } from "./make-server.ts";

describe("alerts of a key of any provider", () => {
  test.each(["example", "azotte", "aero2"])(
    "of %s fire, are told as changes, and are removed",
    async (provider) => {
      await using server = await makeServer();
      const { key, text } = await server.issue(provider, "secret", "production");
      const url = `/v1/keys/${key.id}/alerts`;
      const made = await server.call("POST", url, { body: { moreThan: 2, per: "minute" } });
      expect([made.statusCode, made.json<Alert>()]).toMatchObject([
        201,
        { moreThan: 2, of: "requests", per: "minute", outsideOf: null, lastFiredAt: null },
      ]);
      for (let count = 0; count < 3; count += 1)
        await server.call("POST", "/v1/keys/verify", { body: { key: text } });
      await server.app.flush();
      const { alerts, total } = (await server.call("GET", url)).json<{ alerts: Alert[]; total: number }>();
      expect([alerts, total]).toMatchObject([[{ lastFiredAt: "2026-01-01T00:00:00.000Z" }], 1]);
      const { changes } = (await server.call("GET", "/v1/changes?after=0")).json<{ changes: object[] }>();
      expect(changes).toContainEqual(
        expect.objectContaining({ kind: "alert", action: "alert.fired", id: alerts[0]?.id, keyId: key.id }),
      );
      const deleted = await server.call("DELETE", `${url}/${alerts[0]?.id}`);
      expect(deleted.json()).toEqual({ id: alerts[0]?.id, deleted: true });
      expect((await server.call("DELETE", `${url}/${alerts[0]?.id}`)).statusCode).toBe(404);
    },
  );

  test.each([
    {},
    { moreThan: 0, per: "minute" },
    { moreThan: 1, per: "year" },
    { outsideOf: ["x"], per: "day" },
  ])("are refused where they say %j", async (body) => {
    await using server = await makeServer();
    const { key } = await server.issue("example", "secret", "production");
    expect((await server.call("POST", `/v1/keys/${key.id}/alerts`, { body })).statusCode).toBe(400);
  });

  test("are made by those who may make them", async () => {
    await using server = await makeServer();
    const { key } = await server.issue("example", "secret", "production");
    const token = await server.tokenFor("reader");
    const body = { moreThan: 1, per: "day" };
    expect((await server.call("POST", `/v1/keys/${key.id}/alerts`, { token, body })).statusCode).toBe(403);
    expect((await server.call("GET", `/v1/keys/${key.id}/alerts`, { token })).statusCode).toBe(200);
  });
});
