/** A browser without script: follows redirects and sends forms, and keeps cookies by host, whatever the port. */
export interface Walker {
  go(
    url: string,
    form?: Readonly<Record<string, string>>,
  ): Promise<{ readonly url: string; readonly body: string; readonly status: number }>;
  readonly visited: readonly string[];
}

export function makeWalker(): Walker {
  const jars = new Map<string, Map<string, string>>();
  const visited: string[] = [];
  const go: Walker["go"] = async (url, form) => {
    visited.push(url);
    const { hostname: host } = new URL(url);
    const jar = jars.get(host) ?? new Map<string, string>();
    jars.set(host, jar);
    const answer = await fetch(url, {
      redirect: "manual",
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") },
      ...(form !== undefined && { method: "POST", body: new URLSearchParams(form) }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === "") jar.delete(name);
      else jar.set(name, value);
    }
    const to = answer.headers.get("location");
    const body = await answer.text();
    return to === null ? { url, body, status: answer.status } : go(new URL(to, url).href);
  };
  return { go, visited };
}

/** Signs in at the provider's own pages, from the server's start to the page that leads on. */
export async function walkSignIn(walker: Walker, start: string, name: string) {
  let page = await walker.go(start);
  for (let step = 0; step < 3; step += 1) {
    const action = /<form[^>]+action="([^"]+)"/.exec(page.body)?.[1];
    const prompt = /name="prompt" value="(\w+)"/.exec(page.body)?.[1];
    if (action === undefined || prompt === undefined) break;
    page = await walker.go(new URL(action, page.url).href, { prompt, login: name, password: "any" });
  }
  return page;
}
