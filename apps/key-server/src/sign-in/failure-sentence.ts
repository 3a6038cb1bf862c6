/** Why a sign-in did not come about: a word for the audit and the log, and a sentence for the person. */
export interface SignInFailure {
  readonly ok: false;
  readonly reason: string;
  readonly says: string;
}

export const startAgain = "Start again.";

/** Says why an identity provider's answer was not taken. Nothing of the answer itself is repeated. */
export function signInFailureOf(error: unknown, skewSeconds: number): SignInFailure {
  const { code = "", claim = "", error: refused = "" } = factsOf(error);
  const failure = (reason: string, says: string): SignInFailure => ({ ok: false, reason, says });
  if (code === "OAUTH_AUTHORIZATION_RESPONSE_ERROR" || code === "OAUTH_RESPONSE_BODY_ERROR") {
    if (refused === "invalid_grant")
      return failure("code-refused", `That sign-in was used already or is too old. ${startAgain}`);
    if (refused === "access_denied")
      return failure("access-denied", "The identity provider did not let you in, or you cancelled.");
    if (refused === "invalid_client")
      return failure("client-refused", "The identity provider refuses this server's client id or secret.");
    const word = /^[a-z_]{1,40}$/.test(refused) ? `: ${refused}` : "";
    return failure("provider-refused", `The identity provider refused the sign-in${word}. ${startAgain}`);
  }
  if (code === "OAUTH_JWT_CLAIM_COMPARISON_FAILED") {
    if (claim === "iss")
      return failure("other-issuer", "That answer is signed in the name of another issuer.");
    if (claim === "aud" || claim === "azp")
      return failure("other-audience", "That answer was made for another program.");
    if (claim === "nonce")
      return failure("other-nonce", `That answer belongs to another sign-in. ${startAgain}`);
  }
  if (code === "OAUTH_JWT_TIMESTAMP_CHECK_FAILED")
    return failure(
      "not-current",
      `That answer has expired or is from the future. Compare the clocks: ${skewSeconds} s of difference are allowed.`,
    );
  if (code === "OAUTH_KEY_SELECTION_FAILED" || claim === "signature")
    return failure("bad-signature", "That answer is not signed by the identity provider.");
  if (isUnreachable(code, error))
    return failure("unreachable", "This server cannot reach the identity provider. Try again in a minute.");
  return failure("unusable-answer", `The identity provider's answer cannot be used. ${startAgain}`);
}

interface Facts {
  readonly code?: string;
  readonly claim?: string;
  readonly error?: string;
}

/** The codes that openid-client gives an error and those that caused it. */
function factsOf(error: unknown): Facts {
  const told = Object(error) as {
    readonly code?: unknown;
    readonly claim?: unknown;
    readonly error?: unknown;
    readonly message?: unknown;
    readonly cause?: unknown;
  };
  const isSigned = told.message === "JWT signature verification failed";
  const inner = told.cause === undefined || told.cause === error ? {} : factsOf(told.cause);
  const text = (value: unknown) => (typeof value === "string" ? value : undefined);
  const [code, claim, refused] = [text(told.code), text(told.claim), text(told.error)];
  return {
    ...inner,
    ...(claim !== undefined && { claim }),
    ...(isSigned && { claim: "signature" }),
    ...(refused !== undefined && { error: refused }),
    ...(code !== undefined && (inner.code === undefined || code.startsWith("OAUTH_")) && { code }),
  };
}

/** What a log may say of a failure: codes, and neither claims nor addresses that a stranger wrote. */
export function factsOfFailure(error: unknown): { readonly code?: string; readonly claim?: string } {
  const { code, claim } = factsOf(error);
  return { ...(code !== undefined && { code }), ...(claim !== undefined && { claim }) };
}

function isUnreachable(code: string, error: unknown): boolean {
  return code === "OAUTH_TIMEOUT" || /^E[A-Z]+$|^UND_ERR/.test(code) || error instanceof TypeError;
}
