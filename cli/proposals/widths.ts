/** The sides of an entry that can be made wider than what was asked for. */
export const WIDTHS = ['host', 'port', 'path', 'method', 'binary'] as const;
export type Width = (typeof WIDTHS)[number];
export type Widths = ReadonlySet<Width>;
