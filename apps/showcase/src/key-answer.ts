import { dialects } from "@keywarden/management";
import type { ManagedProvider, Secret } from "@keywarden/key-format";

/** The status with which the provider's own API answers a call made with this key: 200, 401 or 403. */
export async function keyAnswer(serverUrl: string, provider: ManagedProvider, key: Secret): Promise<number> {
  const dialect = dialects[provider.dialect];
  if (dialect === undefined) throw new Error(`no dialect ${provider.dialect} for ${provider.name}`);
  const path = dialect.sample.path.replaceAll(/\{[^}]+\}/g, "demo_1");
  const response = await fetch(`${serverUrl}/${provider.id}${path}`, {
    method: dialect.sample.method,
    headers: { authorization: `Bearer ${key.reveal()}` },
  });
  await response.body?.cancel();
  return response.status;
}
