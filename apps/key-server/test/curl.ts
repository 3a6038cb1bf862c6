import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Whether a program is on this machine. */
export const has = (program: string, argument = "--version"): boolean =>
  spawnSync(program, [argument]).status === 0;

export interface CurlAnswer {
  readonly status: number;
  readonly headers: string;
  readonly body: unknown;
}

/** Sends a request with the real curl, as a document prints it: `curl -X POST url -H … -d …`. */
export async function curl(
  url: string,
  options: {
    readonly method?: "GET" | "POST" | "DELETE";
    readonly key?: string | undefined;
    readonly body?: object;
    readonly headers?: readonly string[];
  } = {},
): Promise<CurlAnswer> {
  const { method = "GET", key, body, headers = [] } = options;
  const all = [
    ...(key === undefined ? [] : [`Authorization: Bearer ${key}`]),
    ...(body === undefined ? [] : ["Content-Type: application/json"]),
    ...headers,
  ];
  const { stdout } = await run("curl", [
    "-sSi",
    "--max-time",
    "20",
    "-X",
    method,
    url,
    ...all.flatMap((header) => ["-H", header]),
    ...(body === undefined ? [] : ["-d", JSON.stringify(body)]),
  ]);
  const [head = "", ...rest] = stdout.split("\r\n\r\n");
  const text = rest.join("\r\n\r\n");
  return { status: Number(head.split(" ")[1]), headers: head, body: text === "" ? null : JSON.parse(text) };
}
