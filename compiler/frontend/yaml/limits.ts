/** Bytes of one file, checked before anything is decoded. */
export const MAX_BYTES = 4 * 1024 * 1024;

/** Lists and mappings inside each other; the root counts as one. */
export const MAX_DEPTH = 64;

/** Scalars, lists and mappings of one file, keys not counted. */
export const MAX_VALUES = 250_000;

/** Errors listed for one file. */
export const MAX_ERRORS = 20;
