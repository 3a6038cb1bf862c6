import { execFileSync, spawn, spawnSync } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { startKeyServer } from "@keywarden/testing/programs";
import { describe, expect, test } from "vitest";

const templates = join(import.meta.dirname, "../../templates");
const has = (program: string): boolean => spawnSync("which", [program]).status === 0;

describe("the systemd units", () => {
  const units = readdirSync(join(templates, "systemd"));

  test.skipIf(!has("systemd-analyze"))("are accepted by systemd-analyze verify without a word", () => {
    using folder = makeTemporaryDirectory();
    for (const unit of units) {
      const text = readFileSync(join(templates, "systemd", unit), "utf8");
      // Only the program's path is this machine's: verify looks whether it can be started.
      writeFileSync(join(folder.path, unit), text.replaceAll("/usr/bin/node", process.execPath));
    }
    const paths = units.map((unit) => join(folder.path, unit));
    const { status, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", ...paths], {
      encoding: "utf8",
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  test.each(units.filter((unit) => /server\.service|app\.service|backup\.service/.test(unit)))(
    "%s runs without privileges, in a read-only system, with a private folder",
    (unit) => {
      const text = readFileSync(join(templates, "systemd", unit), "utf8");
      for (const line of [
        "User=keywarden",
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "StateDirectoryMode=0700",
      ])
        expect(text).toContain(`\n${line}\n`);
    },
  );
});

describe("the reverse proxy", () => {
  test.skipIf(!has("nginx") || !has("openssl"))(
    "nginx serves the key server over TLS and hides the App's health page",
    async () => {
      using folder = makeTemporaryDirectory();
      await using server = await startServer(join(folder.path, "data"));
      const socket = join(folder.path, "socket");
      const configuration = join(folder.path, "nginx.conf");
      writeFileSync(configuration, proxyConfiguration(folder.path, server.port, socket));
      const certificate = [
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=keys.example.com",
      ];
      const pem = ["-keyout", join(folder.path, "privkey.pem"), "-out", join(folder.path, "fullchain.pem")];
      execFileSync("openssl", ["req", ...certificate, ...pem], { stdio: "ignore" });
      const nginx = spawn("nginx", ["-c", configuration, "-p", folder.path, "-g", "daemon off;"]);
      try {
        await expect.poll(() => ask(socket, "keys.example.com", "/healthz").catch(() => 0)).toBe(200);
        expect(await ask(socket, "keywarden-app.example.com", "/healthz")).toBe(404);
        expect(await ask(socket, "keys.example.com", "/v1/keys")).toBe(401);
      } finally {
        nginx.kill();
      }
    },
  );
});

async function startServer(data: string) {
  const file = join(import.meta.dirname, "../../apps/key-server/dist/main.js");
  const { url, program } = await startKeyServer({
    file,
    directory: data,
    env: { PATH: process.env["PATH"] },
  });
  return {
    port: Number(new URL(url).port),
    [Symbol.asyncDispose]: async (): Promise<void> => {
      await program.stop();
    },
  };
}

function proxyConfiguration(folder: string, serverPort: number, socket: string): string {
  const servers = readFileSync(join(templates, "reverse-proxy/nginx.conf"), "utf8")
    .replaceAll("/etc/ssl/keywarden", folder)
    .replaceAll("listen 443 ssl", `listen unix:${socket} ssl`)
    .replaceAll("127.0.0.1:7300", `127.0.0.1:${serverPort}`);
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  return `pid ${folder}/nginx.pid; error_log ${folder}/error.log; events {}
http { access_log off; ${paths.join(" ")}
${servers} }`;
}

function ask(socketPath: string, host: string, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = {
      socketPath,
      path,
      servername: host,
      rejectUnauthorized: false,
      headers: { Host: host },
    };
    request(options, (response) => resolve(response.resume().statusCode ?? 0))
      .on("error", reject)
      .end();
  });
}
