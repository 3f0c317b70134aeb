import {
  accessAmount,
  accessArguments,
  accessLimit,
  accessPath,
  accessSyscallGroup,
  accessTime,
  accessUser,
  accessVariable,
} from '../../diagnostics/catalog/access.ts';
import { syscallUnknown, syscallValue } from '../../diagnostics/catalog/syscall-rules.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { type CatalogEntry, diagnose } from '../../diagnostics/entry.ts';
import { nearestWord } from '../../diagnostics/nearest-word.ts';
import { type AbsolutePath, parentOf, parseAccessedPath } from '../../domain/path.ts';
import { parseArgumentValue } from '../../domain/syscalls/constants.ts';
import { SYSCALLS } from '../../domain/syscalls/table.ts';
import type {
  FileRightWord,
  WrittenAccess,
  WrittenFileAccess,
  WrittenIdentity,
  WrittenResourceUse,
  WrittenSyscall,
} from '../../frontend/blueprint/written-access.ts';
import type { Located, Span } from '../../source/span.ts';
import type { Access } from '../access.ts';
import { describeAccess } from '../access-words.ts';
import type { FileRight } from '../filesystem.ts';
import { RESOURCE_UNITS, type ResourceName } from '../resources.ts';
import { lowerConnection } from './access-egress.ts';
import { parseAmount } from './amount.ts';
import { argumentText } from './argument-text.ts';
import { parseExpiry } from './expiry.ts';

/** What was asked in words, as accesses: it is allowed exactly when each of them is. */
export interface Asked {
  readonly accesses: readonly [Access, ...Access[]];
  /** Continues "it can ...". */
  readonly words: string;
}

/** The kernel's right for each word, in the order of FILE_RIGHTS where there is one. */
export const RIGHT_OF_WORD: Readonly<Record<FileRightWord, FileRight>> = {
  execute: 'execute',
  write: 'write_file',
  read: 'read_file',
  list: 'read_dir',
  'remove-folder': 'remove_dir',
  remove: 'remove_file',
  'create-character-device': 'make_char',
  'create-folder': 'make_dir',
  create: 'make_reg',
  'create-socket': 'make_sock',
  'create-pipe': 'make_fifo',
  'create-block-device': 'make_block',
  'create-link': 'make_sym',
  move: 'refer',
  truncate: 'truncate',
  control: 'ioctl_dev',
};

/** Rights that change a folder; the kernel asks them of the folder, a person of what is made, removed or moved. */
const WORDS_OF_FOLDERS: Partial<Record<FileRightWord, string>> = {
  create: 'make the file',
  'create-folder': 'make the folder',
  'create-link': 'make the symbolic link',
  'create-socket': 'make the socket',
  'create-pipe': 'make the pipe',
  'create-character-device': 'make the character device',
  'create-block-device': 'make the block device',
  remove: 'remove the file',
  'remove-folder': 'remove the folder',
  move: 'move to another folder',
};

const DAY_IN_MILLISECONDS = 86_400_000;
const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** 2^32 - 2; the number above it means "no change" to setresuid(2). */
const HIGHEST_USER = 0xffff_fffe;

/** Gathers what is wrong with one written access. */
export class AccessReading {
  readonly diagnostics: Diagnostic[] = [];

  refuse<P>(kind: CatalogEntry<P>, span: Span, parameters: P): null {
    this.diagnostics.push(diagnose(kind, span, parameters));
    return null;
  }

  /** One path as a program uses it. `*` and `?` are refused, because nobody writes them here meaning themselves. */
  path({ value, span }: Located<string>): AbsolutePath | null {
    if (/[*?]/.test(value)) return this.refuse(accessPath, span, { path: value, problem: 'pattern' });
    const parsed = parseAccessedPath(value);
    return parsed.ok ? parsed.path : this.refuse(accessPath, span, { path: value, problem: parsed.problem });
  }
}

/**
 * Turns what a person asked into accesses that `decide` answers. The one reading of `tests:` and of the command line.
 *
 * @param at when it is tried, in milliseconds since 1970 UTC
 * @returns null exactly when the diagnostics hold an error
 */
export function lowerAccess(
  written: WrittenAccess,
  at: number,
): { asked: Asked | null; diagnostics: readonly Diagnostic[] } {
  const reading = new AccessReading();
  const asked = askedOf(written, at, reading);
  return { asked, diagnostics: reading.diagnostics };
}

/** The moment that `at` names: an RFC 3339 time, or the beginning of a day in UTC. Null when it is neither. */
export function lowerMoment(at: Located<string>): {
  moment: number | null;
  diagnostics: readonly Diagnostic[];
} {
  const end = parseExpiry(at.value);
  if (end === null) {
    return { moment: null, diagnostics: [diagnose(accessTime, at.span, { text: at.value })] };
  }
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(at.value);
  return { moment: isDay ? end - DAY_IN_MILLISECONDS : end, diagnostics: [] };
}

function askedOf(written: WrittenAccess, at: number, reading: AccessReading): Asked | null {
  switch (written.facet) {
    case 'filesystem':
      return fileAccess(written, reading);
    case 'syscalls':
      return single(syscall(written, reading));
    case 'process':
      return single(identity(written, reading));
    case 'egress':
      return single(lowerConnection(written, at, reading));
    case 'inference':
      return single({ facet: 'inference', route: written.route.value, model: written.model.value });
    case 'resources':
      return single(resourceUse(written, reading));
  }
}

/** The words leave out when it is tried: whoever prints them knows whether that was said or is now. */
function single(access: Access | null): Asked | null {
  if (access === null) return null;
  const timeless: Access = access.facet === 'egress' ? { ...access, at: 0 } : access;
  return { accesses: [access], words: describeAccess(timeless) };
}

/**
 * Making, removing and moving change the folder around, so the right is asked of that; and of the thing itself, because
 * an entry of its own (a hidden file, a read-only folder) stands where it is.
 */
function fileAccess({ right, path }: WrittenFileAccess, reading: AccessReading): Asked | null {
  const parsed = reading.path(path);
  if (parsed === null) return null;
  const itself: Access = { facet: 'filesystem', path: parsed, right: RIGHT_OF_WORD[right.value] };
  const words = WORDS_OF_FOLDERS[right.value];
  if (words === undefined) return single(itself);
  const folder = parentOf(parsed);
  if (folder === null) return reading.refuse(accessPath, path.span, { path: path.value, problem: 'root' });
  return { accesses: [{ ...itself, path: folder }, itself], words: `${words} \`${parsed}\`` };
}

function syscall(
  { name: { value: name, span }, args }: WrittenSyscall,
  reading: AccessReading,
): Access | null {
  const call = SYSCALLS.get(name);
  if (call === undefined) {
    if (name.startsWith('@')) return reading.refuse(accessSyscallGroup, span, { name });
    return reading.refuse(syscallUnknown, span, { name, nearest: nearestWord(name, [...SYSCALLS.keys()]) });
  }
  const takes = call.arguments.length;
  const surplus = args[takes];
  if (surplus !== undefined) return reading.refuse(accessArguments, surplus.span, { name, takes });
  const values = args.map((argument) => {
    const text = argumentText(argument);
    return parseArgumentValue(text) ?? reading.refuse(syscallValue, argument.span, { text });
  });
  return values.every((value) => value !== null) ? { facet: 'syscalls', name, args: values } : null;
}

function identity(written: WrittenIdentity, reading: AccessReading): Access | null {
  if ('reaches' in written) return { facet: 'process', reaches: written.reaches.value };
  if ('environment' in written) {
    const { value: name, span } = written.environment;
    return VARIABLE_NAME.test(name)
      ? { facet: 'process', environment: name }
      : reading.refuse(accessVariable, span, { name });
  }
  const text = String(written.user.value);
  const isNumber = /^(0|[1-9][0-9]{0,9})$/.test(text) && Number(text) <= HIGHEST_USER;
  return isNumber
    ? { facet: 'process', uid: Number(text) }
    : reading.refuse(accessUser, written.user.span, { text });
}

function resourceUse({ limit, amount }: WrittenResourceUse, reading: AccessReading): Access | null {
  const names = Object.keys(RESOURCE_UNITS) as ResourceName[];
  const resource = names.find((name) => name === limit.value);
  if (resource === undefined) {
    const nearest = nearestWord(limit.value, names);
    return reading.refuse(accessLimit, limit.span, { name: limit.value, nearest });
  }
  const unit = RESOURCE_UNITS[resource];
  const text = String(amount.value);
  const parsed = text === '0' ? 0 : parseAmount(text, unit);
  return parsed === null
    ? reading.refuse(accessAmount, amount.span, { text, unit })
    : { facet: 'resources', resource, amount: parsed };
}
