import type { Located } from '../../source/span.ts';

/** What the settings say about files and hosts, whichever of the two programs they are for. */
export interface Wanted {
  readonly denyRead: Located<string>[];
  readonly allowRead: Located<string>[];
  readonly allowWrite: Located<string>[];
  readonly denyWrite: Located<string>[];
  readonly allowedDomains: Located<string>[];
  readonly deniedDomains: Located<string>[];
  /** Whether programs may make unix sockets. */
  unixSockets: boolean;
}

export function nothingWanted(): Wanted {
  return {
    denyRead: [],
    allowRead: [],
    allowWrite: [],
    denyWrite: [],
    allowedDomains: [],
    deniedDomains: [],
    unixSockets: false,
  };
}
