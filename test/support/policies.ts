import type { Target } from '../../compiler/backends/target.ts';
import { parseHostPattern } from '../../compiler/domain/host.ts';
import type { BoundCredential } from '../../compiler/ir/credential.ts';
import type { EgressEntry } from '../../compiler/ir/egress.ts';
import { ALL } from '../../compiler/ir/extent.ts';
import {
  type FileRights,
  NO_RIGHTS,
  type PathEntry,
  READ_EXECUTE_RIGHTS,
  READ_RIGHTS,
  WRITE_RIGHTS,
} from '../../compiler/ir/filesystem.ts';
import type { InferenceRoute } from '../../compiler/ir/inference.ts';
import { type Grant, Origin } from '../../compiler/ir/origin.ts';
import type { Policy, PolicyContent } from '../../compiler/ir/policy.ts';
import type { Identity } from '../../compiler/ir/process.ts';
import type { ResourceName } from '../../compiler/ir/resources.ts';
import { SourceFile } from '../../compiler/source/source-file.ts';

/** A text as if it were all that `test.yaml` says, so that a finding underlines it. */
export function originOf(text: string): Origin {
  return new Origin({ source: new SourceFile('test.yaml', text), start: 0, end: text.length }, ['test.yaml']);
}

/** A grant as if its id stood on the first line of `test.yaml`. */
export function grant(id: string): Grant {
  return { id, origin: originOf(id), approval: null };
}

function entry(
  path: string,
  source: PathEntry['source'],
  rights: FileRights,
  more: Partial<PathEntry>,
): PathEntry {
  const written = { path, source, rights, optional: false, grant: grant(`filesystem:${path}`), ...more };
  return written as unknown as PathEntry;
}

/** Entries as `read_only`, `read_write`, `scratch` and `deny` of a blueprint make them. */
export const readOnly = (path: string, more: Partial<PathEntry> = {}) =>
  entry(path, path === '/proc' ? 'proc' : 'host', READ_EXECUTE_RIGHTS, more);
export const readNoExecute = (path: string, more: Partial<PathEntry> = {}) =>
  entry(path, 'host', READ_RIGHTS, more);
export const readWrite = (path: string, more: Partial<PathEntry> = {}) =>
  entry(path, 'host', READ_EXECUTE_RIGHTS | WRITE_RIGHTS, more);
export const scratch = (path: string, more: Partial<PathEntry> = {}) =>
  entry(path, 'scratch', READ_EXECUTE_RIGHTS | WRITE_RIGHTS, more);
export const denied = (path: string, more: Partial<PathEntry> = {}) => entry(path, 'hidden', NO_RIGHTS, more);

/** An opaque tunnel for any binary to port 443 of one host. */
export function egressEntry(host: string): EgressEntry {
  const parsed = parseHostPattern(host);
  if (!parsed.ok) throw new Error(`${host} is no host`);
  return {
    host: parsed.pattern,
    ports: [{ low: 443, high: 443 }],
    binaries: ALL,
    addresses: ALL,
    visibility: 'opaque',
    allow: ALL,
    deny: [],
    enforcement: 'enforce',
    grant: grant(`egress:${host}`),
  };
}

export function inferenceRoute(name: string): InferenceRoute {
  return {
    name,
    provider: 'openai',
    endpoint: 'https://models.example/',
    models: ALL,
    credentialEnv: null,
    grant: grant(`inference:${name}`),
  };
}

export interface PolicyParts {
  readonly name?: string;
  readonly entries?: readonly PathEntry[];
  readonly workdir?: string;
  readonly landlock?: 'hard_requirement' | 'best_effort';
  readonly identity?: Identity;
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly egress?: readonly EgressEntry[];
  readonly credentials?: readonly BoundCredential[];
  readonly routes?: readonly InferenceRoute[];
  readonly limits?: Readonly<Partial<Record<ResourceName, number>>>;
  readonly waivers?: readonly string[];
}

/** A policy of the parts that a test is about; everything else is empty. */
export function policyOf(parts: PolicyParts = {}): Policy {
  const content = {
    name: parts.name ?? 'test',
    origin: originOf(parts.name ?? 'test'),
    filesystem: {
      entries: [...(parts.entries ?? [])].sort((a, b) => (a.path < b.path ? -1 : 1)),
      workdir: (parts.workdir ?? '/work') as PathEntry['path'],
      landlock: parts.landlock ?? 'hard_requirement',
      landlockGrant: grant('filesystem:landlock'),
    },
    syscalls: { entries: [], defaultErrno: 1 },
    process: {
      identity: parts.identity ?? { kind: 'invoker' },
      environment: Object.entries(parts.environment ?? {}).map(([name, value]) => ({
        name,
        value,
        grant: grant(`process:${name}`),
      })),
      grant: grant('process:identity'),
    },
    egress: { entries: parts.egress ?? [] },
    credentials: parts.credentials ?? [],
    inference: { routes: parts.routes ?? [], residency: ALL, residencyGrant: grant('inference:residency') },
    resources: {
      limits: Object.entries(parts.limits ?? {}).map(([name, maximum]) => ({
        name: name as ResourceName,
        maximum,
        grant: grant(`resources:${name}`),
      })),
      unlimited: grant('resources:unlimited'),
    },
    waivers: (parts.waivers ?? []).map((gap) => ({ gap, reason: 'known', grant: grant(`accept:${gap}`) })),
  } satisfies PolicyContent;
  return content as unknown as Policy;
}

/** A rootless Linux host with everything that a sandbox can use. */
export function targetOf(parts: Partial<Target> = {}): Target {
  return {
    landlockAbi: 7,
    architecture: 'x86_64',
    engine: 'process',
    privilege: 'rootless',
    userNamespaces: true,
    image: null,
    ...parts,
  };
}
