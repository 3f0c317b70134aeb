import { entry } from '../entry.ts';

const SHOWN = 4;

/** The first few of a list, and how many more there are. */
function some(actions: readonly string[]): string {
  const more = actions.length > SHOWN ? `, and ${actions.length - SHOWN} more` : '';
  return `${actions.slice(0, SHOWN).join(', ')}${more}`;
}

/** What else than acceptance closes a gap, by the gap's name. */
const CLOSED_BY: Readonly<Record<string, string>> = {
  'filesystem/landlock-additive': 'allow user namespaces on the host',
  'filesystem/landlock-abi': 'use a newer kernel',
  'filesystem/landlock-execute': 'allow execution there',
  'filesystem/optional-below-writable':
    'write `optional: false`, so that the path must be there at the start',
  'resources/processes-of-root': 'start the sandbox as another user or write `run_as_user`',
};

export const coverageLooser = entry<{ facet: string; gap: string; witness: string; why: string }>(
  'NC1600',
  'coverage/looser',
  'error',
  {
    message: ({ facet, witness, why }) =>
      `\`${facet}\` is not enforced as written: the agent could ${witness}, which is denied; ${why}`,
    help: ({ gap }) =>
      `${CLOSED_BY[gap] ?? 'change the entry'}, or write \`- gap: ${gap}\` with a \`reason\` under \`accept\``,
    explanation:
      'All mechanisms of this target together still let something through that the blueprint denies. The message names ' +
      'one such access. Nothing is written, because what was reviewed is not what would be enforced. Change the entry ' +
      'so that the target can enforce it, choose another target, or accept this very gap by its name and say why.',
  },
);

export const coverageNone = entry<{ facet: string }>('NC1601', 'coverage/none', 'error', {
  message: ({ facet }) => `nothing on this target enforces \`${facet}\``,
  help: ({ facet }) =>
    `choose a target that can, or write \`- gap: ${facet}/none\` with a \`reason\` under \`accept\``,
  explanation:
    'Every side of a blueprint must be enforced by some mechanism of the target. Here one side has none, for example ' +
    'because user namespaces are forbidden on this host. Nothing is written unless the blueprint accepts this gap.',
});

export const coverageUnusedWaiver = entry<{ gap: string }>(
  'NC1602',
  'coverage/unused-acceptance',
  'warning',
  {
    message: ({ gap }) => `\`${gap}\` is accepted, but this target has no such gap`,
    help: () => 'remove it, or check its spelling; an acceptance that is not needed hides the next real gap',
    explanation:
      'An entry under `accept` names one gap in enforcement. This one names none that this target has, so it has no ' +
      'effect today and would silently let the gap through if it appeared later. It may be needed for another target.',
  },
);

export const coverageAccepted = entry<{ facet: string; gap: string; reason: string; lost: string }>(
  'NC1603',
  'coverage/accepted',
  'note',
  {
    message: ({ facet, gap, reason, lost }) =>
      `\`${facet}\` has the accepted gap \`${gap}\`: ${lost} (${reason})`,
    explanation:
      'The blueprint accepts a gap in enforcement by name. It is shown each time so that nobody takes the sandbox for ' +
      'tighter than it is. Remove the entry under `accept` once the gap is closed.',
  },
);

interface OldKernel {
  readonly offered: number;
  readonly required: number;
  readonly kernel: string;
  /** What the agent could do although it is denied. */
  readonly notRefused: readonly string[];
  /** What the agent could not do although it is granted. */
  readonly notWorking: readonly string[];
}

function losses({ notRefused, notWorking }: OldKernel): string {
  return [
    ...(notRefused.length > 0 ? [`the agent could still ${some(notRefused)}`] : []),
    ...(notWorking.length > 0 ? [`it could not ${some(notWorking)}`] : []),
  ].join('; ');
}

function offer({ offered, required }: OldKernel): string {
  const has = offered === 0 ? 'has no Landlock' : `offers Landlock ABI ${offered}`;
  return `the target's kernel ${has}, this blueprint needs ABI ${required}`;
}

export const landlockTooOld = entry<OldKernel>('NC1610', 'landlock/kernel-too-old', 'error', {
  message: (found) => `${offer(found)}: ${losses(found)}`,
  help: ({ kernel }) =>
    `use Linux ${kernel} or newer, change the entries named here, or write \`compatibility: best_effort\` under \`landlock\``,
  explanation:
    'Landlock grew over several kernel releases; an older one cannot refuse every right. With the default ' +
    '`compatibility: hard_requirement` a blueprint is not compiled for a kernel on which a part of it would be lost. ' +
    'The message names what would be lost. `best_effort` accepts exactly that and prints it each time.',
});

export const landlockBestEffort = entry<OldKernel>('NC1611', 'landlock/best-effort', 'warning', {
  message: (found) => `${offer(found)} and takes what it gets: ${losses(found)}`,
  help: ({ kernel }) => `use Linux ${kernel} or newer`,
  explanation:
    '`compatibility: best_effort` lets a blueprint run on a kernel whose Landlock cannot refuse everything. What is ' +
    'lost on this target is named here each time. Other mechanisms may still refuse a part of it.',
});

export const landlockWaiverUnused = entry<{ offered: number }>(
  'NC1612',
  'landlock/best-effort-unused',
  'note',
  {
    message: ({ offered }) => `best effort for Landlock is waived; with ABI ${offered} nothing is lost`,
    help: () => 'write `compatibility: hard_requirement`, unless an older kernel has to do as well',
    explanation:
      '`compatibility: best_effort` is a waiver: on an older kernel a part of the blueprint would not be enforced. On this ' +
      'target everything is. It is said each time, so that nobody forgets it.',
  },
);

export const mountsUnavailable = entry<Record<string, never>>(
  'NC1620',
  'mount-view/no-namespaces',
  'warning',
  {
    message: () =>
      "the target has no user namespaces, so the agent sees the host's file tree and only Landlock restricts it",
    help: () => 'allow user namespaces on the host; `docs/how-to/hardened-hosts.md` says how',
    explanation:
      'Without user namespaces an ordinary user cannot make mounts. Scratch folders and the process list are then not ' +
      'there at all, read-only folders below writable ones stay writable, and names and sizes of all files can be seen.',
  },
);

export const scratchNeedsMounts = entry<{ path: string; above: string }>(
  'NC1621',
  'mount-view/scratch-needs-namespaces',
  'error',
  {
    message: ({ path, above }) =>
      `scratch folder \`${path}\` would show the host's own folder, which the grant of \`${above}\` covers`,
    help: () => 'allow user namespaces on the host, or remove the scratch entry',
    explanation:
      'A scratch folder is private to the sandbox and ends with it. Without mounts the agent would write into the ' +
      "host's folder of that name instead, and this cannot be accepted as a gap because it means something else.",
  },
);

export const containerNoImage = entry<Record<string, never>>('NC1640', 'docker/no-image', 'error', {
  message: () => 'the target runs in Docker but names no image',
  help: () => 'give the image with its digest, such as `registry/name@sha256:...`',
  explanation:
    'A container needs an image. The target names it together with its digest, so that the same bundle always runs ' +
    'the same files.',
});

export const containerImageNotPinned = entry<{ image: string }>(
  'NC1641',
  'docker/image-not-pinned',
  'error',
  {
    message: ({ image }) => `image \`${image}\` is not a name with a digest`,
    help: () =>
      'write `name@sha256:` and 64 hexadecimal digits; `docker image inspect` shows them as RepoDigests',
    explanation:
      'A tag can point to other files tomorrow. A digest names the files themselves, so what was reviewed is what runs.',
  },
);

export const containerPath = entry<{ path: string; why: string }>('NC1642', 'docker/path', 'error', {
  message: ({ path, why }) => `\`${path}\` cannot be mounted by Docker: ${why}`,
  help: () => 'use a path without this character',
  explanation:
    "Docker's options put several values into one text and have no way to write some characters in a path. Such a " +
    'path is refused instead of being mounted somewhere else.',
});

export const containerEnvironment = entry<{ name: string }>(
  'NC1643',
  'docker/environment-pattern',
  'warning',
  {
    message: ({ name }) => `\`${name}\` does not reach into a container`,
    help: () => 'name each variable that the agent needs',
    explanation:
      'Docker passes variables by whole names only. Names that end in `*` are left out, so the agent sees fewer ' +
      'variables than the blueprint grants.',
  },
);

export const composeLeftOut = entry<{ path: string; why: string }>('NC1650', 'compose/left-out', 'warning', {
  message: ({ path, why }) => `no \`compose.yaml\` is written: \`${path}\` ${why}`,
  help: () => 'start the sandbox with `nemoclaw`, which checks the path before it mounts',
  explanation:
    'A Compose file is started by Docker Compose alone, without a check at the start. Where the sandbox is only tight ' +
    'with such a check, no file is written instead of one that would be looser.',
});
