/** What to do about an error of another package, by its code, as the end of its sentence. */
export const remedies: Readonly<Record<string, string>> = {
  // A client knows what it asked, and not where its address came from.
  MANAGEMENT_UNREACHABLE: "; check its address and that it is running",
  MANAGEMENT_TIMEOUT: "; check its address and whether it is busy",
};
