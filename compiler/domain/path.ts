declare const absolute: unique symbol;

/**
 * An absolute filesystem path in its one spelling: starts with `/`, no trailing `/` but for the root itself, no empty,
 * `.` or `..` segment, no NUL. Two paths name the same place exactly when the texts are equal (links aside).
 */
export type AbsolutePath = string & { readonly [absolute]: true };

export type PathProblem =
  | 'empty'
  | 'relative'
  | 'empty-segment'
  | 'dot-segment'
  | 'control-character'
  | 'glob'
  | 'backslash'
  | 'too-long'
  | 'segment-too-long';

export type PathParse =
  | { readonly ok: true; readonly path: AbsolutePath }
  | { readonly ok: false; readonly problem: PathProblem };

export const ROOT = '/' as AbsolutePath;

/** PATH_MAX and NAME_MAX of include/uapi/linux/limits.h, in bytes of UTF-8; PATH_MAX counts the final NUL. */
const LONGEST_PATH = 4095;
const LONGEST_SEGMENT = 255;

const CONTROL_CHARACTERS = /\p{Cc}|\p{Surrogate}/u;
const UNREPRESENTABLE = /\0|\p{Surrogate}/u;

/**
 * Reads a path that a person wrote. One trailing `/` is dropped. Characters that would be wildcards elsewhere are
 * refused, because nobody writes them here meaning themselves.
 */
export function parseAbsolutePath(text: string): PathParse {
  if (CONTROL_CHARACTERS.test(text)) return refused('control-character');
  if (/[*?[{]/.test(text)) return refused('glob');
  if (text.includes('\\')) return refused('backslash');
  return normalise(text);
}

/** Reads a path that a program used. Any character but NUL may stand in it, as in the kernel. */
export function parseAccessedPath(text: string): PathParse {
  if (UNREPRESENTABLE.test(text)) return refused('control-character');
  return normalise(text);
}

function normalise(text: string): PathParse {
  if (text === '') return refused('empty');
  if (!text.startsWith('/')) return refused('relative');
  if (text === '/') return { ok: true, path: ROOT };
  const path = text.endsWith('/') ? text.slice(0, -1) : text;
  if (isLongerThan(path, LONGEST_PATH)) return refused('too-long');
  for (const segment of path.slice(1).split('/')) {
    if (segment === '') return refused('empty-segment');
    if (segment === '.' || segment === '..') return refused('dot-segment');
    if (isLongerThan(segment, LONGEST_SEGMENT)) return refused('segment-too-long');
  }
  return { ok: true, path: path as AbsolutePath };
}

/** In bytes of UTF-8, of which a character of JavaScript has at most three; counting them takes a call out of the engine. */
function isLongerThan(text: string, bytes: number): boolean {
  return text.length * 3 > bytes && Buffer.byteLength(text) > bytes;
}

function refused(problem: PathProblem): PathParse {
  return { ok: false, problem };
}

/** The names along the path; none for the root. */
export function segmentsOf(path: AbsolutePath): string[] {
  return path === '/' ? [] : path.slice(1).split('/');
}

/** Whether `path` is `ancestor` itself or lies anywhere below it. */
export function isBeneath(path: AbsolutePath, ancestor: AbsolutePath): boolean {
  if (ancestor === '/' || path === ancestor) return true;
  return path.startsWith(ancestor) && path.charCodeAt(ancestor.length) === 0x2f;
}

/** The folder that holds `path`; null for the root. */
export function parentOf(path: AbsolutePath): AbsolutePath | null {
  if (path === '/') return null;
  const cut = path.lastIndexOf('/');
  return cut === 0 ? ROOT : (path.slice(0, cut) as AbsolutePath);
}
