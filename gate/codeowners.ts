import type { CommitFiles } from '../cli/git/commit-files.ts';
import { LINK_MODE, SUBMODULE_MODE } from '../cli/git/commit-files.ts';
import { gateOwnersLine } from '../compiler/diagnostics/catalog/gate.ts';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../compiler/diagnostics/entry.ts';

/** Where GitHub looks for the file, the first one found counting alone ("About code owners", CODEOWNERS file location). */
export const CODEOWNERS_PLACES: readonly string[] = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'];
/** Files over 3 MB are not loaded by GitHub ("CODEOWNERS file size"). */
const LARGEST = 3 * 1000 * 1000;

interface Rule {
  readonly matches: (path: string) => boolean;
  /** Words as they are written: `@login`, `@organisation/team` or an address. */
  readonly owners: readonly string[];
}

/** Who owns which files, as a CODEOWNERS file says. */
export interface CodeOwners {
  /** Of the file; null where there is none. */
  readonly path: string | null;
  readonly notes: readonly Diagnostic[];
  /** The owners of a path: those of the last line that matches it, which may name nobody. */
  of(path: string): readonly string[];
}

/** Reads the CODEOWNERS file of a commit. One that is a link, too large or unreadable names nobody. */
export function codeOwnersOf(files: CommitFiles): CodeOwners {
  const path = CODEOWNERS_PLACES.find((one) => files.entries.has(one)) ?? null;
  if (path === null) return { path, notes: [], of: () => [] };
  const { mode } = files.entries.get(path)!;
  const read = files.read(path);
  const problem =
    mode === LINK_MODE || mode === SUBMODULE_MODE
      ? 'it is no file of its own'
      : !read.ok
        ? read.detail
        : read.bytes.length > LARGEST
          ? 'it is too large'
          : null;
  if (problem !== null || !read.ok) {
    return {
      path,
      notes: [diagnose(gateOwnersLine, null, { line: 1, path, problem: problem ?? '' })],
      of: () => [],
    };
  }
  return { path, ...parseCodeOwners(path, new TextDecoder().decode(read.bytes)) };
}

/** Takes the text of a CODEOWNERS file apart. A line that is not well formed is passed over, as GitHub does. */
export function parseCodeOwners(path: string, text: string): Pick<CodeOwners, 'notes' | 'of'> {
  const rules: Rule[] = [];
  const notes: Diagnostic[] = [];
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    const [pattern, ...owners] = wordsOf(line);
    if (pattern === undefined) continue;
    const problem = problemWith(pattern, owners);
    if (problem !== null) notes.push(diagnose(gateOwnersLine, null, { line: at + 1, path, problem }));
    else rules.push({ matches: matcher(pattern), owners });
  }
  return { notes, of: (file) => rules.findLast(({ matches }) => matches(file))?.owners ?? [] };
}

/** Words between blanks; a blank after a backslash belongs to the pattern. What follows a `#` between words is a comment. */
function wordsOf(line: string): string[] {
  const words = line.match(/(?:\\.|[^\s\\])+|\\$/g) ?? [];
  const comment = words.findIndex((word) => word.startsWith('#'));
  return comment === -1 ? words : words.slice(0, comment);
}

/** As GitHub writes accounts and teams; and anything with an `@` inside is an address. */
const OWNER = /^(?:@[A-Za-z0-9][A-Za-z0-9_-]*(?:\[bot\])?(?:\/[A-Za-z0-9._-]+)?|[^\s@]+@[^\s@]+)$/;

function problemWith(pattern: string, owners: readonly string[]): string | null {
  if (pattern.startsWith('!')) return 'a pattern cannot be negated with `!`';
  if (pattern.startsWith('\\#')) return 'a pattern cannot begin with `\\#`';
  if (/[[\]]/.test(pattern)) return 'a pattern cannot have a range in brackets';
  if (pattern.includes('***')) return 'a pattern cannot have three asterisks in a row';
  const wrong = owners.find((owner) => !OWNER.test(owner));
  return wrong === undefined ? null : `\`${wrong}\` is no owner`;
}

/**
 * Patterns of gitignore with GitHub's exceptions ("CODEOWNERS syntax"): case counts; `dir/*` takes the files of the folder alone; any
 * other pattern that matches a folder takes all below it.
 */
function matcher(pattern: string): (path: string) => boolean {
  const literal = pattern.replace(/\\(.)/g, '$1');
  const isFolder = literal.endsWith('/');
  const trimmed = literal.replace(/^\/|\/$/g, '');
  if (trimmed === '') return () => false;
  const isAnchored = literal.startsWith('/') || trimmed.includes('/');
  const segments = trimmed.split('/');
  const inFolderAlone = segments.length > 1 && segments.at(-1) === '*' && !isFolder;
  return (path) => {
    const parts = path.split('/');
    const starts = isAnchored ? [0] : parts.map((_, at) => at);
    return starts.some((start) =>
      endsOf(segments, parts, start).some((end) => {
        if (end === parts.length) return !isFolder;
        return !inFolderAlone;
      }),
    );
  };
}

/** Where in a path the segments of a pattern may end when they begin at a place. */
function endsOf(segments: readonly string[], parts: readonly string[], start: number): readonly number[] {
  let places = new Set([start]);
  for (const [at, segment] of segments.entries()) {
    const next = new Set<number>();
    for (const place of places) {
      if (segment === '**') {
        // At the end it takes everything inside, so one segment at least.
        const least = at === segments.length - 1 ? place + 1 : place;
        for (let end = least; end <= parts.length; end++) next.add(end);
      } else if (place < parts.length && isSegment(segment, parts[place]!)) next.add(place + 1);
    }
    places = next;
  }
  return [...places];
}

/** `*` takes any run of characters of one segment, `?` one. Linear in the product of both lengths. */
function isSegment(pattern: string, text: string): boolean {
  let places = new Set([0]);
  for (const character of pattern) {
    const next = new Set<number>();
    for (const place of places) {
      if (character === '*') for (let end = place; end <= text.length; end++) next.add(end);
      else if (place < text.length && (character === '?' || text[place] === character)) next.add(place + 1);
    }
    places = next;
  }
  return places.has(text.length);
}
