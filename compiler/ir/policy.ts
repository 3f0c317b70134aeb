import type { BoundCredential } from './credential.ts';
import type { EgressPolicy } from './egress.ts';
import type { FilesystemPolicy } from './filesystem.ts';
import type { InferencePolicy } from './inference.ts';
import type { Origin } from './origin.ts';
import type { ProcessPolicy } from './process.ts';
import type { ResourcePolicy } from './resources.ts';
import type { SyscallPolicy } from './syscalls.ts';
import type { Waiver } from './waiver.ts';

declare const sealed: unique symbol;

/**
 * The one meaning of a blueprint, checked and with everything said. Only `lower` makes one, so whoever holds a Policy
 * need not check it again. Holds no host facts.
 */
export interface Policy extends PolicyContent {
  readonly [sealed]: true;
}

/** What a policy holds, before the seal says that it was checked. */
export interface PolicyContent {
  readonly name: string;
  /** Where the name is written: the place of what is true of the blueprint as a whole. */
  readonly origin: Origin;
  readonly filesystem: FilesystemPolicy;
  readonly syscalls: SyscallPolicy;
  readonly process: ProcessPolicy;
  readonly egress: EgressPolicy;
  /** In the order of their names. A part of what egress means: no access without one of its entries uses them. */
  readonly credentials: readonly BoundCredential[];
  readonly inference: InferencePolicy;
  readonly resources: ResourcePolicy;
  /** Gaps in enforcement that the blueprint accepts by name; not part of the meaning. */
  readonly waivers: readonly Waiver[];
}

/** Says that the content was checked. Imported by `ir/lower.ts` alone; the architecture test holds that. */
export function sealPolicy(content: PolicyContent): Policy {
  return Object.freeze(content) as Policy;
}
