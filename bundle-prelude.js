// Stands at the top of every bundled program; build.ts puts it there and calls it: an older Node hands over to the newer
// one that npm installed nearby, or says in a sentence what is missing, before anything below fails in a stranger way.

// Node would end with 1, which says that keys were found: where standard error takes nothing, for example.
process.once("uncaughtExceptionMonitor", () => process.once("exit", () => void (process.exitCode = 2)));

function __isTooOld(version) {
  const [major, minor] = version.split(".").map(Number);
  return major < 22 || (major === 22 && minor < 18);
}

async function __handOver(file) {
  const { spawn } = require("node:child_process");
  const path = require("node:path");
  const suffix = process.platform === "win32" ? ".exe" : "";
  // A program inside of an archive is found by a hook of this Node's that another Node would not have.
  const start = /\.zip[\\/]/.test(file) ? "" : path.dirname(file);
  for (let folder = start, last = ""; folder !== last; last = folder, folder = path.dirname(folder)) {
    const home = path.join(folder, "node_modules", "node");
    try {
      if (__isTooOld(require(path.join(home, "package.json")).version)) continue;
    } catch {
      continue;
    }
    const child = spawn(path.join(home, "bin", `node${suffix}`), [file, ...process.argv.slice(2)], {
      stdio: "inherit",
    });
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
    await new Promise((resolve) => {
      child.once("exit", (status) => resolve(process.exit(status ?? 2)));
      // npm can leave the package without the program that its script would have fetched.
      child.once("error", resolve);
    });
  }
  process.stderr.write(
    `This needs Node 22.18 or newer; ${process.execPath} is ${process.version}.\n` +
      "To give this project a Node of its own: npm install --save-dev node@24\n",
  );
  process.exit(2);
}
