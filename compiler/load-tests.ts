import { posix } from 'node:path';
import { testLevel } from './diagnostics/catalog/policy-test.ts';
import { sourceUnreadable } from './diagnostics/catalog/source.ts';
import type { Diagnostic } from './diagnostics/diagnostic.ts';
import { diagnose, hasErrors } from './diagnostics/entry.ts';
import type { Blueprint, PolicyTest } from './frontend/blueprint/blueprint.ts';
import type { PolicyTestFile } from './frontend/blueprint/policy-test-file.ts';
import type { Part } from './frontend/front-end.ts';
import { type ParsedSource, parseSource } from './frontend/parse-source.ts';
import { lower } from './ir/lower.ts';
import type { Policy } from './ir/policy.ts';
import { joinBeside } from './resolve/file-name.ts';
import { resolve } from './resolve/resolve.ts';
import type { Bindings, Input } from './resolve/resolved.ts';
import type { SourceReader } from './source/source-reader.ts';
import { located } from './source/span.ts';

/** One policy and the tests that must hold for it. */
export interface TestSubject {
  /** The file that the policy was made from. */
  readonly file: string;
  /** The access level of a preset; null where there is no choice. */
  readonly level: string | null;
  /** Null exactly when the file makes no policy; the findings say why. */
  readonly policy: Policy | null;
  /** With the variables of the file replaced; as they are written where there is no policy. */
  readonly tests: readonly PolicyTest[];
  /** What the policy was made from, named as seen from `root`. */
  readonly inputs: readonly Input[];
  readonly root: string;
}

export interface LoadedTests {
  readonly subjects: readonly TestSubject[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What one blueprint, preset or tier is tested as: itself, or a blueprint for each access level that extends it. */
interface Candidate {
  readonly root: string;
  readonly level: string | null;
  readonly blueprint: Blueprint;
}

interface Surroundings {
  readonly reader: SourceReader;
  readonly bindings: Bindings;
}

/** Stands for the blueprint that extends a tested preset, in the same folder. */
const EXTENDING = '<tested>';

/**
 * The tests of one file with the policies that they are about: of a blueprint itself, of a preset or tier as a blueprint
 * would extend it, once for each access level, and of every file that a file of policy tests names. Of a file without
 * tests, nothing is made.
 *
 * @param name the file as the user named it
 * @param reader gives the files that it extends or tests
 */
export function loadTests(
  name: string,
  bytes: Uint8Array,
  reader: SourceReader,
  bindings: Bindings,
): LoadedTests {
  const parsed = parseSource(name, bytes);
  const around = { reader, bindings };
  const isTestable = parsed.kind === 'blueprint' || parsed.kind === 'part';
  if (!isTestable && parsed.kind !== 'policy-test') return { subjects: [], diagnostics: parsed.diagnostics };
  const loaded = isTestable
    ? subjectsOf(name, bytes, parsed, testsIn(parsed), around)
    : testedFiles(name, parsed.file, around);
  return { subjects: loaded.subjects, diagnostics: [...parsed.diagnostics, ...loaded.diagnostics] };
}

/** What tests can be about. */
type Testable = Extract<ParsedSource, { kind: 'blueprint' | 'part' }>;

function testsIn(parsed: Testable): readonly PolicyTest[] {
  return parsed.kind === 'blueprint' ? parsed.blueprint.tests : parsed.part.common.tests;
}

/** Files that a file of policy tests names may lie only in its own project, as those that a blueprint extends. */
function testedFiles(name: string, { blueprints, tests }: PolicyTestFile, around: Surroundings): LoadedTests {
  const all = blueprints.map(({ value, span }): LoadedTests => {
    const file = joinBeside(name, value);
    const outcome = around.reader.readExtended(file, name);
    if (!outcome.ok) {
      const detail = `\`${file}\`: ${outcome.detail}`;
      return { subjects: [], diagnostics: [diagnose(sourceUnreadable, span, { detail })] };
    }
    const parsed = parseSource(file, outcome.bytes);
    if (parsed.kind === 'nothing') return { subjects: [], diagnostics: parsed.diagnostics };
    if (parsed.kind !== 'blueprint' && parsed.kind !== 'part') {
      const detail = `\`${file}\` holds ${parsed.kind === 'policy-test' ? 'tests itself' : `${parsed.kind}, not a policy`}`;
      return { subjects: [], diagnostics: [diagnose(sourceUnreadable, span, { detail })] };
    }
    const loaded = subjectsOf(file, outcome.bytes, parsed, tests, around);
    return { subjects: loaded.subjects, diagnostics: [...parsed.diagnostics, ...loaded.diagnostics] };
  });
  return {
    subjects: all.flatMap(({ subjects }) => subjects),
    diagnostics: all.flatMap(({ diagnostics }) => diagnostics),
  };
}

function subjectsOf(
  file: string,
  bytes: Uint8Array,
  parsed: Testable,
  tests: readonly PolicyTest[],
  around: Surroundings,
): LoadedTests {
  if (tests.length === 0) return { subjects: [], diagnostics: [] };
  const candidates =
    parsed.kind === 'blueprint'
      ? [{ root: file, level: null, blueprint: parsed.blueprint }]
      : extending(file, parsed.part);
  const subjects: TestSubject[] = [];
  const diagnostics: Diagnostic[] = [...unknownLevels(file, tests, candidates)];
  for (const candidate of candidates) {
    const holding = tests.filter(({ level }) => level === null || level.value === candidate.level);
    const made = subjectOf(file, bytes, candidate, holding, around);
    subjects.push(made.subject);
    for (const finding of made.diagnostics) diagnostics.push(finding);
  }
  return { subjects, diagnostics };
}

/** A test at a level that is not offered would never run. */
function unknownLevels(
  file: string,
  tests: readonly PolicyTest[],
  candidates: readonly Candidate[],
): Diagnostic[] {
  const offered = candidates.flatMap(({ level }) => (level === null ? [] : [level]));
  return tests.flatMap(({ level }) =>
    level === null || offered.includes(level.value)
      ? []
      : [diagnose(testLevel, level.span, { level: level.value, name: file, offered })],
  );
}

function subjectOf(
  file: string,
  bytes: Uint8Array,
  { root, level, blueprint }: Candidate,
  tests: readonly PolicyTest[],
  { reader, bindings }: Surroundings,
): { subject: TestSubject; diagnostics: readonly Diagnostic[] } {
  const own = root === file ? reader : withFile(reader, joinBeside(root, posix.basename(file)), bytes);
  const { resolved, diagnostics } = resolve(root, { ...blueprint, tests }, bytes, own, bindings);
  const subject = { file, level, inputs: resolved.inputs, root };
  if (hasErrors(diagnostics)) return { subject: { ...subject, policy: null, tests }, diagnostics };
  const lowered = lower(resolved, bindings);
  return {
    subject: { ...subject, policy: lowered.policy, tests: resolved.tests },
    diagnostics: [...diagnostics, ...lowered.diagnostics],
  };
}

/** Blueprints that extend the part and grant their working folder, one a level. */
function extending(file: string, { common, levels }: Part): Candidate[] {
  const { span, metadata } = common;
  const root = joinBeside(file, EXTENDING);
  const choices = levels.size === 0 ? [null] : [...levels.keys()];
  return choices.map((level) => ({
    root,
    level,
    blueprint: {
      span,
      metadata,
      extends: [
        {
          kind: 'file',
          name: located(posix.basename(file), metadata.name.span),
          access: level === null ? null : located(level, metadata.name.span),
          span: metadata.name.span,
        },
      ],
      variables: [],
      filesystem: {
        span,
        includeWorkdir: common.filesystem?.includeWorkdir ?? located(true, span),
        paths: [],
      },
      landlock: null,
      process: null,
      syscalls: null,
      resources: [],
      network: [],
      credentials: [],
      inference: null,
      residency: null,
      accept: [],
      tests: [],
    },
  }));
}

/** The tested file as it was read, which may have come through a pipe; everything else as before. */
function withFile(reader: SourceReader, file: string, bytes: Uint8Array): SourceReader {
  return {
    read: (path) => reader.read(path),
    readExtended: (path, root) => (path === file ? { ok: true, bytes } : reader.readExtended(path, root)),
    readShipped: (kind, name) => reader.readShipped(kind, name),
    listShipped: (kind) => reader.listShipped(kind),
  };
}
