import {
  exportBaseline,
  exportDenialLost,
  exportExecuteLost,
  exportMissingPaths,
  exportReadOnlyLost,
  exportScratch,
  exportTooManyPaths,
  exportWorkdir,
} from '../../diagnostics/catalog/exported.ts';
import { type AbsolutePath, isBeneath } from '../../domain/path.ts';
import { decideFile } from '../../ir/decide/filesystem.ts';
import {
  type FileRights,
  NO_RIGHTS,
  type PathEntry,
  READ_EXECUTE_RIGHTS,
  rightBit,
  WRITE_RIGHTS,
} from '../../ir/filesystem.ts';
import type { Policy } from '../../ir/policy.ts';
import type { Plain, Translation } from './translation.ts';

/** Of both lists together (docs/how-it-works/policies/schema.mdx of github.com/NVIDIA/OpenShell). */
const MOST_PATHS = 256;
const WORKDIR = '/sandbox';

/**
 * What OpenShell adds to a policy with network policies: PROXY_BASELINE_READ_ONLY and PROXY_BASELINE_READ_WRITE of its
 * supervisor, all versions together.
 */
const BASELINE: readonly (readonly [path: string, right: 'read_file' | 'write_file'])[] = [
  ...['/usr', '/lib', '/etc', '/app', '/var/log', '/proc', '/dev/urandom'].map(
    (path) => [path, 'read_file'] as const,
  ),
  ...['/sandbox', '/tmp', '/dev/null'].map((path) => [path, 'write_file'] as const),
];

/** A path of the policy that is written, and what Landlock lets through there and everywhere below. */
interface Listed {
  readonly path: AbsolutePath;
  readonly rights: FileRights;
}

/** The paths in the two lists of OpenShell. Landlock adds them up, so denials and read-only folders below are lost. */
export function exportFiles(policy: Policy, hasNetwork: boolean, translation: Translation): Plain {
  const { entries, workdir, landlock } = policy.filesystem;
  const listed = entries.flatMap(listedAs);
  for (const entry of entries) reportLost(entry, listed, translation);
  for (const { source, path, grant } of entries) {
    if (source === 'scratch') translation.change(exportScratch, grant, { path });
  }
  const anyOptional = entries.find(({ optional, source }) => optional && source !== 'hidden');
  if (anyOptional && landlock === 'hard_requirement') {
    translation.change(exportMissingPaths, anyOptional.grant, {});
  }
  if (workdir !== WORKDIR) translation.change(exportWorkdir, policy.process.grant, { workdir });
  if (listed.length > MOST_PATHS) {
    const found = listed.length;
    translation.refuse(exportTooManyPaths, entries[0]!.grant, { found, maximum: MOST_PATHS });
  }
  if (hasNetwork) reportBaseline(policy, translation);
  const isWritable = ({ rights }: Listed) => (rights & rightBit('write_file')) !== 0;
  const paths = (list: readonly Listed[]) => list.map(({ path }) => path as string);
  return {
    include_workdir: false,
    read_only: paths(listed.filter((one) => !isWritable(one))),
    read_write: paths(listed.filter(isWritable)),
  };
}

function listedAs({ path, source, rights }: PathEntry): Listed[] {
  if (source === 'hidden') return [];
  const isWritable = (rights & rightBit('write_file')) !== 0;
  return [{ path, rights: isWritable ? READ_EXECUTE_RIGHTS | WRITE_RIGHTS : READ_EXECUTE_RIGHTS }];
}

/** Says the first of what works there although it is denied here. */
function reportLost(entry: PathEntry, listed: readonly Listed[], translation: Translation): void {
  const around = listed.filter(({ path }) => isBeneath(entry.path, path));
  const rights = around.reduce((sum, one) => sum | one.rights, NO_RIGHTS) & ~entry.rights;
  const { path, grant } = entry;
  const giving = (wanted: FileRights) => around.find((one) => (one.rights & wanted) !== 0)!.path;
  if (entry.source === 'hidden') {
    if (rights !== NO_RIGHTS) translation.change(exportDenialLost, grant, { path, above: giving(rights) });
  } else if ((rights & rightBit('write_file')) !== 0) {
    translation.change(exportReadOnlyLost, grant, { path, above: giving(rightBit('write_file')) });
  } else if ((rights & rightBit('execute')) !== 0) {
    translation.change(exportExecuteLost, grant, { path });
  }
}

function reportBaseline(policy: Policy, translation: Translation): void {
  const added = BASELINE.filter(
    ([path, right]) => decideFile(policy.filesystem, { facet: 'filesystem', path, right }).verdict === 'deny',
  );
  if (added.length === 0) return;
  const grant = policy.egress.entries[0]!.grant;
  translation.change(exportBaseline, grant, { paths: added.map(([path]) => path) });
}
