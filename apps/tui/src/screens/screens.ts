import type { Visit } from "../state/state.ts";
import { alertsScreen } from "./alerts-screen.ts";
import { auditScreen } from "./audit-screen.ts";
import { contextsScreen } from "./contexts-screen.ts";
import { departuresScreen } from "./departures-screen.ts";
import { exposuresScreen } from "./exposures-screen.ts";
import { helpScreen } from "./help-screen.ts";
import { keyScreen } from "./key-screen.ts";
import { keysScreen } from "./keys-screen.ts";
import { logScreen } from "./log-screen.ts";
import { nextScreen } from "./next-screen.ts";
import { rotationsScreen } from "./rotations-screen.ts";
import type { ScreenId } from "./screen-id.ts";
import type { Screen } from "./screen.ts";
import { tokensScreen } from "./tokens-screen.ts";

/** Every screen, in the order in which the palette and the help name them. */
export const screens: Readonly<Record<ScreenId, Screen>> = {
  next: nextScreen,
  keys: keysScreen,
  key: keyScreen,
  exposures: exposuresScreen,
  rotations: rotationsScreen,
  departures: departuresScreen,
  tokens: tokensScreen,
  audit: auditScreen,
  alerts: alertsScreen,
  contexts: contextsScreen,
  help: helpScreen,
  log: logScreen,
};

/** The screen of a visit. */
export function screenOf({ screen }: Pick<Visit, "screen">): Screen {
  return screens[screen];
}
