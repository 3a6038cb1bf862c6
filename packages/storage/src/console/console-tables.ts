interface ConsoleSessionTable {
  id: string;
  holder: string;
  began_at_ms: number;
  seen_at_ms: number;
  unlocked_until_ms: number;
}

interface OneTimeCodeTable {
  id: string;
  payload: string;
  expires_at_ms: number;
}

/** What the pages of the key server keep, so that all processes on one database know it. */
export interface ConsoleTables {
  console_sessions: ConsoleSessionTable;
  one_time_codes: OneTimeCodeTable;
}
