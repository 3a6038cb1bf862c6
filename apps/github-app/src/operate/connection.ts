import type { InputOf, OutputOf } from "./operation.ts";
import type { OperationName, operations } from "./operations.ts";

/** A way to ask the App: over HTTP while it runs, or at its storage while it does not. */
export interface AppConnection extends AsyncDisposable {
  /** @throws {@link AppError} what the operation throws, and APP_UNREACHABLE, APP_UNAUTHORISED, APP_FORBIDDEN */
  call<N extends OperationName>(
    name: N,
    input: InputOf<(typeof operations)[N]>,
  ): Promise<OutputOf<(typeof operations)[N]>>;
}
