import type { Backend } from './backend.ts';
import { compose } from './compose/emit.ts';
import { docker } from './docker/emit.ts';
import { egressTable } from './egress-table/emit.ts';
import { iptables } from './iptables/emit.ts';
import { landlock } from './landlock/emit.ts';
import { launchPlan } from './launch-plan/emit.ts';
import { limits } from './limits/emit.ts';
import { mountView } from './mount-view/emit.ts';
import { netns } from './netns/emit.ts';
import { nftables } from './nftables/emit.ts';
import { exportOpenshell } from './openshell/export.ts';
import { seccomp } from './seccomp/emit.ts';

/** All backends. Each one comes after those whose parts it uses. */
export const BACKENDS: readonly Backend[] = [
  mountView,
  limits,
  landlock,
  seccomp,
  launchPlan,
  egressTable,
  netns,
  nftables,
  iptables,
  docker,
  compose,
];

/** Languages of other tools that a policy can be written in. They are no part of a bundle and cover no facet. */
export const EXPORTERS = { openshell: exportOpenshell } as const;
