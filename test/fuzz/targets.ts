import type { Target } from "./target.ts";
import { archives } from "./targets/archives.ts";
import { config } from "./targets/config.ts";
import { matcher } from "./targets/matcher.ts";
import { views } from "./targets/views.ts";

export const targets: Readonly<Record<string, Target>> = { matcher, views, archives, config };
