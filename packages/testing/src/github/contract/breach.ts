import type { ErrorObject } from "ajv";

/** One way in which a message breaks the description. */
export interface Breach {
  /** `path owner`, `query per_page`, `body`, `answer 200`, `payload push`. */
  readonly part: string;
  readonly error: ErrorObject | null;
  readonly message: string;
}
