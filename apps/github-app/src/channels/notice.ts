import { oneLine, type Notice } from "@keywarden/channels";
import { isOpenToPeople } from "../decisions/decide.ts";
import { describeExposureLocation, locationFromPath } from "../jobs/exposure-location.ts";
import { sayReplacement, sayUnknownProvider } from "../operate/render-exposures.ts";
import type { ExposureView } from "../operate/views.ts";

const locationsShown = 10;

const said: Readonly<Record<string, string>> = {
  revoked: "was revoked",
  held: "is live and held: a person has to decide",
  "would-revoke": "is live; in dry-run it was not revoked",
  reported: "was found and not revoked",
};

/** Says what was decided about an exposure. */
export function makeNotice(exposure: ExposureView): Notice {
  const { id, state, key, kind, environment, provider, repository, because, locations } = exposure;
  const name = repository.name ?? `${repository.host} repository ${repository.id}`;
  const shown = locations
    .slice(0, locationsShown)
    .map(
      ({ path, line, commit }) =>
        `${describeExposureLocation(locationFromPath(path), line)} in ${commit.slice(0, 12)}`,
    );
  const more = locations.length > locationsShown ? [`and ${locations.length - locationsShown} more`] : [];
  return {
    id: `${id}:${state}:${exposure.reason}`,
    event: `exposure.${state}`,
    title: oneLine(`${name}: ${provider ?? "unknown"} key ${key} ${said[state] ?? `is ${state}`}`),
    facts: [
      ["Repository", `${name} (${repository.visibility})`],
      ["Key", `${key} (${provider ?? sayUnknownProvider(exposure)}, ${kind}, ${environment})`],
      ["Decision", `${state}: ${because}`],
      ["Locations", [...shown, ...more].join(", ") || "unknown"],
      ["Pushed by", exposure.pusher ?? "unknown"],
      ["More", `keywarden-github-app show ${id}`],
      ...(exposure.replacement === null ? [] : [["Successor", sayReplacement(exposure.replacement)]]),
    ].map(([fact = "", value = ""]) => [fact, oneLine(value)] as const),
    remedy: remedyFor(exposure),
    body: { exposure: { ...exposure } },
  };
}

function remedyFor({ id, state, reason, replacement }: ExposureView): string | null {
  if (state === "held" && (reason === "own-token" || reason === "refused"))
    return "Replace the key and revoke it by hand at its provider.";
  if (reason === "replacement-stuck")
    return `Mend what stands in the way of its successor; keywarden-github-app approve ${id} revokes it without waiting.`;
  if (reason === "kill-switch")
    return `Turn the kill switch off (keywarden-github-app resume), then run keywarden-github-app approve ${id}, or reject ${id}.`;
  if (state === "held") return `Run keywarden-github-app approve ${id}, or reject ${id}.`;
  if (state === "would-revoke") return "Revoke it by hand now; arm the App to have this done for you.";
  if (state === "revoked" && (replacement?.state === "delivered" || replacement?.state === "finished"))
    return "Its successor is delivered; look for the use of this one in the provider's logs.";
  if (state === "revoked")
    return "Create a new key for what used this one, and look for its use in the provider's logs.";
  if (isOpenToPeople({ state, reason }))
    return `Revoke it by hand, or run keywarden-github-app approve ${id}.`;
  if (reason === "in-grace")
    return "Revoke it by hand if its grace period is too long; its successor ends with it.";
  // What ended, is nobody's or is not for production asks for nothing.
  return state === "reported" ? null : "Revoke it by hand if that cannot wait.";
}
