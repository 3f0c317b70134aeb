import {
  type Dimension,
  type DimensionSet,
  Numbering,
  type Partition,
  type Shape,
  type TagSet,
  type Value,
  wrongKind,
} from './dimension.ts';

const MOST_TAGS = 31;

/** The set of the tags whose bits are set. */
export function tagSet(mask: number): TagSet {
  return { kind: 'tag', mask };
}

/** By tag: the tag whose place it shares unless something tells the two apart. */
export type LikeTags = Readonly<Partial<Record<string, string>>>;

/**
 * A dimension of at most 31 names, such as methods; a value is the index of a name.
 *
 * @param like tags that the canonical form leaves out where they go on as the one that they are like, so that tags can be
 *   added without a change of the form of what does not tell them apart
 */
export function tagDimension(name: string, tags: readonly string[], like: LikeTags = {}): Dimension {
  if (tags.length > MOST_TAGS) throw new RangeError(`dimension ${name} has more than ${MOST_TAGS} tags`);
  const spelling = spellingOf(tags, like);
  const asTags = (set: DimensionSet): TagSet => (set.kind === 'tag' ? set : wrongKind(name, set.kind));
  return {
    name,
    keyOf: (set) => String(asTags(set).mask),
    isValue: (value) =>
      typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < tags.length,
    partition(groups, budget) {
      if (!budget.spend(1)) return null;
      const masks = groups.map((group) => group.reduce((mask, set) => mask | asTags(set).mask, 0));
      return tagPartition(name, tags, masks, spelling);
    },
  };
}

function tagPartition(
  name: string,
  tags: readonly string[],
  masks: readonly number[],
  spelling: readonly SpeltTag[],
): Partition {
  const atoms = new Numbering<readonly number[]>();
  const atomByTag = tags.map((_, tag) => {
    const held = masks.flatMap((mask, group) => ((mask >>> tag) & 1 ? [group] : []));
    return atoms.numberOf(held.join(), () => held);
  });
  return {
    atoms: atoms.items,
    locate: (value: Value) => (typeof value === 'number' ? atomByTag[value]! : wrongKind(name, typeof value)),
    table: () => ({ kind: 'tag', atoms: atomByTag }),
    shape: (outputs) => shapeOf(spelling, (tag) => outputs[atomByTag[tag]!]!),
    examples: () => atoms.items.map((_, atom) => atomByTag.indexOf(atom)),
    portion: (wanted) =>
      tagSet(atomByTag.reduce((mask, atom, tag) => (wanted.has(atom) ? mask | (1 << tag) : mask), 0)),
  };
}

/** A tag as the form names it, and the index of the tag that it is like; -1 for none. */
interface SpeltTag {
  readonly tag: number;
  readonly name: string;
  readonly like: number;
}

/** By the order of the names in the alphabet, not of their indices, so that tags can be added. */
function spellingOf(tags: readonly string[], like: LikeTags): readonly SpeltTag[] {
  return tags
    .map((name, tag) => ({ tag, name }))
    .sort(byName)
    .map(({ tag, name }) => ({ tag, name: JSON.stringify(name), like: tags.indexOf(like[name] ?? '') }));
}

/** `name,name>output;` */
function shapeOf(spelling: readonly SpeltTag[], outputOf: (tag: number) => number): Shape {
  const names = new Map<number, string[]>();
  for (const { tag, name, like } of spelling) {
    const output = outputOf(tag);
    if (like !== -1 && output === outputOf(like)) continue;
    const list = names.get(output);
    if (list) list.push(name);
    else names.set(output, [name]);
  }
  const lines = [...names.values()].map((list, slot) => `${list.join()}>${slot.toString(36)};`);
  return { text: lines.join(''), outputs: [...names.keys()] };
}

function byName(left: { readonly name: string }, right: { readonly name: string }): number {
  return left.name < right.name ? -1 : 1;
}
