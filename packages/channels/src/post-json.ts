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
  }).catch(() => {
    // The cause can quote the address, which for Slack is the secret itself.
    throw new ChannelError("CHANNEL_UNAVAILABLE", `channel ${channel}: no answer`);
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
