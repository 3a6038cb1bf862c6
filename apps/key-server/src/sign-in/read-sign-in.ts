import { dirname, resolve } from "node:path";
import { describeSchemaProblems } from "@keywarden/command-line";
import { KeyServerError } from "../key-server-error.ts";
import { readJsonFile } from "../settings/read-json-file.ts";
import { readSecretFile } from "../settings/read-secret-file.ts";
import { signInSchema, type SignInConfig } from "./sign-in-config.ts";

/** How people sign in, with the secret that the configuration names by its file. */
export type SignInSettings = SignInConfig & { readonly clientSecret: string | null };

/**
 * Reads how people sign in by an identity provider; null without a file. The provider itself is not asked.
 *
 * @throws {@link KeyServerError} SERVER_BAD_SIGN_IN, naming the file and what is wrong with it
 */
export async function readSignIn(path: string | null): Promise<SignInSettings | null> {
  if (path === null) return null;
  const parsed = signInSchema.safeParse(await readJsonFile(path, bad));
  if (!parsed.success) throw bad(`${path}: ${describeSchemaProblems(parsed.error)}`);
  const { clientSecretFile } = parsed.data;
  const clientSecret =
    clientSecretFile === undefined ? null : readSecretFile(resolve(dirname(path), clientSecretFile), bad);
  return { ...parsed.data, clientSecret };
}

function bad(message: string, cause?: unknown): KeyServerError {
  return new KeyServerError("SERVER_BAD_SIGN_IN", `--oidc: ${message}`, cause === undefined ? {} : { cause });
}
