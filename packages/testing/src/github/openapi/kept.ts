/** The REST operations that the emulator answers. */
export const keptOperations = [
  { method: "get", name: "/app" },
  { method: "get", name: "/app/hook/deliveries" },
  { method: "get", name: "/app/hook/deliveries/{delivery_id}" },
  { method: "post", name: "/app/hook/deliveries/{delivery_id}/attempts" },
  { method: "get", name: "/app/installations" },
  { method: "get", name: "/app/installations/{installation_id}" },
  { method: "post", name: "/app/installations/{installation_id}/access_tokens" },
  { method: "get", name: "/installation/repositories" },
  { method: "delete", name: "/installation/token" },
  { method: "get", name: "/rate_limit" },
  { method: "get", name: "/repos/{owner}/{repo}" },
  { method: "get", name: "/repos/{owner}/{repo}/installation" },
  { method: "get", name: "/repos/{owner}/{repo}/git/ref/{ref}" },
  { method: "get", name: "/repos/{owner}/{repo}/git/matching-refs/{ref}" },
  { method: "get", name: "/repos/{owner}/{repo}/actions/secrets/public-key" },
  { method: "put", name: "/repos/{owner}/{repo}/actions/secrets/{secret_name}" },
  { method: "get", name: "/repos/{owner}/{repo}/environments/{environment_name}/secrets/public-key" },
  { method: "put", name: "/repos/{owner}/{repo}/environments/{environment_name}/secrets/{secret_name}" },
  { method: "post", name: "/repos/{owner}/{repo}/check-runs" },
  { method: "get", name: "/repos/{owner}/{repo}/check-runs/{check_run_id}" },
  { method: "patch", name: "/repos/{owner}/{repo}/check-runs/{check_run_id}" },
  { method: "get", name: "/repos/{owner}/{repo}/check-runs/{check_run_id}/annotations" },
  { method: "get", name: "/repos/{owner}/{repo}/commits/{ref}/check-runs" },
] as const;

/** The webhook events, named as the description names them, whose payloads are checked. */
export const keptEvents = ["push"] as const;
