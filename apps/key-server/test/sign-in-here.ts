import type { Role } from "@keywarden/management";
import type { TestServer } from "./make-server.ts";

const type = { "content-type": "application/x-www-form-urlencoded" };

/** Signs in to the console in process, with a token of its own unless one is given. */
export async function signInHere(server: TestServer, role: Role = "admin", token?: string) {
  const send = (url: string, fields: URLSearchParams, cookie = "") =>
    server.app.http.inject({ method: "POST", url, headers: { ...type, cookie }, payload: fields.toString() });
  const answer = await send(
    "/console/sign-in",
    new URLSearchParams({ token: token ?? (await server.tokenFor(role)) }),
  );
  const cookie = String(answer.headers["set-cookie"]).split(";")[0] ?? "";
  const get = (url: string) => server.app.http.inject({ method: "GET", url, headers: { cookie } });
  const csrf = /name="csrf" value="([^"]+)"/.exec((await get("/console")).body)?.[1] ?? "";
  const post = (url: string, fields: Record<string, string>) =>
    send(url, new URLSearchParams({ csrf, ...fields }), cookie);
  /** Sends the form of a page that goes to an address, with what the page wrote into it. */
  const submit = (url: string, page: string, more: Record<string, string> = {}) => {
    const all = fieldsOf(url, page, csrf);
    for (const [name, value] of Object.entries(more)) all.set(name, value);
    return send(url, all, cookie);
  };
  return { cookie, get, post, submit, unlock: () => post("/console/unlock", { back: "/console" }) };
}

/** What the form of a page that goes to an address carries hidden, under the mark of a session. */
export function fieldsOf(url: string, page: string, csrf: string): URLSearchParams {
  const form = page
    .split(/(?=<form)/)
    .find((one) => one.includes('method="post"') && one.includes(`action="${url}"`));
  const fields = [...(form ?? "").matchAll(/<input\s+type="hidden"\s+name="([^"]+)"\s+value="([^"]*)"/g)].map(
    ([, name = "", value = ""]): [string, string] => [name, value.replaceAll("&quot;", '"')],
  );
  const all = new URLSearchParams(fields);
  all.set("csrf", csrf);
  return all;
}
