import { auroraSolar as profile, Secret } from "@keywarden/key-format";
import * as z from "zod";
import { makeBody } from "../schemas/body.ts";
import type { CreateKey, Dialect, Failure, FoundKey, IssuedKey, RevokedKey, RotatedKey } from "./dialect.ts";
import type { ManagedKey } from "../schemas/managed-key.ts";
import type { LookupAnswer, RemoteKey } from "../schemas/remote-key.ts";
import {
  environmentWordSchema,
  nameSchema,
  secretStateSchema,
  timestampSchema,
} from "../schemas/vocabulary.ts";
import { keyOperations } from "./key-operations.ts";
import { lookupRequest } from "./lookup-request.ts";
import { profileWords } from "./profile-labels.ts";
import { readRestrictions, restrictionSchemas, writeRestrictions } from "./restriction-fields.ts";

const words = profileWords(profile);
const { tenant_id, project_tags } = restrictionSchemas;
const typeSchema = z.enum(["standard", "restricted"]);
const environmentSchema = z.enum(["sandbox", "production"]);

const knownActions = [
  "list_projects",
  "retrieve_project",
  "create_project",
  "update_project",
  "list_designs",
  "retrieve_design",
] as const;

const tokenSchema = z.object({
  id: z.string().min(1),
  name: z.string(),
  type: typeSchema,
  environment: environmentSchema,
  prefix: z.enum(words.prefixes),
  actions: z.union([z.literal("all"), z.array(z.string()).readonly()]),
  created_at: timestampSchema,
  last_used_at: timestampSchema.nullable(),
  /** Restricted keys are made in this version of the API, says the document. */
  api_version: z.literal("2022.09").optional(),
  tenant_id,
  project_tags,
});
type ApiToken = z.infer<typeof tokenSchema>;

const writeKey = (key: ManagedKey): ApiToken => ({
  id: key.id,
  name: key.name,
  type: key.kind === "restricted" ? "restricted" : "standard",
  environment: key.environment === "production" ? "production" : "sandbox",
  prefix: key.prefix,
  actions: key.permissions ?? "all",
  created_at: key.createdAt,
  last_used_at: key.lastUsedAt,
  ...(key.kind === "restricted" && { api_version: "2022.09" as const }),
  ...writeRestrictions(key.restrictions),
});

const readKey = (wire: ApiToken): RemoteKey => ({
  id: wire.id,
  name: wire.name,
  prefix: wire.prefix,
  kind: wire.type === "restricted" ? "restricted" : "secret",
  environment: wire.environment,
  createdAt: wire.created_at,
  lastUsedAt: wire.last_used_at,
  permissions: wire.actions === "all" ? null : wire.actions,
  ...readRestrictions(wire),
});

const projectSchema = z.object({ id: z.string(), name: z.string(), tags: z.array(z.string()).readonly() });

const sampleProjects: readonly z.infer<typeof projectSchema>[] = [
  { id: "project_home", name: "Sample Home", tags: ["residential"] },
  { id: "project_plant", name: "Sample Plant", tags: ["commercial"] },
];

/** The projects that a key sees: with tags of its own, those that share one with it. */
function projectsOf(tags: readonly string[] | undefined) {
  return sampleProjects.filter((project) => tags?.some((tag) => project.tags.includes(tag)) ?? true);
}

/** Aurora Solar's document: standard keys may do everything, restricted ones a named subset, per environment. */
export const auroraSolarDialect: Dialect = {
  id: "aurora-solar",
  // The document promises nothing of Idempotency-Key, and its bodies have no room for a generation.
  capabilities: {
    list: true,
    lookup: true,
    lastUse: true,
    permissions: true,
    restrictions: true,
    generations: false,
    idempotencyKey: false,
  },
  restrictions: ["tenant", "projectTags"],
  kindWords: { secret: "standard" },
  onePerTenant: "secret",
  operations: keyOperations("/v1/api-keys", {
    documented: [],
    create: {
      request: makeBody(
        z.strictObject({
          name: nameSchema,
          type: typeSchema,
          environment: environmentWordSchema.pipe(environmentSchema),
          actions: z.array(z.enum(knownActions)).readonly().optional(),
          tenant_id,
          project_tags,
        }),
        {
          write: ({ name, kind, environment, permissions, restrictions }: CreateKey) => ({
            ...writeRestrictions(restrictions),
            name,
            type: kind === "restricted" ? ("restricted" as const) : ("standard" as const),
            environment: environment === "production" ? ("production" as const) : ("sandbox" as const),
            // The reader's schema judges the words: a client must be able to ask for one that this release lacks.
            ...(permissions && { actions: permissions as typeof knownActions }),
          }),
          read: ({ name, type, environment, actions, ...rest }): CreateKey => ({
            ...readRestrictions(rest),
            name,
            kind: type === "restricted" ? "restricted" : "secret",
            environment,
            permissions: actions,
          }),
        },
      ),
      response: makeBody(z.object({ api_key: tokenSchema.extend({ token: z.string().min(1) }) }), {
        write: ({ key, secret }: IssuedKey) => ({ api_key: { ...writeKey(key), token: secret.reveal() } }),
        read: ({ api_key }) => ({ id: api_key.id, secret: new Secret(api_key.token) }),
      }),
    },
    show: makeBody(z.object({ api_key: tokenSchema }), {
      write: (key: ManagedKey) => ({ api_key: writeKey(key) }),
      read: ({ api_key }): RemoteKey => readKey(api_key),
    }),
    list: makeBody(z.object({ api_keys: z.array(tokenSchema) }), {
      write: (keys: readonly ManagedKey[]) => ({ api_keys: keys.map(writeKey) }),
      read: ({ api_keys }): readonly RemoteKey[] => api_keys.map(readKey),
    }),
    rotate: makeBody(
      z.object({
        api_key: tokenSchema.extend({ token: z.string().min(1) }),
        old_token_seconds_left: z.number().nonnegative(),
        old_token_expires_at: timestampSchema.nullable(),
      }),
      {
        write: ({ key, secret, graceSeconds, graceUntil }: RotatedKey) => ({
          api_key: { ...writeKey(key), token: secret.reveal() },
          old_token_seconds_left: graceSeconds,
          old_token_expires_at: graceUntil,
        }),
        read: ({ api_key, old_token_seconds_left }) => ({
          id: api_key.id,
          secret: new Secret(api_key.token),
          graceSeconds: old_token_seconds_left,
        }),
      },
    ),
    revoke: makeBody(
      z.object({
        api_key: z.object({ id: z.string(), revoked: z.literal(true), already_revoked: z.boolean() }),
      }),
      {
        write: ({ key, outcome }: RevokedKey) => ({
          api_key: { id: key.id, revoked: true as const, already_revoked: outcome === "already-revoked" },
        }),
        read: ({ api_key: { id, already_revoked } }) => ({
          id,
          outcome: already_revoked ? "already-revoked" : "revoked",
        }),
      },
    ),
    lookup: {
      request: lookupRequest,
      response: makeBody(
        z.object({ api_key: tokenSchema.extend({ status: secretStateSchema }).nullable() }),
        {
          write: (answer: FoundKey) => ({
            api_key: answer.found ? { ...writeKey(answer.key), status: answer.state } : null,
          }),
          read: ({ api_key }): LookupAnswer =>
            api_key === null
              ? { found: false }
              : { found: true, key: { ...readKey(api_key), state: api_key.status } },
        },
      ),
    },
  }),
  failure: {
    contentType: "application/json; charset=utf-8",
    body: makeBody(z.object({ errors: z.tuple([z.object({ code: z.string(), detail: z.string() })]) }), {
      write: ({ code, message }: Failure): { errors: [{ code: string; detail: string }] } => ({
        errors: [{ code, detail: message }],
      }),
      read: ({ errors: [{ code, detail }] }) => ({ code, message: detail }),
    }),
  },
  permissions: {
    known: knownActions,
    carriers: ["restricted"],
    // A restricted key that names no action may do nothing: rights are given, never assumed.
    defaults: { restricted: [] },
    limits: {},
    manageKeys: null,
  },
  samples: [
    {
      method: "GET",
      path: "/v1/projects",
      status: 200,
      summary: "List projects",
      documented: false,
      kinds: ["secret", "restricted"],
      permission: "list_projects",
      request: null,
      response: z.object({ projects: z.array(projectSchema) }),
      answer: ({ key }) => ({ projects: projectsOf(key.restrictions.projectTags) }),
    },
    {
      method: "GET",
      path: "/v1/projects/{id}",
      status: 200,
      summary: "Retrieve a project",
      documented: false,
      kinds: ["secret", "restricted"],
      permission: "retrieve_project",
      request: null,
      response: z.object({ project: projectSchema }),
      answer: ({ key, params }) => {
        const project = projectsOf(key.restrictions.projectTags).find(({ id }) => id === params["id"]);
        return project === undefined ? null : { project };
      },
    },
  ],
  sample: { method: "GET", path: "/v1/projects" },
};
