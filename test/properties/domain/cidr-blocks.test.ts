import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HIGHEST_ADDRESS, LOWEST_ADDRESS, parseCidrBlock } from '../../../compiler/domain/address.ts';
import { cidrBlocksOf } from '../../../compiler/domain/cidr-blocks.ts';
import { intervalSet, sameIntervals } from '../../../compiler/domain/interval-set.ts';
import { PUBLIC_ADDRESSES } from '../../../compiler/domain/special-addresses.ts';

const IPV4 = 0xffff00000000n;
const base = fc.constantFrom(0n, IPV4, IPV4 + 0xffffff00n, 0xfd00n << 112n, HIGHEST_ADDRESS - 300n);
const address = fc.tuple(base, fc.bigInt({ min: 0n, max: 300n })).map(([low, more]) => low + more);
const addresses = fc
  .array(
    fc.tuple(address, address).map(([a, b]) => (a < b ? { low: a, high: b } : { low: b, high: a })),
    { maxLength: 4 },
  )
  .map((intervals) => intervalSet(intervals));

function fewest(low: bigint, high: bigint): number {
  let count = 0;
  for (let from = low; from <= high; count += 1) {
    let size = 1n;
    while (size < 1n << 128n && from % (size * 2n) === 0n && from + size * 2n - 1n <= high) size *= 2n;
    from += size;
  }
  return count;
}

it('blocks hold exactly the addresses, in order, written as they are read, and are the fewest', () => {
  fc.assert(
    fc.property(addresses, (set) => {
      const blocks = cidrBlocksOf(set);
      expect(sameIntervals(intervalSet(blocks), set)).toBe(true);
      const total = (list: readonly { low: bigint; high: bigint }[]) =>
        list.reduce((sum, { low, high }) => sum + high - low + 1n, 0n);
      expect(total(blocks)).toBe(total(set));
      const wrong = blocks.filter(({ low, high, text, prefix }, at) => {
        const read = parseCidrBlock(text);
        const isRead =
          read.ok && read.block.low === low && read.block.high === high && read.block.prefix === prefix;
        return !isRead || (at > 0 && blocks[at - 1]!.high >= low);
      });
      expect(wrong).toEqual([]);
      expect(blocks.length).toBe(set.reduce((sum, { low, high }) => sum + fewest(low, high), 0));
    }),
    { numRuns: 150 },
  );
});

it('everything is one block, and the public addresses come back whole', () => {
  expect(cidrBlocksOf([{ low: LOWEST_ADDRESS, high: HIGHEST_ADDRESS }]).map(({ text }) => text)).toEqual([
    '::/0',
  ]);
  expect(cidrBlocksOf([])).toEqual([]);
  expect(sameIntervals(intervalSet(cidrBlocksOf(PUBLIC_ADDRESSES)), PUBLIC_ADDRESSES)).toBe(true);
});
