import { entry } from '../entry.ts';

const AGAIN =
  'The branch of the proposal is on the remote already, so proposing the same again completes it.';

export const githubNoToken = entry<{ host: string; problem: string }>('NC2550', 'github/no-token', 'error', {
  message: ({ host, problem }) => `there is no token for \`${host}\`: ${problem}`,
  help: () =>
    'set NEMOCLAW_GITHUB_TOKEN or GITHUB_TOKEN, or name a file with `--token-file`; `--no-pull-request` makes a branch and a patch alone',
  explanation:
    'Pull requests are made through the REST API, which wants a token that may write pull requests of the repository. It is read ' +
    'from the environment or from a file, never from the command line, where other users of the machine could see it.',
});

export const githubBadAddress = entry<{ address: string }>('NC2551', 'github/unsafe-address', 'error', {
  message: ({ address }) => `\`${address}\` is no address that a token may be sent to`,
  help: () => 'write an https address, such as `https://github.example.com/api/v3`',
  explanation:
    'The address of the API is where the token goes. It has to be https, or http on this machine itself, and must hold neither a ' +
    'user name nor a query.',
});

export const githubUnauthorized = entry<{ host: string; said: string }>(
  'NC2552',
  'github/unauthorized',
  'error',
  {
    message: ({ host, said }) => `\`${host}\` does not accept the token: ${said}`,
    help: () => 'make a new token, and propose the same again',
    explanation: `The token is unknown to that server, or has ended. ${AGAIN}`,
  },
);

export const githubForbidden = entry<{ host: string; said: string }>('NC2553', 'github/forbidden', 'error', {
  message: ({ host, said }) => `the token may not do this on \`${host}\`: ${said}`,
  help: () => 'it needs to write pull requests of the repository; then propose the same again',
  explanation:
    'The token is known and lacks a permission: "Pull requests: write" for fine-grained tokens and apps, `pull-requests: write` ' +
    `in workflows, and single sign-on where the organisation wants that. ${AGAIN}`,
});

export const githubLimited = entry<{ host: string; until: string | null; said: string }>(
  'NC2554',
  'github/rate-limit',
  'error',
  {
    message: ({ host, until, said }) =>
      `\`${host}\` takes no more requests ${until === null ? 'for a while' : `until ${until}`}: ${said}`,
    help: ({ until }) => `propose the same again ${until === null ? 'in a few minutes' : 'after that'}`,
    explanation:
      'GitHub bounds how many requests a token makes in an hour, and how fast. It says when that ends, and asking before makes it ' +
      `longer; so nothing is repeated here. ${AGAIN}`,
  },
);

export const githubNotFound = entry<{ host: string; repository: string; said: string }>(
  'NC2555',
  'github/not-found',
  'error',
  {
    message: ({ host, repository, said }) => `\`${host}\` shows no \`${repository}\` to this token: ${said}`,
    help: () => 'look at the address of the remote, and whether the token may see the repository',
    explanation:
      'GitHub answers so where something is not there, and also where a token may not know that it is. A token of another ' +
      `organisation, or one that was not given the repository, is the usual reason. ${AGAIN}`,
  },
);

export const githubRefused = entry<{ host: string; said: string }>('NC2556', 'github/refused', 'error', {
  message: ({ host, said }) => `\`${host}\` does not take the pull request: ${said}`,
  explanation:
    'GitHub understood what was asked for and refuses it, with the reason that is quoted: a base branch that is not there, rules ' +
    `of the repository, or text that is too long. ${AGAIN}`,
});

export const githubFailed = entry<{ host: string; status: number; said: string }>(
  'NC2557',
  'github/failed',
  'error',
  {
    message: ({ host, status, said }) => `\`${host}\` failed with ${status}: ${said}`,
    help: () => 'propose the same again later',
    explanation: `The server has a problem of its own. ${AGAIN}`,
  },
);

export const githubMoved = entry<{ host: string; to: string }>('NC2558', 'github/moved', 'error', {
  message: ({ host, to }) =>
    `\`${host}\` sends this request on to \`${to}\`; it is not followed, since the token would go there`,
  help: () => 'look whether the repository was renamed, and give the remote its new address',
  explanation:
    'A renamed repository is answered with a redirection, and so is a server that wants people to log in first. Following it would ' +
    'give the token to whatever address it names.',
});

export const githubUnreachable = entry<{ host: string; detail: string }>(
  'NC2559',
  'github/unreachable',
  'error',
  {
    message: ({ host, detail }) => `\`${host}\` cannot be reached: ${detail}`,
    help: () => 'propose the same again when it can; `--no-pull-request` makes a branch and a patch alone',
    explanation:
      'There was no answer in time, or the network does not lead there. Where only a proxy does, Node needs to be told to use ' +
      `it: NODE_USE_ENV_PROXY=1 with Node 24. Whether the server has acted on the request is not known. ${AGAIN}`,
  },
);

export const githubUnreadable = entry<{ host: string; detail: string }>(
  'NC2560',
  'github/unreadable',
  'error',
  {
    message: ({ host, detail }) => `\`${host}\` does not answer as GitHub does: ${detail}`,
    help: () => 'look at the address of the API: it ends in `/api/v3` on GitHub Enterprise Server',
    explanation:
      'An answer has to be JSON of a bounded size with the few values that are needed, each of its kind. A page of a proxy or of a ' +
      `login is none. Nothing is guessed from what is there. ${AGAIN}`,
  },
);

export const githubCutShort = entry<{ host: string; list: string; most: number }>(
  'NC2663',
  'github/cut-short',
  'error',
  {
    message: ({ host, list, most }) =>
      `\`${host}\` does not list all ${list}: there may be more than ${most}`,
    help: () => 'make another pull request of it, with fewer commits',
    explanation:
      'Who wrote the commits of a change may not approve it, and a review counts by what came after it. A list that is not whole ' +
      'could hold what matters in the part that is missing, so nothing is concluded from it.',
  },
);

export const githubNotPrivate = entry<{ path: string }>('NC2561', 'github/token-file', 'error', {
  message: ({ path }) => `\`${path}\` holds no token`,
  help: () => 'write the token alone into the file, and let nobody else read it',
  explanation:
    'A token is one line of printable characters without spaces. What is in the file is not quoted here, because it may be one.',
});
