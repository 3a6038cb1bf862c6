import { ManagementError } from "./management-error.ts";

/**
 * Reads a response as text.
 *
 * @throws {@link ManagementError} MANAGEMENT_BAD_ANSWER when it is longer than `maximumBytes`
 */
export async function readCapped(response: Response, maximumBytes: number, what: string): Promise<string> {
  if (response.body === null) return "";
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of response.body) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maximumBytes) {
      throw new ManagementError(
        "MANAGEMENT_BAD_ANSWER",
        `${what} answered with more than ${maximumBytes} bytes`,
      );
    }
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}
