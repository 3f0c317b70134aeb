import { entry } from '../entry.ts';

export const requestNotFound = entry<{ id: string }>('NC2420', 'request/not-found', 'error', {
  message: ({ id }) => `there is no request \`${id}\``,
  help: () => '`nemoclaw egress list` shows the requests of all sandboxes of this user',
  explanation:
    'A request is named by `req-` and twelve hexadecimal digits, or by as many of its first digits as only one request has. ' +
    'Requests are kept in the state folder of their sandbox, below `$XDG_STATE_HOME/nemoclaw/sandboxes` or where ' +
    '`--state` says. When there are too many of them, those that were answered are forgotten first.',
});

export const requestAmbiguous = entry<{ id: string; ids: readonly string[] }>(
  'NC2421',
  'request/ambiguous',
  'error',
  {
    message: ({ id, ids }) => `\`${id}\` may be ${ids.map((one) => `\`${one}\``).join(' or ')}`,
    help: () => 'write more of its digits',
    explanation:
      'The beginning of the name of a request is enough where only one begins like that. Here several do, and none is ' +
      'chosen by guessing.',
  },
);

export const requestOverflow = entry<{ sandbox: string; count: number; last: string }>(
  'NC2422',
  'request/overflow',
  'warning',
  {
    message: ({ sandbox, count, last }) =>
      `${count} ${count === 1 ? 'refusal' : 'refusals'} of \`${sandbox}\` found no room among its requests, the latest on ${last}`,
    help: ({ sandbox }) =>
      `\`nemoclaw logs ${sandbox} --denied\` shows every one of them; answered requests make room for new ones`,
    explanation:
      'An agent can ask for any number of different hosts. So the number of requests that wait for a person is bounded, and one ' +
      'executable makes only so many in a while. What is beyond is refused all the same, stands in the audit log with all that ' +
      'is known of it, and is counted here. A large number means that a program tries everything that it can think of.',
  },
);

export const requestDamaged = entry<{ path: string; problem: string }>(
  'NC2423',
  'request/damaged-file',
  'warning',
  {
    message: ({ path, problem }) => `\`${path}\` is passed over: ${problem}`,
    help: () => 'remove it; the next refusal of the same access makes the request anew',
    explanation:
      'Requests and answers to them are read strictly, so that an edited file cannot stand for another access than the one ' +
      'that was refused. A file that is no request counts as not there. The audit log has what it told of.',
  },
);

export const sandboxUnknown = entry<{ name: string; folder: string }>('NC2424', 'sandbox/unknown', 'error', {
  message: ({ name, folder }) => `there is no sandbox \`${name}\`: \`${folder}\` is not there`,
  help: () => 'say where its state is kept with `--state`, or look whether it ran as another user',
  explanation:
    'What a sandbox leaves behind, such as its audit log and its requests, is kept in its state folder: ' +
    '`$XDG_STATE_HOME/nemoclaw/sandboxes/NAME`, or `~/.local/state/nemoclaw/sandboxes/NAME` where the variable is not set.',
});

export const sandboxNameInvalid = entry<{ name: string }>('NC2425', 'sandbox/invalid-name', 'error', {
  message: ({ name }) => `\`${name}\` is no name of a sandbox`,
  help: () => 'a name has lower-case letters, digits and `-`; a folder is written with a `/`',
  explanation:
    'A sandbox is named as its blueprint in `metadata.name`: lower-case letters, digits and `-`, at most 63 characters. Other ' +
    'texts are refused, so that a name can never lead to another folder.',
});

export const stateFolderUnknown = entry<Record<string, never>>('NC2426', 'sandbox/no-state-folder', 'error', {
  message: () =>
    'it is not known where sandboxes keep their state: neither XDG_STATE_HOME nor HOME is an absolute path',
  help: () => 'set one of them, or give the folder with `--state`',
  explanation:
    'The state of a sandbox lies below `$XDG_STATE_HOME`, or below `$HOME/.local/state` where that is not set (XDG Base ' +
    'Directory Specification). A relative path there is passed over, as the specification asks.',
});

export const logMissing = entry<{ folder: string }>('NC2427', 'audit/no-log', 'error', {
  message: ({ folder }) => `there is no audit log in \`${folder}\``,
  help: () => 'name a sandbox, its state folder or the folder of its log',
  explanation:
    'The audit log of a sandbox is in `audit` of its state folder, in files that are named `audit-` and a number. A folder ' +
    'without such a file is no log, and an empty answer would pass for an agent that did nothing.',
});

export const answerNotWritten = entry<{ id: string; detail: string }>(
  'NC2428',
  'request/not-written',
  'error',
  {
    message: ({ id, detail }) => `the answer to \`${id}\` could not be written: ${detail}`,
    explanation:
      'An answer is a file beside the request, written in one step. It could not be made, so the request is as it was.',
  },
);

export const stateUnreadable = entry<{ folder: string; detail: string }>(
  'NC2429',
  'sandbox/unreadable-state',
  'error',
  {
    message: ({ folder, detail }) => `\`${folder}\` cannot be read: ${detail}`,
    help: () => 'ask as the user as whom the sandbox runs',
    explanation:
      'The state folder of a sandbox is open to the user alone as whom it runs. What cannot be read is not reported as empty.',
  },
);

export const requestWasDenied = entry<{ id: string; by: string; at: string; reason: string }>(
  'NC2430',
  'request/was-denied',
  'warning',
  {
    message: ({ id, by, at, reason }) => `\`${id}\` was denied by \`${by}\` on ${at}: \`${reason}\``,
    help: () => 'ask whoever said no, and tell those who review it',
    explanation:
      'Somebody said no to this request and why, and it is proposed or let through now. That answer takes the place of the denial, ' +
      'so what it said is told once more.',
  },
);
