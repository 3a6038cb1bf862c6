import { Secret } from "@keywarden/key-format";
import { makeRememberingVerifier } from "@keywarden/verifier";
import { expect, onTestFinished, test } from "vitest";
import { makeServer } from "./make-server.ts";

test("an API that remembers verified keys needs the role verifier, and feels every change of a key", async () => {
  await using server = await makeServer();
  await server.app.http.listen({ host: "127.0.0.1", port: 0 });
  const [address] = server.app.http.addresses();
  if (typeof address !== "object") throw new Error("not listening");
  const token = await server.tokenFor("verifier");
  let asked = 0;
  const verifier = makeRememberingVerifier({
    baseUrl: `http://127.0.0.1:${address.port}`,
    token: new Secret(token),
    fetch: (url, init) => {
      if (String(url instanceof Request ? url.url : url).endsWith("/verify")) asked += 1;
      return fetch(url, init);
    },
  });
  onTestFinished(() => verifier[Symbol.dispose]());
  await expect.poll(() => verifier.isCurrent()).toBe(true);

  const acts = [
    async (id: string) => server.call("POST", `/v1/keys/${id}/revoke`),
    async (id: string) => server.call("POST", `/v1/keys/${id}/disable`),
    async (id: string) =>
      server.call("PATCH", `/v1/keys/${id}`, {
        body: { restrictions: { ipRanges: ["198.51.100.0/24"] } },
        headers: { "if-match": '"1"' },
      }),
  ];
  for (const act of acts) {
    const { key, text } = await server.issue("example", "secret", "production");
    const isLetIn = async () => (await verifier.verify({ text, ip: "192.0.2.7" })).ok;
    // What is asked about while its own making is fresh is not remembered yet.
    await expect
      .poll(async () => {
        const before = asked;
        return (await isLetIn()) && asked === before;
      })
      .toBe(true);
    expect((await act(key.id)).statusCode).toBe(200);
    await expect.poll(isLetIn).toBe(false);
  }

  expect((await server.call("GET", "/v1/keys", { token })).statusCode).toBe(403);
});
