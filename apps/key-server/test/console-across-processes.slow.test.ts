import { expect, test } from "vitest";
import { startServers, withoutPostgres, type SharingServer } from "./start-servers.ts";

const send = (
  { url }: SharingServer,
  path: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
) =>
  fetch(`${url}${path}`, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers,
    redirect: "manual",
  });
const cookieOf = (answer: Response): string => answer.headers.get("set-cookie")?.split(";")[0] ?? "";

test.skipIf(withoutPostgres !== "")(
  `a session is known to every server on one PostgreSQL, and ended on all of them at once${withoutPostgres}`,
  async () => {
    const [one, other] = await startServers(2);
    if (one === undefined || other === undefined) throw new Error("two servers were asked for");
    const look = async ({ url }: SharingServer, cookie: string) =>
      fetch(`${url}/console`, { headers: { cookie }, redirect: "manual" });

    const cookie = cookieOf(await send(one, "/console/sign-in", { token: one.token.reveal() }));
    const page = await look(other, cookie);
    expect(page.status).toBe(200);
    const csrf = /name="csrf" value="([^"]+)"/.exec(await page.text())?.[1] ?? "";
    // A form that one server wrote is taken by the other, and what it changed is known to the first.
    expect((await send(one, "/console/unlock", { csrf, back: "/console" }, { cookie })).status).toBe(303);
    expect(await (await look(other, cookie)).text()).toContain("Lock changes");

    expect((await send(other, "/console/sign-out", { csrf }, { cookie })).status).toBe(303);
    expect([(await look(one, cookie)).status, (await look(other, cookie)).status]).toEqual([303, 303]);

    const made = await fetch(`${one.url}/console/sign-in-links`, {
      method: "POST",
      headers: { authorization: `Bearer ${one.token.reveal()}` },
    });
    const { path } = (await made.json()) as { path: string };
    const link = new URL(path, one.url).searchParams.get("link") ?? "";
    const used = await Promise.all(
      [other, one, other, one].map((server) => send(server, "/console/sign-in", { link })),
    );
    expect(used.map(({ status }) => status).toSorted((left, right) => left - right)).toEqual([
      303, 401, 401, 401,
    ]);
  },
);
