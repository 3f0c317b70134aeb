import { DEFAULT_TARGET, NAMED_TARGETS } from '../compiler/backends/named-targets.ts';
import type { Target } from '../compiler/backends/target.ts';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { parseTargetFile } from '../compiler/frontend/target/target-file.ts';
import type { Bindings } from '../compiler/resolve/resolved.ts';
import type { PlaceArguments } from './arguments/place.ts';
import type { HostPlace } from './host-place.ts';
import type { Io } from './io.ts';
import { readInput } from './read-input.ts';

/** Where the agent will run: what the compiler needs to know beside the blueprint. */
export interface Place {
  /** Under which the lock file keeps it: a name, or the path of the target file. */
  readonly name: string;
  readonly target: Target;
  readonly bindings: Bindings;
  /** This machine's side of it, where the place is this machine. */
  readonly host: HostPlace | null;
}

/** The word for this machine in the place of a target's name. */
export const HOST = 'host';

/** Folders of targets that say nothing else, the same on every machine. */
export const USUAL_FOLDERS = { workdir: '/sandbox', home: '/home/sandbox' };
const USUAL_PLACE = { ...USUAL_FOLDERS, users: {}, groups: {} };

/** The place that the options name, or what is wrong with the target file. */
export async function placeFor(
  { target: wanted, workdir, home, variables }: PlaceArguments,
  io: Io,
): Promise<{ place: Place | null; diagnostics: readonly Diagnostic[] }> {
  const { named, diagnostics } = await targetFor(wanted ?? DEFAULT_TARGET, io);
  if (named === null) return { place: null, diagnostics };
  const { target, name, surroundings, host } = named;
  const bindings = {
    ...surroundings,
    variables,
    ...(workdir === null ? {} : { workdir }),
    ...(home === null ? {} : { home }),
  };
  return { place: { name, target, bindings, host }, diagnostics };
}

interface NamedTarget {
  readonly name: string;
  readonly target: Target;
  readonly surroundings: Omit<Bindings, 'variables'>;
  readonly host: HostPlace | null;
}

async function targetFor(
  wanted: string,
  io: Io,
): Promise<{ named: NamedTarget | null; diagnostics: readonly Diagnostic[] }> {
  if (Object.hasOwn(NAMED_TARGETS, wanted)) {
    return {
      named: { name: wanted, target: NAMED_TARGETS[wanted]!, surroundings: USUAL_PLACE, host: null },
      diagnostics: [],
    };
  }
  if (wanted === HOST) {
    const { hostPlace } = await import('./host-place.ts');
    const host = hostPlace(io);
    if ('code' in host) return { named: null, diagnostics: [host] };
    const { target, surroundings } = host;
    return { named: { name: HOST, target, surroundings, host }, diagnostics: [] };
  }
  const input = readInput(wanted, io);
  if (!input.ok) return { named: null, diagnostics: [input.problem] };
  const { file, diagnostics } = parseTargetFile(input.name, input.bytes);
  if (file === null) return { named: null, diagnostics };
  const surroundings = { ...USUAL_PLACE, ...file.place };
  return { named: { name: wanted, target: file.target, surroundings, host: null }, diagnostics };
}
