import { entry } from '../entry.ts';

export const launchPartMissing = entry<{ part: string }>('NC1500', 'launch/part-missing', 'error', {
  message: ({ part }) => `the launch plan has no ${part}, and this blueprint needs it`,
  help: () => 'choose a target that can enforce it, or see the finding about that part',
  explanation:
    'The launch plan puts together what the other parts of the compiler made: the file tree, the Landlock ruleset, the ' +
    'system call filter and the limits. One of them could not be made for this target. A plan without it would start ' +
    'the agent less confined than the blueprint says, so no plan is written.',
});

export const launchPlanTooLarge = entry<{ bytes: number; largest: number }>(
  'NC1501',
  'launch/plan-too-large',
  'error',
  {
    message: ({ bytes, largest }) =>
      `the launch plan takes ${bytes} bytes, and the launcher reads at most ${largest}`,
    help: () => 'grant folders in place of the many files in them',
    explanation:
      'The launcher reads its plan into a fixed piece of memory, so that a hostile plan cannot make it take any amount. ' +
      'Tens of thousands of paths fit. Fewer and wider entries that mean the same make a smaller plan.',
  },
);

export const launcherMissing = entry<{ path: string }>('NC1510', 'launch/launcher-missing', 'error', {
  message: ({ path }) => `the launcher is not built: \`${path}\` is not there`,
  help: () => 'run `node scripts/build-launcher.js`; it needs a C compiler such as gcc',
  explanation:
    'Agents are started by a small program that confines itself first. It is compiled from source when the package is ' +
    'installed, and that step was left out or failed, for example because there was no C compiler. Nothing is ever ' +
    'started without it.',
});

export const launchFailed = entry<{ step: string; detail: string; error: string; hint: string | null }>(
  'NC1511',
  'launch/step-failed',
  'error',
  {
    message: ({ step, detail, error }) =>
      `the agent was not started: step \`${step}\` failed at \`${detail}\` (${error})`,
    help: ({ hint }) => hint,
    explanation:
      'The launcher carries out its plan step by step and gives up at the first one that the kernel refuses, before ' +
      'the command runs. The step says which protection could not be put in place, and the detail names the path or ' +
      'the value. A path that may be missing has to be marked `optional: true` in the blueprint.',
  },
);

export const namespacesUnavailable = entry<{ why: string; fix: string }>(
  'NC1512',
  'launch/user-namespaces-unavailable',
  'error',
  {
    message: ({ why }) => `ordinary users cannot make user namespaces on this host: ${why}`,
    help: ({ fix }) => fix,
    explanation:
      'Without root, the file tree, the empty network and the own process list of a sandbox need user namespaces. This ' +
      'host forbids them to ordinary users. Change the setting that is named, run as root, or compile for a target ' +
      'without user namespaces and accept the gaps that the compiler then lists.',
  },
);

export const launchMountLost = entry<{ path: string }>('NC1513', 'launch/mount-lost', 'error', {
  message: ({ path }) => `\`${path}\` was replaced on the host while the agent ran, so the agent was ended`,
  help: () => 'start it again; leave protected paths alone while an agent runs',
  explanation:
    'A mount makes a path read-only or hides it. When that path is renamed over or removed on the host, as editors do ' +
    'when they save, the kernel takes the mount away, and with it the protection. The sandbox is watched for that and ' +
    'ended within a twentieth of a second.',
});
