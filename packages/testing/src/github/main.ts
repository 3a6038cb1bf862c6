import { writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { startEmulatorServer } from "./emulator.ts";
import { GitHubEmulatorError } from "./emulator-error.ts";
import { parseOptions, usage } from "./options.ts";

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === null) process.stdout.write(usage);
  else {
    const emulator = await startEmulatorServer(options);
    const privateKeyFile = join(options.directory, "app.private-key.pem");
    writeFileSync(privateKeyFile, emulator.privateKeyPem, { mode: 0o600 });
    const stop = (): void => void emulator.close();
    process.once("SIGTERM", stop);
    process.once("SIGINT", stop);
    const { url, gitUrl, appId, installationId } = emulator;
    process.stdout.write(`${JSON.stringify({ url, gitUrl, appId, installationId, privateKeyFile })}\n`);
  }
} catch (error) {
  if (!(error instanceof GitHubEmulatorError)) throw error;
  process.stderr.write(`github-emulator: ${error.message}\n`);
  process.exitCode = 2;
}
