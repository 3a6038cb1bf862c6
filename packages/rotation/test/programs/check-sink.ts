import { openSink, SinkError } from "@keywarden/rotation";

// Asks the sink that is named whether it can be written, from the folder that this runs in.
const [, , target = ""] = process.argv;
try {
  await openSink(target, { env: process.env, directory: process.cwd(), fetch }).check();
  process.stdout.write("ready\n");
} catch (error) {
  if (!(error instanceof SinkError)) throw error;
  process.stdout.write(`${error.code} ${error.message}\n`);
}
