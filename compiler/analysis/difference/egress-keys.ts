import type { BinaryPattern, EgressEntry, HttpRule } from '../../ir/egress.ts';
import type { Extent } from '../../ir/extent.ts';

/** All that an entry says but its grant; equal for entries in the same words. */
export function entryKey(entry: EgressEntry): string {
  const { host, ports, binaries, addresses, visibility, allow, deny, enforcement } = entry;
  return JSON.stringify([
    host.text,
    ports.map(({ low, high }) => [low, high]),
    extentKey(binaries, binaryKeys),
    extentKey(addresses, (blocks) => blocks.map(({ text }) => text)),
    visibility,
    extentKey(allow, ruleKeys),
    ruleKeys(deny),
    enforcement,
  ]);
}

function extentKey<T>(extent: Extent<T>, keysOf: (of: T) => readonly unknown[]): unknown {
  return extent.kind === 'only' ? keysOf(extent.of) : extent.kind;
}

function binaryKeys(binaries: readonly BinaryPattern[]): readonly unknown[] {
  return binaries.map(({ path, sha256 }) => [path.text, sha256]);
}

function ruleKeys(rules: readonly HttpRule[]): readonly unknown[] {
  return rules.map(({ methods, path, query }) => [
    String(methods),
    extentKey(path, ({ text }) => [text]),
    query.map(({ key, value }) => [key, value.text]),
  ]);
}
