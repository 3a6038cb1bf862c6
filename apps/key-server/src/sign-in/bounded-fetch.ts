import { Buffer } from "node:buffer";

/** More than any provider's answer needs, and little enough to hold. */
const MOST_ANSWER_BYTES = 4 * 2 ** 20;

/** Fetches as the platform does, and gives up on an answer that is too long to be one of an identity provider. */
export async function boundedFetch(url: string, init: object): Promise<Response> {
  const answer = await fetch(url, init);
  if (answer.body === null) return answer;
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > MOST_ANSWER_BYTES) throw new RangeError("the answer is too long");
    chunks.push(chunk);
  }
  const { status, statusText, headers } = answer;
  return new Response(Buffer.concat(chunks), { status, statusText, headers });
}
