import { entry } from '../entry.ts';

export const endpointInvalid = entry<{ endpoint: string; problem: string }>(
  'NC1700',
  'inference/invalid-endpoint',
  'error',
  {
    message: ({ endpoint, problem }) => `\`${endpoint}\` cannot be used as an endpoint: ${problem}`,
    help: () =>
      'write a URL such as `https://api.example.com/v1`; plain http only to a loopback or private address',
    explanation:
      'Prompts and answers are confidential. A model is reached over https, or over http where the connection does not ' +
      'leave the host or its private network. User names, queries and fragments have no place in the URL.',
  },
);

export const credentialName = entry<{ name: string }>('NC1701', 'inference/credential-name', 'error', {
  message: () => 'this is not the name of an environment variable',
  help: () =>
    'write the name of the variable that holds the credential, such as `OPENAI_API_KEY`, never the credential',
  explanation:
    'The credential itself stays outside the sandbox and outside the blueprint; only its name is written down.',
});
