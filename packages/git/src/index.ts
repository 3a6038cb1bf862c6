export { expectRepository, isSameRepository } from "./expect-repository.ts";
export { findAnyRepository, findRepository } from "./find-repository.ts";
export { askForFiles, listFiles, readFileList } from "./files.ts";
export type { WorkTreeFile } from "./files.ts";
export type { FileSelection } from "./files.ts";
export { readGivenAnswers } from "./given-answers.ts";
export type { GivenAnswers } from "./given-answers.ts";
export { GitError } from "./git-error.ts";
export type { GitErrorCode } from "./git-error.ts";
export { installHook, uninstallHook } from "./hooks/hook.ts";
export { hookStatus } from "./hooks/hook-status.ts";
export type { HookOptions } from "./hooks/hook.ts";
export { ownHooksFolder } from "./hooks/hook-report.ts";
export type { HookManager, HookReport } from "./hooks/hook-report.ts";
export { renderShortcut } from "./hooks/hook-shortcut.ts";
export type { HookShortcut } from "./hooks/hook-shortcut.ts";
export { isObjectId, isZeroId } from "./object-id.ts";
export { makeIdList } from "./objects/id-list.ts";
export type { IdList } from "./objects/id-list.ts";
export { listObjectIds } from "./objects/object-list.ts";
export { listObjectIdsOfEach } from "./objects/list-each.ts";
export type { ObjectRange } from "./objects/object-range.ts";
export { readObjectBatches, readObjectParts, readObjects } from "./objects/read-objects.ts";
export type { GitObject, ObjectPart, ObjectType, ReadOptions, UnreadObject } from "./objects/git-object.ts";
export type { ObjectIds } from "./objects/read-objects.ts";
export { readTree } from "./read-tree.ts";
export type { TreeEntry } from "./read-tree.ts";
export { walkObjects } from "./walk-objects.ts";
export type { WalkOptions } from "./walk-objects.ts";
export { environmentOfOthers } from "./other-environment.ts";
export { readPackedObjects } from "./packs/read-packs.ts";
export { readSharedPack } from "./packs/shared-pack.ts";
export type { PackReaders, PackSharing, SharedPack } from "./packs/shared-pack.ts";
export type { PackedObject, VisitPacked } from "./packs/walk-pack.ts";
export { runGit } from "./process.ts";
export type { GitEnvironment } from "./process.ts";
export { listCommitChanges } from "./differences/commit-changes.ts";
export { readCommits } from "./commits.ts";
export { listCommits } from "./list-commits.ts";
export { readHistory } from "./objects/read-history.ts";
export type { History } from "./objects/read-history.ts";
export type { Commit } from "./commits.ts";
export { countObjects, findCuts, findPromisor } from "./completeness.ts";
export { digestIndex, identifyIndex, isAsIndexed } from "./differences/as-indexed.ts";
export { describeHistoryState } from "./objects/history-state.ts";
export { hookNames } from "./hooks/hook-name.ts";
export type { HookName } from "./hooks/hook-name.ts";
export { lookUpOrigins } from "./differences/origins.ts";
export { makeTreeNotes } from "./differences/tree-notes.ts";
export type { TreeNotes } from "./differences/tree-notes.ts";
export type { ObjectOrigin } from "./differences/object-origin.ts";
export type { WantedObjects } from "./differences/origins.ts";
export { lookUpFilesAt, lookUpPath } from "./path-facts.ts";
export type { PathFacts } from "./path-facts.ts";
export { parsePush, rangeOfPush } from "./push.ts";
export type { PushedRef } from "./push.ts";
export { listReceived, parseReceived, rangeOfReceived } from "./received.ts";
export type { ReceivedObjects, ReceivedRef } from "./received.ts";
export { listRefs } from "./refs.ts";
export type { Ref } from "./refs.ts";
export { narrowToSince } from "./since.ts";
export { openRepository } from "./repository.ts";
export type { ObjectFormat, Repository } from "./repository.ts";
export {
  findMergeBases,
  isReachable,
  isShallow,
  partitionPresent,
  resolveCommit,
  resolveObject,
  type ResolvedObject,
} from "./revision.ts";
export { listRangeSubmodules, listSubmodules } from "./submodules.ts";
export { listIndex, listStaged, mergeHeads } from "./staged.ts";
export type { StagedEntry } from "./staged.ts";
export { listIntroductions, listWithin } from "./differences/introductions.ts";
export type { Holders, Introduction } from "./differences/introductions.ts";
