import { effectEntry } from '../../effect.ts';

// What rules about the inside of requests come to under OpenShell.

type Nothing = Record<string, never>;

export const exportOperationLeftOut = effectEntry<{ rule: string; why: string }>(
  'NC2390',
  'export/operation-left-out',
  'stricter',
  {
    message: ({ rule, why }) => `\`${rule}\` is left out: ${why}`,
    explanation:
      'OpenShell tells requests of JSON-RPC, MCP, GraphQL and WebSocket apart by fewer things than a blueprint does. A rule ' +
      'that it cannot have grants nothing there.',
  },
);

export const exportBinaryMessages = effectEntry<Nothing>('NC2391', 'export/binary-messages', 'looser', {
  message: () => 'OpenShell passes binary messages on a WebSocket without looking at them',
  explanation:
    'A blueprint refuses messages that are no text unless `binary_messages: true` is written. OpenShell inspects text alone, ' +
    'and lets everything else through once the WebSocket is open.',
});

export const exportDenialWider = effectEntry<{ rule: string }>('NC2392', 'export/denial-wider', 'stricter', {
  message: ({ rule }) =>
    `the denial of \`${rule}\` denies more under OpenShell, which tells less apart there`,
  explanation:
    'What a denial says about the text of a message, the query or the method of HTTP, OpenShell cannot look at beside the ' +
    'inside of a request. So that nothing gets past it, the denial is written without that.',
});

export const exportKnownMethods = effectEntry<{ pattern: string }>(
  'NC2393',
  'export/known-methods',
  'stricter',
  {
    message: ({ pattern }) => `\`${pattern}\` becomes the methods of MCP that OpenShell knows`,
    explanation:
      'OpenShell takes patterns of methods only below `tools/`. Any other is written as the list of the methods of MCP that ' +
      'it stands for; methods of extensions are granted only by their exact names.',
  },
);
