import { visible } from '../compiler/diagnostics/render/visible.ts';
import type { SourceReader } from '../compiler/source/source-reader.ts';
import type { PlaceArguments } from './arguments/place.ts';
import { unescapedText } from './git/spelling.ts';
import type { Io } from './io.ts';
import { HOST, type Place } from './place.ts';

/** Folders that nobody named, on which an answer depends. */
export interface AssumedPlace {
  /** Whose folders they are, as `--target` takes it. */
  readonly target: string;
  readonly workdir: string;
  readonly home: string;
}

const COMMENT = /^\s*#.*$/gm;
const OF_WORKDIR = /\$\{workdir\}/;
const INCLUDED = /include_workdir["']?\s*:(?!\s*false\b)/;
const OF_HOME = /\$\{home\}/;

/**
 * What an answer assumes of the folders: null where what it was made from speaks of none, or only of such as the command
 * line or this machine gives.
 *
 * @param texts the files that the answer was made from
 * @param ofFiles whether the answer may be about files; for others it is nothing that the working folder is included
 */
export function assumedPlace(
  texts: Iterable<string>,
  place: Place | null,
  { workdir, home }: PlaceArguments,
  ofFiles = true,
): AssumedPlace | null {
  if (place === null || place.name === HOST) return null;
  for (const text of texts) {
    const spoken = unescapedText(text).replace(COMMENT, '');
    const ofWorkdir = OF_WORKDIR.test(spoken) || (ofFiles && INCLUDED.test(spoken));
    if ((workdir === null && ofWorkdir) || (home === null && OF_HOME.test(spoken))) {
      const { bindings, name } = place;
      return { target: name, workdir: bindings.workdir, home: bindings.home };
    }
  }
  return null;
}

/** Says it to a person, in one line; `-o json` has it as `assumed`. */
export function sayAssumed(assumed: AssumedPlace | null, format: string, io: Io): void {
  if (assumed === null || format === 'json') return;
  const { target, workdir, home } = assumed;
  io.stderr.write(
    `folders as on ${visible(target)}: workdir ${visible(workdir)}, home ${visible(home)}; --workdir and --home name others\n`,
  );
}

/** The same world, which keeps the texts of all policies that are read from it. */
export function keepingTexts(io: Io): { readonly io: Io; readonly texts: readonly string[] } {
  const texts: string[] = [];
  const kept = <A extends unknown[]>(read: (...from: A) => ReturnType<SourceReader['read']>) => {
    return (...from: A) => {
      const outcome = read(...from);
      if (outcome.ok) texts.push(new TextDecoder().decode(outcome.bytes));
      return outcome;
    };
  };
  const { reader } = io;
  return {
    texts,
    io: {
      ...io,
      reader: {
        read: kept((path: string) => reader.read(path)),
        readExtended: kept((path: string, root: string) => reader.readExtended(path, root)),
        readShipped: kept((kind: 'preset' | 'tier', name: string) => reader.readShipped(kind, name)),
        listShipped: (kind) => reader.listShipped(kind),
      },
    },
  };
}
