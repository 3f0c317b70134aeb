/** The places of what the gateway is started with; which of them are there, `NEMOCLAW_DESCRIPTORS` says. */
export const DESCRIPTORS = {
  /** The end of this pipe means that the gateway has to stop. */
  parent: 3,
  tcp4: 4,
  tcp6: 5,
  udp4: 6,
  udp6: 7,
  /** What the doorkeeper says of each connection. */
  records: 8,
  /** Memory with the key of the sandbox's certificate authority. */
  authority: 9,
  /** Memory with the credentials that stand outside for placeholders inside. */
  credentials: 10,
} as const;

export type DescriptorName = keyof typeof DESCRIPTORS;
export type Given = Readonly<Record<DescriptorName, number | null>>;

/** Without these there is nothing to serve, or nobody to tell who calls. */
const NEEDED: readonly DescriptorName[] = ['parent', 'tcp4', 'records'];

/**
 * Reads a list such as `3,4,6,8`; the pipe of the parent is always there.
 *
 * @returns the descriptors, or why the list cannot be served
 */
export function readDescriptors(list: string | undefined): Given | string {
  if (list === undefined) return '`NEMOCLAW_DESCRIPTORS` is not set';
  const places = new Set([String(DESCRIPTORS.parent), ...list.split(',')]);
  const given = Object.entries(DESCRIPTORS).map(
    ([name, place]) => [name, places.delete(String(place)) ? place : null] as const,
  );
  const [unknown] = places;
  if (unknown !== undefined) return `\`NEMOCLAW_DESCRIPTORS\` names \`${unknown}\`, which is none`;
  const descriptors = Object.fromEntries(given) as Record<DescriptorName, number | null>;
  const missing = NEEDED.find((name) => descriptors[name] === null);
  return missing === undefined
    ? descriptors
    : `\`NEMOCLAW_DESCRIPTORS\` does not name ${DESCRIPTORS[missing]}`;
}
