import { randomBytes } from "node:crypto";
import { openExposureStorage } from "@keywarden/storage";
import { AppError } from "../app-error.ts";
import { loadAppConfig } from "../config.ts";
import { judgeContextFor } from "../assemble.ts";
import { makeGitHub } from "../github/github.ts";
import { makeLog } from "../log.ts";
import { makeProviderApis } from "../provider-apis.ts";
import type { AppConnection } from "./connection.ts";
import { withChosenMode } from "./mode-control.ts";
import type { OperateContext } from "./operate-context.ts";
import type { AppOperation, OutputOf } from "./operation.ts";
import { operations } from "./operations.ts";
import type { OperationName } from "./operations.ts";
import { partsOf } from "./parts.ts";
import { makeReadiness } from "./readiness.ts";

/**
 * Works on the App's storage itself, while no App has it open or several share it. What is decided is done by the App
 * that runs next.
 *
 * @throws StorageError STORAGE_LOCKED while an App has the folder open
 */
export async function connectToStorage(options: {
  readonly configFile: string | undefined;
  readonly dataDirectory: string;
  readonly databaseUrl: string | null;
  readonly person: string;
  readonly clock: () => number;
}): Promise<AppConnection> {
  const { configFile, dataDirectory, databaseUrl, person, clock } = options;
  const storage = await openExposureStorage({ path: dataDirectory, databaseUrl, clock });
  try {
    if (configFile === undefined)
      throw new AppError(
        "APP_USAGE",
        `no App runs on ${dataDirectory}; to work on its storage, name --config <file> too`,
      );
    const config = await withChosenMode(loadAppConfig(configFile), storage);
    const github = makeGitHub(config.github, clock);
    const apis = makeProviderApis(config.apis, { timeoutMs: 10_000, clock });
    const log = makeLog({ level: "silent", form: "text", write: () => {}, clock, providers: [] });
    const context: OperateContext = {
      storage,
      config,
      judging: judgeContextFor(config),
      readiness: makeReadiness(partsOf(storage, { github, apis }), clock, log),
      dataDirectory,
      randomBytes,
      refresh: async () => {},
      ...(databaseUrl === null && { isAlone: true }),
    };
    return {
      async call<N extends OperationName>(name: N, input: object) {
        const operation = operations[name] as unknown as AppOperation<
          unknown,
          unknown,
          OutputOf<(typeof operations)[N]>
        >;
        return operation.run(context, operation.input.parse(input), person);
      },
      [Symbol.asyncDispose]: () => storage.close(),
    };
  } catch (error) {
    await storage.close();
    throw error;
  }
}
