import { posix } from 'node:path';
import type { FileTree } from '../../compiler/analysis/lint/file-tree.ts';
import type { Finding } from '../../compiler/analysis/lint/finding.ts';
import { readForLint } from '../../compiler/analysis/lint/read.ts';
import { lintReadOnlyBelowWritable } from '../../compiler/diagnostics/catalog/lint/targets.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { hasErrors } from '../../compiler/diagnostics/entry.ts';
import { visible } from '../../compiler/diagnostics/render/visible.ts';
import { unifiedDiff } from '../../compiler/edit/unified-diff.ts';
import { readYaml } from '../../compiler/frontend/yaml/read.ts';
import type { FailLevel, LintArguments } from '../arguments/lint.ts';
import { companionFinder } from '../companion-tests.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printOutcome } from '../findings.ts';
import { fixText, type Linted, lintText, type Surroundings } from '../fix-findings.ts';
import type { Io } from '../io.ts';
import { type Place, placeFor } from '../place.ts';
import { findInputs, readInput, unreadable } from '../read-input.ts';
import { treeAt } from '../root-tree.ts';
import { targetFindings } from '../target-findings.ts';

const SHIPPED = /^(?:preset|tier):/;

/** What became of one file. */
interface Outcome {
  readonly path: string;
  readonly name: string;
  /** The file that extends it, where it was not named itself; such a file is never changed. */
  readonly extendedBy: string | null;
  /** Files of the user's that it extends. */
  readonly extended: readonly string[];
  /** Null where the file is not valid. */
  readonly found: readonly Finding[] | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly fixed: readonly Finding[];
  readonly before: string;
  readonly after: string;
}

/** Finds what is valid but dubious in files, and mends what is certain. */
export async function lintFiles(chosen: LintArguments, io: Io): Promise<ExitCode> {
  const { files, problems } = findInputs(chosen.paths, io);
  const placed = await placeFor(chosen.place, io);
  const diagnostics: Diagnostic[] = [...problems, ...placed.diagnostics];
  const tree = treeFor(chosen, diagnostics, io);
  const outcomes: Outcome[] = [];
  if (placed.place !== null && tree !== undefined) {
    const { bindings } = placed.place;
    const companionsOf = companionFinder(bindings, io);
    const around = { reader: io.reader, bindings, now: io.now(), tree, companionsOf };
    const target = chosen.place.target === null ? null : placed.place;
    const inherited = { ...around, isExtended: true };
    outcomes.push(...namedOutcomes(files, chosen, around, target, io));
    outcomes.push(...extendedOutcomes(outcomes, (path) => outcomeOf(path, UNCHANGED, inherited, target, io)));
  }
  if (chosen.fix && !chosen.dryRun) diagnostics.push(...writeChanged(outcomes, io));
  diagnostics.push(...outcomes.flatMap((outcome) => outcome.diagnostics));
  const text = outcomes.map((outcome) => textOf(outcome, chosen)).join('');
  const result = { files: outcomes.map((outcome) => resultOf(outcome, chosen)) };
  await printOutcome({ command: 'lint', diagnostics, result, text }, chosen.format, io);
  if (hasErrors(diagnostics)) return EXIT.invalid;
  return diagnostics.some((one) => fails(one, chosen.failOn)) ? EXIT.no : EXIT.ok;
}

const UNCHANGED = { fix: false };

/** Of the files named, each is looked at before any is changed, to know which of them others extend. */
function namedOutcomes(
  files: readonly string[],
  chosen: LintArguments,
  around: Surroundings,
  target: Place | null,
  io: Io,
): Outcome[] {
  // Standard input can be read once, and nothing extends it.
  const seen = files.map((file) => outcomeOf(file, file === '-' ? chosen : UNCHANGED, around, target, io));
  const extended = new Set(seen.flatMap((outcome) => outcome.extended));
  return seen.map((outcome) => {
    const { path } = outcome;
    if (path === '-') return outcome;
    const isExtended = extended.has(posix.normalize(path));
    if (!isExtended && (!chosen.fix || !outcome.found?.some(({ fix }) => fix !== null))) return outcome;
    return outcomeOf(path, chosen, { ...around, isExtended }, target, io);
  });
}

/** Files that others extend, each once and by itself, where they were not looked at already. */
function extendedOutcomes(named: readonly Outcome[], look: (path: string) => Outcome): Outcome[] {
  const known = new Set(named.map(({ path }) => posix.normalize(path)));
  return named.flatMap((outcome) =>
    outcome.extended.flatMap((path) => {
      if (known.has(path)) return [];
      known.add(path);
      const found = look(path);
      // What makes it invalid by itself may stand in the file that extends it, which is valid.
      return [
        { ...found, extendedBy: outcome.path, diagnostics: found.found === null ? [] : found.diagnostics },
      ];
    }),
  );
}

/** Null where none was asked for, undefined where it cannot be looked at. */
function treeFor({ root }: LintArguments, diagnostics: Diagnostic[], io: Io): FileTree | null | undefined {
  if (root === null) return null;
  const tree = treeAt(root, io);
  if (!('code' in tree)) return tree;
  diagnostics.push(tree);
  return undefined;
}

function outcomeOf(
  path: string,
  { fix }: Pick<LintArguments, 'fix'>,
  around: Surroundings,
  target: Place | null,
  io: Io,
): Outcome {
  const empty = { found: null, extendedBy: null, extended: [], fixed: [], before: '', after: '' };
  const nothing = { ...empty, path, name: path };
  const input = readInput(path, io);
  if (!input.ok) return { ...nothing, diagnostics: [input.problem] };
  const { name, bytes } = input;
  const read = readYaml(name, bytes);
  if (hasErrors(read.diagnostics)) return { ...nothing, diagnostics: lintBytes(name, bytes, around) };
  const { text } = read.tree.source;
  // The reader leaves it out, and it stays in the file.
  const mark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? '\ufeff' : '';
  const { after, fixed } = fix
    ? fixText(name, text, around)
    : { after: lintText(name, text, around), fixed: [] };
  const { diagnostics } = after.readings;
  if (hasErrors(diagnostics)) {
    return { ...nothing, diagnostics: diagnostics.filter(({ severity }) => severity === 'error') };
  }
  // On a target it is known whether a mount takes the folder's rights back.
  const general = after.found.filter(
    ({ diagnostic }) => target === null || diagnostic.code !== lintReadOnlyBelowWritable.code,
  );
  const found = [...general, ...onTarget(after, target)];
  return {
    path,
    name,
    extendedBy: null,
    extended: extendedIn(path, after),
    found,
    diagnostics: found.map(({ diagnostic }) => diagnostic),
    fixed,
    before: mark + text,
    after: mark + after.text,
  };
}

/** Paths of the user's files that it extends, however many files away. */
function extendedIn(path: string, { readings: { readings } }: Linted): string[] {
  const names = readings.flatMap(({ resolved }) => resolved.inputs.slice(1).map(({ name }) => name));
  return [...new Set(names)]
    .filter((name) => !SHIPPED.test(name))
    .map((name) => posix.join(posix.dirname(path), name));
}

/** What is wrong with a text that is no YAML, said as every command says it. */
function lintBytes(
  name: string,
  bytes: Uint8Array,
  { reader, bindings }: Surroundings,
): readonly Diagnostic[] {
  return readForLint(name, bytes, reader, bindings).diagnostics;
}

/** A preset is not run anywhere, so no target loses anything of it. */
function onTarget({ readings }: Linted, place: Place | null): Finding[] {
  if (place === null) return [];
  return readings.readings.flatMap((reading) =>
    reading.isPart ? [] : targetFindings(reading, place.target, place.name),
  );
}

function writeChanged(outcomes: readonly Outcome[], io: Io): Diagnostic[] {
  return outcomes.flatMap(({ path, before, after }) => {
    if (before === after || path === '-') return [];
    const written = io.replaceFile(path, after);
    return written.ok ? [] : [unreadable(path, `it cannot be written: ${written.detail}`)];
  });
}

/** For standard input the mended text itself; for a trial run the changes; else one line a file. */
function textOf(outcome: Outcome, { fix, dryRun }: LintArguments): string {
  const { path, extendedBy, found, fixed, before, after } = outcome;
  if (extendedBy !== null) return fix && (dryRun || extendedBy === '-') ? '' : extendedText(outcome);
  if (fix && dryRun) return unifiedDiff(visible(outcome.name), before, after);
  if (fix && path === '-') return found === null ? '' : after;
  if (found === null) return `${visible(path)}: not valid\n`;
  const parts = [
    ...(fixed.length > 0 ? [`${fixed.length} mended`] : []),
    ...(found.length > 0 ? [`${found.length} found`] : []),
    ...(!fix && fixable(found) > 0 ? [`${fixable(found)} to be mended with --fix`] : []),
  ];
  return `${visible(path)}: ${parts.length === 0 ? 'nothing found' : parts.join(', ')}\n`;
}

function extendedText({ path, extendedBy, found }: Outcome): string {
  const name = `${visible(path)}, extended by ${visible(extendedBy ?? '')}`;
  if (found === null) return `${name}: not looked at, as it is not valid by itself\n`;
  const mended = fixable(found) > 0 ? `, ${fixable(found)} to be mended with --fix when it is named` : '';
  return `${name}: ${found.length === 0 ? 'nothing found' : `${found.length} found${mended}`}\n`;
}

function resultOf(outcome: Outcome, { fix }: LintArguments) {
  const { path, name, extendedBy, found, fixed, before, after } = outcome;
  return {
    path,
    extendedBy,
    valid: found !== null,
    found: found?.length ?? 0,
    fixable: fixable(found ?? []),
    fixed: fixed.map(fixOf),
    fixes: (found ?? []).filter((one) => one.fix !== null).map(fixOf),
    diff: fix && extendedBy === null ? unifiedDiff(name, before, after) : null,
  };
}

function fixOf({ diagnostic, fix }: Finding) {
  const { code, message, primary } = diagnostic;
  const place = primary?.source.positionAt(primary.start) ?? null;
  return { code, message, place, title: fix?.title ?? null, keepsMeaning: fix?.intended === null };
}

function fixable(found: readonly Finding[]): number {
  return found.filter(({ fix }) => fix !== null).length;
}

function fails({ severity }: Diagnostic, level: FailLevel): boolean {
  return level !== 'never' && (severity === 'warning' || (level === 'note' && severity === 'note'));
}
