import type { components } from "@octokit/openapi-types";
import type { GitHubAccount } from "../state.ts";

/** An account as REST answers and webhook payloads carry it. */
export function accountShape(account: GitHubAccount, url: string): components["schemas"]["simple-user"] {
  const { id, login, type } = account;
  // An app's bot has brackets in its name.
  const name = encodeURIComponent(login);
  const api = `${url}/users/${name}`;
  return {
    login,
    id,
    node_id: nodeId(type, id),
    avatar_url: `${url}/avatars/u/${id}?v=4`,
    gravatar_id: "",
    url: api,
    html_url: `${url}/${name}`,
    followers_url: `${api}/followers`,
    following_url: `${api}/following{/other_user}`,
    gists_url: `${api}/gists{/gist_id}`,
    starred_url: `${api}/starred{/owner}{/repo}`,
    subscriptions_url: `${api}/subscriptions`,
    organizations_url: `${api}/orgs`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    received_events_url: `${api}/received_events`,
    type,
    site_admin: false,
  };
}

export function organizationShape(
  account: GitHubAccount,
  url: string,
): components["schemas"]["organization-simple-webhooks"] {
  const api = `${url}/orgs/${account.login}`;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId("Organization", account.id),
    url: api,
    repos_url: `${api}/repos`,
    events_url: `${api}/events`,
    hooks_url: `${api}/hooks`,
    issues_url: `${api}/issues`,
    members_url: `${api}/members{/member}`,
    public_members_url: `${api}/public_members{/member}`,
    avatar_url: `${url}/avatars/u/${account.id}?v=4`,
    description: null,
  };
}

/** An opaque global id in GitHub's older form. */
export function nodeId(type: string, id: number | string): string {
  return Buffer.from(`0${type.length}:${type}${id}`).toString("base64");
}
