import {
  expiryHistoryCut,
  expiryLogTooShort,
  expiryNoLog,
} from '../../compiler/diagnostics/catalog/expiry.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import type { Io } from '../io.ts';
import { timeText, type UseEvidence } from './due.ts';
import type { GrantedEntry } from './entries.ts';
import { historyOf, wasThere } from './history.ts';
import type { GrantUse, SandboxLog } from './logs.ts';

/** An idle agent writes nothing, so that a log that ends so many milliseconds ago still is one up to now. */
const SLACK = 86_400_000;

/** Entries of one blueprint that were not used, and those that are younger than the period. */
export interface Unused {
  readonly unused: readonly GrantedEntry[];
  readonly young: readonly GrantedEntry[];
  /** Milliseconds since 1970 UTC; null where nothing could be judged. */
  readonly period: { readonly from: number; readonly to: number } | null;
  readonly notes: readonly Diagnostic[];
}

/**
 * Finds the entries that no log has a use of in a period that ends with the logs. Only entries of the network are judged, as
 * nothing writes down how files and system calls are used.
 *
 * @param logs `own` are those of the sandbox, which have to cover the period; a use in one of the `others` counts as well
 * @param span milliseconds
 * @param commit of the branch, by whose history the age of entries is known
 */
export function unusedEntries(
  blueprint: { readonly path: string; readonly sandbox: string; readonly entries: readonly GrantedEntry[] },
  { own: logs, others }: { readonly own: readonly SandboxLog[]; readonly others: readonly SandboxLog[] },
  span: number,
  commit: string,
  io: Io,
): Unused {
  const { path, sandbox } = blueprint;
  const nothing = (...notes: Diagnostic[]): Unused => ({ unused: [], young: [], period: null, notes });
  const entries = blueprint.entries.filter(({ network }) => network !== null);
  if (entries.length === 0) return nothing();
  if (logs.length === 0) return nothing(diagnose(expiryNoLog, null, { path, sandbox }));
  const now = io.now();
  const to = Math.min(now, ...logs.map(({ last }) => last));
  const from = to - span;
  const short = logs.filter((log) => log.first > from || log.last < now - SLACK);
  if (short.length > 0) {
    const wanted =
      to < now - SLACK
        ? ([timeText(now - span), timeText(now)] as const)
        : ([timeText(from), timeText(to)] as const);
    return nothing(
      ...short.map(({ log, first, last }) =>
        diagnose(expiryLogTooShort, null, {
          ...{ sandbox, log, wanted },
          covered: [timeText(first), timeText(last)],
        }),
      ),
    );
  }
  const all = [...logs, ...others];
  const idle = entries.filter((entry) => (useOf(entry, all)?.lastUse ?? Number.NEGATIVE_INFINITY) < from);
  if (idle.length === 0) return { ...nothing(), period: { from, to } };
  const history = historyOf(path, commit, from, io);
  if (history === null) return nothing(diagnose(expiryHistoryCut, null, { path, from: timeText(from) }));
  const unused = idle.filter((entry) => wasThere(entry, history));
  const young = idle.filter((entry) => !unused.includes(entry));
  return { unused, young, period: { from, to }, notes: [] };
}

/** What logs tell of an entry; null where it is none of the network, or there is no log. */
export function useOf({ network }: GrantedEntry, logs: readonly SandboxLog[]): UseEvidence | null {
  if (network === null || logs.length === 0) return null;
  const { key, endpoint } = network;
  const prefix = `egress:${key}#`;
  const fits = (id: string) => (endpoint === null ? id.startsWith(prefix) : id === `${prefix}${endpoint}`);
  const grants = logs.flatMap((log): GrantUse[] =>
    [...log.grants].flatMap(([id, use]) => (fits(id) ? [use] : [])),
  );
  const lastUses = grants.flatMap(({ lastUse }) => lastUse ?? []);
  return {
    logs: logs.map(({ log }) => log),
    from: Math.max(...logs.map(({ first }) => first)),
    to: Math.min(...logs.map(({ last }) => last)),
    uses: grants.reduce((sum, { uses }) => sum + uses, 0),
    lastUse: lastUses.length === 0 ? null : Math.max(...lastUses),
    refused: grants.reduce((sum, { refused }) => sum + refused, 0),
  };
}
