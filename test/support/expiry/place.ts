import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hostGit, hostRemoteGit } from '../../../cli/git/host-git.ts';
import { hostIo } from '../../../cli/host-io.ts';
import type { Io } from '../../../cli/io.ts';
import { main } from '../../../cli/main.ts';
import { type AuditEvent, type Happening, NO_LINE } from '../../../compiler/ir/audit-event/event.ts';
import { digestOfLine, lineOf } from '../../../compiler/ir/audit-event/write.ts';
import { worldOf } from '../../cli/world.ts';
import { decisionOn } from '../audit-log.ts';
import { policyOf } from '../policy.ts';
import { bareRemote, GIT_ENVIRONMENT, gitIn, NOW, type Ran, temporary } from '../proposals/place.ts';
import { accessTo } from '../refusals.ts';

export const DAY = 86_400_000;
export const SANDBOX = 'a-1';
/** Before which nothing of these tests was. */
export const LONG_AGO = '2025-01-01T00:00:00Z';

const endpoint = (host: string) => `      - { host: ${host}, port: 443, protocol: rest, access: read-only }`;

/** Entries with comments all over: one that has ended, one that ends in three days, one for longer, and one for good. */
export const BLUEPRINT = `# The agent that answers questions.
apiVersion: nemoclaw.dev/v1
kind: Blueprint
metadata:
  name: ${SANDBOX} # as its sandbox
filesystem_policy:
  include_workdir: true

network_policies:
  # What it reads.

  api:
    endpoints:
${endpoint('api.example.com')} # only that
    binaries: [/usr/bin/curl]

  # For the release of December.
  # Ask ann.
  release:
    endpoints:
${endpoint('release.example.com')}
    binaries: [/usr/bin/curl]
    grant: # who
      owner: ann@example.com
      reason: release notes
      ticket: SEC-1
      expires: "2025-12-31"
    # until then
  # Soon over.
  soon:
    endpoints:
${endpoint('soon.example.com')}
    grant: { owner: bob@example.com, reason: a trial, expires: "2026-01-05T00:00:00Z" }
  long:
    endpoints:
${endpoint('long.example.com')}
    grant: { owner: bob@example.com, reason: its work }
  # no more

# The end.
`;

const UNTIL_THEN = '    # until then\n';

/** The same without what has ended. */
export const WITHOUT_ENDED =
  BLUEPRINT.slice(0, BLUEPRINT.indexOf('  # For the release')) +
  BLUEPRINT.slice(BLUEPRINT.indexOf(UNTIL_THEN) + UNTIL_THEN.length);

export interface ExpiryPlace {
  readonly bare: string;
  readonly clone: string;
  /** Where patches and texts go. */
  readonly out: string;
  expire(...argv: readonly string[]): Promise<Ran>;
  expireWith(change: (io: Io) => Io, ...argv: readonly string[]): Promise<Ran>;
  onRemote(branch: string, path: string): string;
  refs(): string;
  /** Branches of proposals, in their order. */
  branches(): string[];
}

/** A clone of a remote in which `nemoclaw egress expire` is run, with the git and the files of this machine. */
export function expiryPlace(
  files: Readonly<Record<string, string>> = { 'agents/a-1.yaml': BLUEPRINT },
  environment: Readonly<Record<string, string>> = {},
): ExpiryPlace {
  const bare = bareRemote(files, LONG_AGO);
  const clone = join(temporary(), 'clone');
  gitIn(dirname(clone), 'clone', '-q', `file://${bare}`, clone);
  const out = join(temporary(), 'out');
  const run = (change: (io: Io) => Io, argv: readonly string[]) =>
    runExpire(clone, ['--out', out, ...argv], environment, change);
  return {
    bare,
    clone,
    out,
    expire: (...argv) => run((io) => io, argv),
    expireWith: (change, ...argv) => run(change, argv),
    onRemote: (branch, path) => gitIn(bare, 'show', `${branch}:${path}`),
    refs: () => gitIn(bare, 'for-each-ref', '--format=%(refname) %(objectname)'),
    branches: () =>
      gitIn(bare, 'for-each-ref', '--format=%(refname:short)', 'refs/heads/nemoclaw/')
        .split('\n')
        .filter((line) => line !== ''),
  };
}

export async function runExpire(
  folder: string,
  argv: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  change: (io: Io) => Io = (io) => io,
): Promise<Ran> {
  const world = worldOf({}, environment);
  const host = hostIo();
  const gitEnvironment = { ...GIT_ENVIRONMENT, ...environment };
  const io: Io = {
    ...world.io,
    cwd: folder,
    now: () => NOW,
    git: hostGit(folder, gitEnvironment),
    remoteGit: hostRemoteGit(folder, gitEnvironment),
    reader: { ...world.io.reader, read: host.reader.read },
    replaceFile: host.replaceFile,
    findLogFiles: host.findLogFiles,
    openStream: host.openStream,
  };
  const exitCode = await main(['egress', 'expire', ...argv], change(io));
  return { exitCode, ...world.printed };
}

/** One thing that a log tells, so many days before now. */
export type Told = readonly [daysAgo: number, what: Happening];

/** That a request to a host was decided by a policy, today or by an earlier one. */
export function asked(host: string, blueprint = BLUEPRINT, at = NOW): Happening {
  const http = { method: 'GET', path: '/', query: [], operations: { kind: 'all' } } as const;
  return decisionOn(policyOf(blueprint), { ...accessTo(host, null, { http }), at });
}

export const OPENED: Happening = { kind: 'opened', tool: '0.1.0', signing: null, recovered: null };

/** The folder of a log that tells of these, each line chained to the one before. */
export function logFolder(told: readonly Told[], sandbox = SANDBOX): string {
  const folder = join(temporary(), 'audit');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, 'audit-0000000000000000.jsonl'), logText(told, sandbox));
  return folder;
}

export function logText(told: readonly Told[], sandbox = SANDBOX): string {
  let previous = NO_LINE;
  return told
    .map(([daysAgo, what], sequence) => {
      const event: AuditEvent = { sequence, previous, time: NOW - daysAgo * DAY, sandbox, what };
      const line = lineOf(event);
      previous = digestOfLine(line);
      return `${line}\n`;
    })
    .join('');
}
