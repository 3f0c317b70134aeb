/** Processor families that we emit for. */
export const ARCHITECTURES = ['x86_64', 'aarch64'] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

/**
 * What a bundle is made for. A plain value from a file or from the host, so that compiling stays a pure function;
 * two targets with equal fields give equal bytes.
 */
export interface Target {
  /** Highest Landlock ABI that the kernel offers; 0 when it has none. */
  readonly landlockAbi: number;
  readonly architecture: Architecture;
  /** `process`: the launcher on the host. `docker`: the launcher in a container made by Docker. */
  readonly engine: 'process' | 'docker';
  /** Whether the host side runs without any privilege or as root. */
  readonly privilege: 'rootless' | 'root';
  /** Whether an unprivileged process may make user namespaces. */
  readonly userNamespaces: boolean;
  /** Image for engines that need one, with a digest; null otherwise. */
  readonly image: string | null;
}
