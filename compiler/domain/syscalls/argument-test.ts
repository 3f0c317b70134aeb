import { ALL_ONES, type ArgumentTest, type Comparison } from './filter.ts';
import { SYSCALLS } from './table.ts';

/** A comparison as someone wrote it; `mask` is null where none was given. */
export interface WantedTest {
  readonly index: number;
  readonly comparison: Comparison;
  readonly value: bigint;
  readonly mask: bigint | null;
}

/**
 * - `no-such-argument`: the call takes fewer arguments.
 * - `too-wide`: the value or mask has bits that the kernel does not read, so the test is always or never true.
 * - `outside-mask`: the value has bits outside the mask; such a test never holds.
 * - `needs-mask`: the kernel reads 16 bits of this argument; there are no other comparisons of so few.
 */
export type TestFault = 'no-such-argument' | 'too-wide' | 'outside-mask' | 'needs-mask';

export type MadeTest =
  | { readonly ok: true; readonly test: ArgumentTest }
  | { readonly ok: false; readonly fault: TestFault };

/**
 * Makes a test that looks at exactly the bits of the argument which the kernel reads. A test of more bits could be
 * dodged by setting the others: `socket(0x1_0000_0002, ...)` opens an AF_INET socket.
 */
export function argumentTest(name: string, { index, comparison, value, mask }: WantedTest): MadeTest {
  const bits = SYSCALLS.get(name)?.arguments[index];
  if (bits === undefined) return { ok: false, fault: 'no-such-argument' };
  const read = (1n << BigInt(bits)) - 1n;
  if (value > read || (mask !== null && mask > read)) return { ok: false, fault: 'too-wide' };
  const place = { index: index as ArgumentTest['index'], width: bits === 64 ? 64 : 32 } as const;
  if (comparison !== 'masked-eq' && bits !== 16) {
    return { ok: true, test: { ...place, comparison, value, mask: ALL_ONES } };
  }
  if (comparison !== 'masked-eq' && comparison !== 'eq') return { ok: false, fault: 'needs-mask' };
  const compared = mask ?? read;
  if ((value & ~compared) !== 0n) return { ok: false, fault: 'outside-mask' };
  return { ok: true, test: { ...place, comparison: 'masked-eq', value, mask: compared } };
}
