/** Who can do what at a host that many share. */
export type Sharing =
  /** Whatever is asked for there is seen by whoever owns the name or the box, a GET as well. */
  | 'collects'
  /** What is written there can be read by others; what is read there can come from others. */
  | 'stores'
  /** What is read there can come from others; writing needs an account that is checked. */
  | 'publishes';

/** A host, or a part of one, that anyone can have an account at. */
export interface KnownHost {
  /** In the dialect of blueprints. */
  readonly host: string;
  readonly sharing: Sharing;
  /** Continues "`host` is ...". */
  readonly why: string;
  /** Number of the path segment that names the account, from 0: rules that name it speak of one account only. */
  readonly account: number | null;
  /** Where only a part of the host is meant: a request that belongs to it. */
  readonly example: { readonly method: string; readonly path: string } | null;
  /** Where the provider, or somebody who watches it, says so. */
  readonly source: string;
}

/** A suffix below which each name belongs to somebody else. */
export interface SharedSuffix {
  /** `*` stands for a label that the provider chooses, such as a region. */
  readonly suffix: string;
  /** Continues "below `suffix` ...". */
  readonly why: string;
  readonly source: string;
}
