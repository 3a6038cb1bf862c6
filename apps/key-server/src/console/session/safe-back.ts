/** Where somebody comes back to: a path of this server with its query; another server is never meant. */
export function safeBack(text: unknown): string {
  return typeof text === "string" && text.length <= 2000 && /^\/(?![/\\])[!-[\]-~]*$/.test(text)
    ? text
    : "/console";
}
