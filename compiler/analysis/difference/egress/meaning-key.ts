import type { BinaryPattern, EgressEntry, HttpRule } from '../../../ir/egress.ts';
import type { Extent } from '../../../ir/extent.ts';

/**
 * Equal keys mean that two entries give every access the same answer, whoever answers for them. Entries that only say
 * the same in other words have other keys.
 */
export function meaningKey(entry: EgressEntry): string {
  return `${entryKey(entry)}\n${entry.grant.approval?.expiresAt ?? ''}`;
}

/** The same, but for the time at which the entry ends. */
export function entryKey({
  host,
  ports,
  binaries,
  addresses,
  visibility,
  allow,
  deny,
  enforcement,
}: EgressEntry): string {
  return [
    host.text,
    ports.map(({ low, high }) => `${low}-${high}`).join(),
    extentKey(binaries, binariesKey),
    extentKey(addresses, (blocks) => blocks.map(({ low, high }) => `${low}-${high}`).join()),
    visibility,
    extentKey(allow, rulesKey),
    rulesKey(deny),
    enforcement,
  ].join('\n');
}

function extentKey<T>(extent: Extent<T>, keyOf: (of: T) => string): string {
  return extent.kind === 'only' ? `=${keyOf(extent.of)}` : extent.kind;
}

const keysOfBinaries = new WeakMap<readonly BinaryPattern[], string>();

/** The endpoints of one network policy share their binaries. */
function binariesKey(binaries: readonly BinaryPattern[]): string {
  let key = keysOfBinaries.get(binaries);
  if (key === undefined) {
    key = binaries.map(({ path, sha256 }) => `${path.text}\t${sha256}`).join('\t');
    keysOfBinaries.set(binaries, key);
  }
  return key;
}

/** Of patterns, their texts; everything else is plain. */
export function operationsKey(operations: HttpRule['operations']): string {
  if (operations.kind !== 'only') return operations.kind;
  return JSON.stringify(operations.of, (_, value) => (isPattern(value) ? value.text : value));
}

function isPattern(value: unknown): value is { readonly text: string } {
  return typeof value === 'object' && value !== null && 'reach' in value;
}

/** Patterns hold no tabs and query keys are written as JSON, so that nothing runs into what follows. */
function rulesKey(rules: readonly HttpRule[]): string {
  return rules
    .map(({ methods, path, query, operations }) => {
      const keys = query.map(({ key, value }) => `${JSON.stringify(key)}=${value.text}`);
      const where = path.kind === 'only' ? path.of.text : path.kind;
      return [methods, where, operationsKey(operations), ...keys].join('\t');
    })
    .join('\t\t');
}
