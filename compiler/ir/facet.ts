/** The six sides of a policy. Every coverage, difference and report is total over them. */
export const FACETS = ['filesystem', 'syscalls', 'process', 'egress', 'inference', 'resources'] as const;
export type Facet = (typeof FACETS)[number];
