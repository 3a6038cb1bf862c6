import { describeSystemError } from "@keywarden/key-format/words";
import { ChannelError } from "./channel-error.ts";

const timeoutMs = 10_000;

/**
 * Posts JSON to an address that the operator configured.
 *
 * @throws {@link ChannelError} CHANNEL_UNAVAILABLE when trying again may help, CHANNEL_REFUSED when somebody has to change something
 */
export async function postJson(
  channel: string,
  url: string,
  text: string,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const answer = await fetch(url, {
    method: "POST",
    body: text,
    // What is told here is not for whoever a redirect points to.
    redirect: "manual",
    signal: AbortSignal.timeout(timeoutMs),
    headers: { "content-type": "application/json", "user-agent": "keywarden", ...headers },
  }).catch((error: unknown) => {
    throw new ChannelError("CHANNEL_UNAVAILABLE", `channel ${channel}: ${whyUnanswered(error)}`);
  });
  await answer.body?.cancel();
  if (answer.ok) return;
  const { status } = answer;
  const isTemporary = status === 408 || status === 429 || status >= 500;
  const seconds = Number(answer.headers.get("retry-after") ?? Number.NaN);
  throw new ChannelError(
    isTemporary ? "CHANNEL_UNAVAILABLE" : "CHANNEL_REFUSED",
    `channel ${channel}: answered ${status}`,
    Number.isFinite(seconds) ? seconds * 1_000 : undefined,
  );
}

// What is thrown can quote the address, which for Slack is the secret itself: only its code is put into words.
function whyUnanswered(error: unknown): string {
  if (error instanceof Error && error.name === "TimeoutError") return "it did not answer in time";
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && "code" in cause ? describeSystemError(cause) : "no answer";
}
