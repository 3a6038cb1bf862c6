import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { builtProgram } from "@keywarden/testing/built-program";

const main = builtProgram("key-server");

/** Starts keywarden-server on loopback as its own process, with its own data. */
export async function startKeyServer(dataDirectory: string, ...flags: readonly string[]) {
  const child = spawn(process.execPath, [main, "--data", dataDirectory, "--port", "0", ...flags], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit").then(() => ["the key server did not start"]);
  const [line] = (await Promise.race([once(createInterface({ input: child.stdout }), "line"), ended])) as [
    string,
  ];
  const url = /http:\/\/\S+/u.exec(line)?.[0];
  if (url === undefined) throw new Error(line);
  const token = readFileSync(join(dataDirectory, "bootstrap-token"), "utf8").trim();
  const post = async (path: string, body: object, bearer = token): Promise<unknown> => {
    const headers = { authorization: `Bearer ${bearer}`, "content-type": "application/json" };
    const answer = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) });
    return answer.json();
  };
  return {
    url,
    token,
    post,
    /** Makes a token and gives its id and text. */
    makeToken: async (role: string) =>
      (await post("/v1/tokens", { name: `a ${role}`, role })) as {
        readonly id: string;
        readonly token: string;
      },
    /** The status with which a token or key is let in. */
    statusOf: async (path: string, bearer: string) =>
      (await fetch(url + path, { headers: { authorization: `Bearer ${bearer}` } })).status,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
