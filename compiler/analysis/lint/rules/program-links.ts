import {
  lintLinkUnclear,
  lintProgramIsLink,
  lintProgramMissing,
} from '../../../diagnostics/catalog/lint/programs.ts';
import { type Glob, parseGlob } from '../../../domain/glob.ts';
import type { BinaryItem } from '../../../frontend/blueprint/blueprint.ts';
import { only } from '../../../ir/extent.ts';
import type { Policy } from '../../../ir/policy.ts';
import { type FileTree, realPath } from '../file-tree.ts';
import { type Finding, type Fix, finding } from '../finding.ts';
import { isOwn, type Subject } from '../subject.ts';

/** Characters that need neither quotes in YAML nor thought in a pattern. */
const PLAIN_PATH = /^\/[\w/.@+-]+$/;

/** Programs that the kernel knows by another path, because a symbolic link leads to them, and missing ones. */
export function linkedPrograms(subject: Subject): Finding[] {
  const { tree } = subject;
  if (tree === null) return [];
  return subject.resolved.network.flatMap(({ item: { key, binaries } }) =>
    (binaries?.value ?? []).flatMap((binary) =>
      isOwn(subject, binary.path.span) ? judged(tree, binary, `egress:${key.value}#`) : [],
    ),
  );
}

function judged(tree: FileTree, { path: { value, span } }: BinaryItem, grants: string): Finding[] {
  // Of a pattern, the folder that it surely begins with is looked at.
  const wildcard = value.search(/[*?]/);
  const fixed = wildcard === -1 ? value : value.slice(0, value.lastIndexOf('/', wildcard));
  if (fixed === '') return [];
  const found = realPath(tree, fixed);
  const about = { program: value, root: tree.name };
  if (found.kind === 'missing') return [finding(lintProgramMissing, span, about)];
  if (found.kind === 'unclear') return [finding(lintLinkUnclear, span, { ...about, why: found.why })];
  if (found.path === fixed) return [];
  const real = `${found.path}${value.slice(fixed.length)}`;
  const isWritten = span.source.text.slice(span.start, span.end).includes(value);
  const pattern = isWritten && PLAIN_PATH.test(found.path) ? parseGlob(real, 'file') : null;
  const fix: Fix | null = pattern?.ok
    ? {
        title: 'write the path that the kernel reports',
        changes: [{ kind: 'replace', span, value: real }],
        intended: withProgram(grants, value, pattern.glob),
      }
    : null;
  return [finding(lintProgramIsLink, span, { ...about, real }, fix === null ? {} : { fix })];
}

/** The policy in which the grants name another program in place of one. */
function withProgram(grants: string, old: string, program: Glob): (policy: Policy) => Policy {
  const parsed = parseGlob(old, 'file');
  const text = parsed.ok ? parsed.glob.text : old;
  return (policy) => ({
    ...policy,
    egress: {
      entries: policy.egress.entries.map((entry) => {
        if (!entry.grant.id.startsWith(grants) || entry.binaries.kind !== 'only') return entry;
        const binaries = entry.binaries.of.map((binary) =>
          binary.path.text === text ? { ...binary, path: program } : binary,
        );
        return { ...entry, binaries: only(binaries) };
      }),
    },
  });
}
