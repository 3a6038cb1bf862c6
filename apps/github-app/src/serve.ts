import { startApp } from "./app.ts";
import { loadAppConfig } from "./config.ts";
import { formatsDeclaredIn } from "@keywarden/command-line/declared-formats";
import { reduceFailure } from "./jobs/failure.ts";
import { makeLog } from "./log.ts";
import { formatFiles } from "./format-files.ts";
import type { ServeOptions } from "./options.ts";
import type { Process } from "./process.ts";
import { limitNewSpace } from "./scanning/limit-new-space.ts";
import { realScheduler } from "./scheduler.ts";

/** Starts the App, prints one line when it is ready, and serves until it is asked to stop. */
export async function serve(options: ServeOptions, process: Process): Promise<0> {
  const { env, clock, print, warn, stopped, onReload } = process;
  limitNewSpace();
  // Without a listener SIGHUP would end a process that is still starting. One after another: the second one may be about a
  // change that came while the first was under way.
  const started = Promise.withResolvers<void>();
  let reloading = started.promise;
  onReload(() => {
    reloading = reloading.then(() => reload());
  });
  const config = loadAppConfig(options.config);
  process.learnFormats(config.providers);
  const isForm = options.log === "text" || options.log === "json";
  const log = makeLog({
    level: options.log === "text" || options.log === "json" ? "info" : options.log,
    form: options.logFormat ?? (options.log === "json" ? "json" : "text"),
    write: warn,
    clock,
    providers: config.providers,
  });
  if (isForm) log("warn", "--log is a level now; the form is --log-format", { form: options.log });
  for (const warning of config.warnings) log("warn", warning);
  const app = await startApp({
    config,
    dataDirectory: options.data,
    databaseUrl: options.databaseUrl ?? null,
    host: options.host,
    port: options.port,
    env,
    clock,
    scheduler: realScheduler,
    log,
  });
  print(`keywarden-github-app listening on ${app.url} (${app.mode()})\n`);
  if (app.mode() !== config.mode)
    log("warn", `${config.mode} in the config is overruled by arm: the App is ${app.mode()}`);
  void app.checkReady();
  const reload = async (): Promise<void> => {
    try {
      const next = loadAppConfig(options.config);
      process.learnFormats(next.providers);
      for (const warning of next.warnings) log("warn", warning);
      await app.reload(next);
      const isOverruled = app.mode() !== next.mode;
      const why = isOverruled ? { why: `${next.mode} in the config is overruled by arm` } : {};
      log("info", "config and secrets read again", { mode: app.mode(), ...why });
      await app.checkReady();
    } catch (error) {
      process.learnFormats(formatsDeclaredIn(formatFiles(process)));
      log("error", "the new config is not used; the old one stays in use", {
        why: reduceFailure(error).message,
      });
    }
  };
  started.resolve();
  await stopped;
  await reloading;
  await app.stop();
  log("info", "stopped");
  return 0;
}
