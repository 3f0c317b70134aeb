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
  let prefix = 128;
  while (prefix > 0) {
    const rest = (1n << BigInt(129 - prefix)) - 1n;
    if ((low & rest) !== 0n || low + rest > highest) break;
    prefix -= 1;
  }
  return cidrBlock(low, prefix);
}
