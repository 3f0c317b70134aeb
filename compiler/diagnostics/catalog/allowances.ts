import { entry } from '../entry.ts';

export const allowanceInForce = entry<{ request: string; sandbox: string; until: string; by: string }>(
  'NC2562',
  'allowance/in-force',
  'warning',
  {
    message: ({ request, sandbox, until, by }) =>
      `\`${request}\` of \`${sandbox}\` is let through until ${until} without a review, by \`${by}\``,
    help: ({ request }) => `have it reviewed: nemoclaw egress propose ${request}`,
    explanation:
      'Somebody broke the glass: a refused access is let through for a while, on this sandbox alone, and nobody has reviewed it. It ' +
      'ends by itself. The audit log says who did it and why, and each access that it lets through names the request. To keep it, ' +
      'propose it; to end it now, say no to it with `nemoclaw egress deny`.',
  },
);

export const allowanceDamaged = entry<{ path: string; problem: string }>(
  'NC2563',
  'allowance/damaged-file',
  'warning',
  {
    message: ({ path, problem }) => `\`${path}\` grants nothing: ${problem}`,
    help: () => 'remove it, and allow the request again if that is still needed',
    explanation:
      'What is let through for a while is read strictly: each entry has to end when the allowance does, at most a day after it was ' +
      'given. A file that was edited, cut or put there by somebody else counts as not there, and is named wherever it is met.',
  },
);

export const allowanceDenied = entry<{ request: string; entry: string; place: string }>(
  'NC2564',
  'allowance/denied-by-entry',
  'error',
  {
    message: ({ request, entry: id, place }) =>
      `\`${request}\` cannot be let through: \`${id}\` (${place}) denies it`,
    explanation:
      'The blueprint denies this access by name, and a denial beats every permission. That somebody wrote down what must not ' +
      'happen is not undone by one command on one machine; change the blueprint.',
  },
);

export const allowanceNoTable = entry<{ path: string; problem: string }>(
  'NC2565',
  'allowance/no-table',
  'error',
  {
    message: ({ path, problem }) => `nothing can be let through: the egress table \`${path}\` ${problem}`,
    help: () => 'the sandbox has to have run with a gateway once, so that there is a policy to add to',
    explanation:
      'What is let through for a while is added to the policy that the gateway of the sandbox decides by. It lies in the state folder ' +
      'since the sandbox was first started. Without it, nobody can tell what adding to it would mean.',
  },
);

export const allowanceNotTaken = entry<{ request: string; problem: string }>(
  'NC2566',
  'allowance/not-taken',
  'error',
  {
    message: ({ request, problem }) =>
      `the gateway did not take \`${request}\`: ${problem}; nothing is let through`,
    explanation:
      'The gateway of the sandbox runs and was told to let the request through. It refused, or did not answer in time. The allowance ' +
      'was taken back, so that it does not come into force later when nobody expects it.',
  },
);

export const allowanceNotWritten = entry<{ path: string; detail: string }>(
  'NC2567',
  'allowance/not-written',
  'error',
  {
    message: ({ path, detail }) => `\`${path}\` could not be written: ${detail}; nothing is let through`,
    explanation:
      'What is let through has to outlive a crash of the gateway, and to be there for whoever asks who allowed it. So it is written ' +
      'into the state folder of the sandbox before it counts.',
  },
);

export const allowanceNotEnded = entry<{ request: string; problem: string }>(
  'NC2665',
  'allowance/not-ended',
  'error',
  {
    message: ({ request, problem }) =>
      `\`${request}\` may still be let through, and was not denied: ${problem}`,
    help: () => 'end the sandbox: it is not let through after the next start',
    explanation:
      'The request was let through for a while, and whoever denies it ends that first. The gateway of the sandbox runs and did not ' +
      'take back what it has in force, or the file that lets it through is still there. It ends by itself at the time that it was given.',
  },
);

export const allowanceNotProposed = entry<{ request: string }>(
  'NC2662',
  'allowance/not-proposed',
  'warning',
  {
    message: ({ request }) => `\`${request}\` is let through, and nobody was asked to review it`,
    help: ({ request }) => `run \`nemoclaw egress propose ${request}\` in the repository of its blueprint`,
    explanation:
      'What is let through without a review ends by itself. Whether the agent should have it for longer is for the owners of the ' +
      'blueprint to say, and they hear of it by a proposal. It could not be opened for the reason that is told with this.',
  },
);
