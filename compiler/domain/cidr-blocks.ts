import { type Address, type CidrBlock, cidrBlock } from './address.ts';
import type { IntervalSet } from './interval-set.ts';

/** The fewest blocks that hold exactly these addresses, ascending. */
export function cidrBlocksOf(addresses: IntervalSet<Address>): readonly CidrBlock[] {
  return addresses.flatMap(({ low, high }) => {
    const blocks: CidrBlock[] = [];
    for (let from = low; from <= high; ) {
      const block = widestFrom(from, high);
      blocks.push(block);
      from = block.high + 1n;
    }
    return blocks;
  });
}

/** The widest block that begins at an address and does not go past another. */
function widestFrom(low: Address, highest: Address): CidrBlock {
  // The zeros at the end of the first address, and no more addresses than there are.
  const aligned = low === 0n ? 128 : (low & -low).toString(2).length - 1;
  const fitting = (highest - low + 1n).toString(2).length - 1;
  return cidrBlock(low, 128 - Math.min(aligned, fitting));
}
