import { entry } from '../entry.ts';

export const gatewayMissing = entry<{ path: string }>('NC2300', 'gateway/missing', 'error', {
  message: ({ path }) => `the gateway cannot be started: \`${path}\` is not there`,
  help: () =>
    'run `npm run build`; it needs a C compiler such as gcc. Or start without a network: `--no-gateway`',
  explanation:
    'What an agent may reach is decided by a gateway outside its sandbox, and a small program brings connections to ' +
    'it. That program is compiled from source when the package is installed, and that step was left out or failed. ' +
    'Without it nothing can leave a sandbox.',
});

export const stateFolderUnknown = entry('NC2301', 'gateway/state-folder-unknown', 'error', {
  message: () => 'there is no place for the audit log: neither `XDG_STATE_HOME` nor `HOME` names a folder',
  help: () => 'name one: `--state DIR`',
  explanation:
    'Everything that an agent reaches, or tries to, is written into a log outside its sandbox before it happens. The ' +
    'log and the pending requests are kept in the folder for the state of programs (XDG Base Directory Specification).',
});

export const stateNotWritable = entry<{ path: string; detail: string }>(
  'NC2302',
  'gateway/state-not-writable',
  'error',
  {
    message: ({ path, detail }) => `\`${path}\` cannot be written: ${detail}`,
    help: () => 'make the folder writable for you, or name another one: `--state DIR`',
    explanation:
      'The gateway reads the policy from the folder in which it also keeps the audit log. Without that folder nothing ' +
      'could be decided or written down, so the agent is not started.',
  },
);

export const sandboxNameInvalid = entry<{ name: string }>('NC2303', 'gateway/sandbox-name', 'error', {
  message: ({ name }) => `\`${name}\` is no name of a sandbox`,
  help: () => 'use lower-case letters, digits and `-`, at most 63 of them, e.g. `reviewer-2`',
  explanation:
    'A sandbox is called like its blueprint unless `--name` says otherwise; two that run at the same time need two ' +
    'names. The name stands in the audit log and names the folder of its state.',
});

export const trustFolderMissing = entry<{ host: string; folder: string }>(
  'NC2304',
  'gateway/trust-folder-missing',
  'warning',
  {
    message: ({ host, folder }) =>
      `requests to \`${host}\` are looked at, and programs will not trust that: \`${folder}\` is no scratch folder`,
    help: ({ folder }) =>
      `add \`scratch: [${folder}]\` to \`filesystem_policy\`, or extend the preset \`base\``,
    explanation:
      'To see the requests in a TLS connection the gateway answers with a certificate of an authority that it makes for ' +
      'this one sandbox. Programs find that authority in files that the gateway leaves in a folder inside. Without the ' +
      'folder they refuse the connection.',
  },
);
