import { Secret } from "@keywarden/key-format";
import type { KeyServerProgram } from "@keywarden/testing/programs";
import { fieldsOf } from "./sign-in-here.ts";

/** A person's hand on the console of a server in another process, without a browser. */
export interface Hand {
  get(path: string): Promise<string>;
  /** Sends the form of a page that goes to a path. */
  submit(path: string, page: string): Promise<{ readonly status: number; readonly body: string }>;
}

/** Signs in with the bootstrap token, and unlocks changes. */
export async function signInOver({ url, token }: Pick<KeyServerProgram, "url" | "token">): Promise<Hand> {
  const send = (path: string, body: URLSearchParams, cookie = "") =>
    fetch(url + path, { method: "POST", redirect: "manual", headers: { cookie }, body });
  const answer = await send("/console/sign-in", new URLSearchParams({ token: token.reveal() }));
  const cookie = (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const get = async (path: string) => (await fetch(url + path, { headers: { cookie } })).text();
  const csrf = /name="csrf" value="([^"]+)"/.exec(await get("/console"))?.[1] ?? "";
  await send("/console/unlock", new URLSearchParams({ csrf, back: "/console" }), cookie);
  return {
    get,
    submit: async (path, page) => {
      const sent = await send(path, fieldsOf(path, page, csrf), cookie);
      return { status: sent.status, body: await sent.text() };
    },
  };
}

/** The key that a page shows. */
export const secretIn = (page: string): Secret =>
  new Secret(/<code class="key"[^>]*>([^<]+)/.exec(page)?.[1] ?? "");
