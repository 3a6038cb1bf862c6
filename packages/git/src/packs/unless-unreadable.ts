/** Gives `null` for what a pack lacks or cannot give back: a system error, an end too early, what zlib refuses. */
export function unlessUnreadable<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError || (error instanceof Error && "code" in error)) return null;
    throw error;
  }
}
