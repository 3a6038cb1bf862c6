import { execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { userInfo } from "node:os";
import { serveRepositories } from "@keywarden/testing/serve-repositories";
import { expect, it } from "vitest";
import { addKey, makePlace, type Place } from "./receiving-repository.ts";

/** Pushes to this remote what is clean and then a key, and gives what becomes of both. */
async function pushBoth({ work, push }: Place, remote: string): Promise<readonly [boolean, boolean, string]> {
  const clean = await push(remote, "main");
  await addKey(work);
  const found = await push(remote, "main");
  return [clean.isTaken, found.isTaken, found.output.replaceAll(/ +$/gm, "")];
}

const decided = [
  true,
  false,
  expect.stringMatching(/remote: .*adds 1 key\n[^]*3 objects received, 3 scanned/),
];

it("decides over smart HTTP as over a file path", async () => {
  using place = await makePlace();
  const { work } = place;
  await using http = await serveRepositories(work.outside, work.env);
  await work.git("remote", "add", "web", `${http.url}/server.git`);
  expect(await pushBoth(place, "web")).toEqual(decided);
});

it("decides over git's own protocol as over a file path", async () => {
  using place = await makePlace();
  const { work } = place;
  const args = ["daemon", "--inetd", "--export-all", "--enable=receive-pack", `--base-path=${work.outside}`];
  const daemon = createServer((socket) => {
    const child = spawn("git", args, { env: { ...work.env, PATH: process.env["PATH"] } });
    socket.pipe(child.stdin);
    child.stdout.pipe(socket);
    child.stdin.on("error", () => {});
    socket.on("error", () => child.kill());
  });
  await new Promise<void>((resolve) => daemon.listen(0, "127.0.0.1", resolve));
  const { port } = daemon.address() as AddressInfo;
  await work.git("remote", "add", "daemon", `git://127.0.0.1:${port}/server.git`);
  expect(await pushBoth(place, "daemon")).toEqual(decided);
  await new Promise((resolve) => daemon.close(resolve));
});

const sshd = "/usr/sbin/sshd";
// As root it wants a folder that a system without a running one may lack.
const noSsh =
  existsSync(sshd) && (process.getuid?.() !== 0 || existsSync("/run/sshd")) ? "" : " (skipped: no sshd here)";

it.skipIf(noSsh !== "")(`decides over ssh as over a file path${noSsh}`, async () => {
  using place = await makePlace();
  const { work, server } = place;
  const folder = join(work.outside, "ssh");
  mkdirSync(folder, { mode: 0o700 });
  const at = (name: string): string => join(folder, name);
  for (const name of ["host", "user"]) {
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", at(name)]);
  }
  execFileSync("cp", [at("user.pub"), at("authorized")]);
  const settings = {
    HostKey: at("host"),
    AuthorizedKeysFile: at("authorized"),
    StrictModes: "no",
    PasswordAuthentication: "no",
    PermitRootLogin: "yes",
    PidFile: "none",
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} ${value}\n`);
  writeFileSync(at("sshd_config"), lines.join(""));
  // It speaks with its one client over a pipe, so that no port has to be free.
  const options = {
    ProxyCommand: `${sshd} -i -f ${at("sshd_config")}`,
    IdentityFile: at("user"),
    IdentitiesOnly: "yes",
    StrictHostKeyChecking: "no",
    UserKnownHostsFile: at("known"),
    LogLevel: "ERROR",
  };
  const flags = Object.entries(options).map(([name, value]) => `-o '${name}=${value}'`);
  const ssh = at("ssh");
  writeFileSync(ssh, `#!/bin/sh\nexec ssh -F /dev/null ${flags.join(" ")} "$@"\n`);
  chmodSync(ssh, 0o755);
  await work.git("config", "core.sshCommand", ssh);
  await work.git("config", "ssh.variant", "ssh");
  await work.git("remote", "add", "far", `ssh://${userInfo().username}@server.example.com${server}`);
  expect(await pushBoth(place, "far")).toEqual(decided);
});
