import { effectEntry } from '../../effect.ts';

// What is said about files in the settings of sandbox-runtime and Claude Code.

type Nothing = Record<string, never>;

const listed = (paths: readonly string[]) => paths.map((path) => `\`${path}\``).join(', ');

export const readsAreClosed = effectEntry<Nothing>('NC1910', 'import/reads-are-closed', 'stricter', {
  message: () =>
    'everything that is not denied may be read there; here only system folders, the working folder and what is listed',
  help: () => 'add the folders that the agent reads under `filesystem_policy.read_only`',
  explanation:
    'In sandbox-runtime reading starts from the whole disk and `denyRead` takes away from it, so a secret that nobody thought of can ' +
    'be read. A blueprint starts from nothing, and cannot grant `/`. The import grants the system folders of the tier ' +
    '`restricted`, the working folder, and every path that the settings name.',
});

export const notGranted = effectEntry<{ path: string; why: string }>(
  'NC1911',
  'import/not-granted',
  'stricter',
  {
    message: ({ path, why }) => `\`${path}\` is not granted: ${why}`,
    help: () => 'name the folder that is meant under `filesystem_policy`',
    explanation:
      'A path in a blueprint names one file or folder with all that lies below it. What cannot be said in that way is left ' +
      'out, which allows less.',
  },
);

export const notDenied = effectEntry<{ path: string; why: string }>('NC1912', 'import/not-denied', 'looser', {
  message: ({ path, why }) => `\`${path}\` is not denied: ${why}`,
  help: () => 'name each file or folder under `filesystem_policy.deny`, or grant less around them',
  explanation:
    'A denial in a blueprint names one file or folder with all that lies below it, because no mechanism of the kernel knows ' +
    'patterns. What the pattern matches within a granted folder can be used here. sandbox-runtime looks for matching files ' +
    'once, at the start, so a file that appears later is not covered there either.',
});

export const mustExist = effectEntry<{ path: string; above: string }>(
  'NC1913',
  'import/must-exist',
  'stricter',
  {
    message: ({ path, above }) =>
      `\`${path}\` has to be there at the start, because \`${above}\` around it is writable`,
    help: () => 'create it, or remove the entry from the blueprint if it is not needed',
    explanation:
      'A path that is missing could be made by the agent, in the folder where it may write, and then used as it likes. So the ' +
      'start is refused until the path is there; sandbox-runtime passes over a missing path or puts an empty file there.',
  },
);

export const temporaryPrivate = effectEntry<{ path: string }>(
  'NC1914',
  'import/temporary-private',
  'stricter',
  {
    message: ({ path }) => `\`${path}\` is a private, empty folder in memory here`,
    explanation:
      'The temporary folder of the host is shared with every other program, sockets included. The sandbox gets its own, which ' +
      'ends with it; name a folder below it to share files.',
  },
);

export const builtInProtection = effectEntry<{ folders: readonly string[] }>(
  'NC1915',
  'import/built-in-protection',
  'looser',
  {
    message: ({ folders }) =>
      `files that sandbox-runtime always protects, such as \`.git/hooks\` and \`.bashrc\`, can be written in ${listed(folders)}`,
    help: () =>
      'list those that are there under `filesystem_policy.read_only`, for example `${workdir}/.git/hooks`',
    explanation:
      'Whatever the settings say, sandbox-runtime keeps shell start files, `.gitconfig`, `.gitmodules`, `.ripgreprc`, ' +
      '`.mcp.json`, `.git/hooks`, `.git/config`, `.vscode`, `.idea`, `.claude/commands` and `.claude/agents` from being ' +
      'written, wherever they lie up to three folders deep. A blueprint names paths and cannot search for them. The danger ' +
      'is that the agent writes a file which a program outside of the sandbox runs later.',
  },
);

export const deniedAround = effectEntry<{ folders: readonly string[]; denied: string }>(
  'NC1916',
  'import/denied-around',
  'looser',
  {
    message: ({ folders, denied }) =>
      `${listed(folders)} can be read here even below \`${denied}\`, which is denied for reading`,
    help: () => 'if one of them lies there, remove it from the blueprint, or say `allowRead` in the settings',
    explanation:
      'Where the working folder and the home folder lie is not known when settings are imported, and in a blueprint the most ' +
      'specific path decides. In sandbox-runtime a folder that may be written, below one that may not be read, needs ' +
      '`allowRead` to be readable.',
  },
);

export const deniedWhole = effectEntry<{ path: string }>('NC1917', 'import/denied-whole', 'stricter', {
  message: ({ path }) => `\`${path}\` cannot be read either`,
  help: ({ path }) => `move it from \`deny\` to \`read_only\` if the agent should read \`${path}\``,
  explanation:
    'The settings deny writing there, and the path is outside of the folders that are granted by name. Should one of them ' +
    'hold it where the agent runs, the denial keeps it safe; and what is not granted cannot be read anyway.',
});

export const defaultWrites = effectEntry<Nothing>('NC1918', 'import/default-writes', 'stricter', {
  message: () =>
    '`~/.npm/_logs` and `~/.claude/debug`, which sandbox-runtime leaves writable, are not granted',
  help: () => 'add them under `filesystem_policy.read_write` if programs complain',
  explanation:
    'In sandbox-runtime a few paths are always added to `allowWrite`: the devices that hold nothing, a folder below `/tmp`, and two ' +
    'folders for logs. The tier `restricted` has the devices and a private `/tmp`; the folders for logs are left out.',
});

export const nothingReadable = effectEntry<Nothing>('NC1919', 'import/nothing-readable', 'stricter', {
  message: () => 'reading `/` is denied, so no system folders are granted and no program can start',
  help: () =>
    'extend `tier: restricted`, which grants programs and libraries and nothing that tells about people',
  explanation:
    'The settings deny everything and allow single folders again. The import follows them to the letter and grants these ' +
    'folders alone.',
});

export const credentialHidden = effectEntry<{ path: string }>(
  'NC1920',
  'import/credential-hidden',
  'stricter',
  {
    message: ({ path }) => `\`${path}\` is hidden here; nothing stands in for it`,
    help: () =>
      'bind it under `credentials`, to the hosts that may receive it; for models use `credential_env` of a route',
    explanation:
      'With `mask` sandbox-runtime shows the agent a made-up credential and puts the real one into its requests. The import ' +
      'only hides the credential, so requests that need it fail until a blueprint binds it to their hosts.',
  },
);

export const variablePasses = effectEntry<{ name: string }>('NC1921', 'import/variable-passes', 'looser', {
  message: ({ name }) => `the variable \`${name}\` is passed on by the tier \`restricted\``,
  help: ({ name }) => `set it to a harmless value: \`environment: [{ name: ${name}, value: "" }]\``,
  explanation:
    'The settings keep this variable from the agent. The tier passes on names that hold no secret on most machines, and this ' +
    'is one of them.',
});
