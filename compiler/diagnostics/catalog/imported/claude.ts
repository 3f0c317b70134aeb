import { effectEntry } from '../../effect.ts';

// What only the settings of Claude Code have.

type Nothing = Record<string, never>;

export const pathFromRoot = effectEntry<{ path: string }>('NC1935', 'import/path-from-root', 'lost', {
  message: ({ path }) =>
    `\`${path}\` is taken from the root of the disk, as current versions of Claude Code do`,
  help: ({ path }) => `write \`.${path}\` if the folder of the settings is meant`,
  explanation:
    'Older versions of Claude Code take a path such as `/build` under `sandbox.filesystem` from the folder of the settings, ' +
    'and `//build` from the root of the disk. Which version the settings were written for is not known.',
});

export const settingsFolder = effectEntry<Nothing>('NC1936', 'import/settings-folder', 'lost', {
  message: () => 'relative paths are taken from the working folder, wherever these settings lie',
  explanation:
    'In the settings of a project relative paths start at the project; in the settings of a user they start at `~/.claude`. ' +
    'The import takes the working folder, which is right for a project.',
});

export const ruleNotFiles = effectEntry<{ rule: string }>('NC1937', 'import/rule-of-a-tool', 'lost', {
  message: ({ rule }) => `\`${rule}\` is about a tool of Claude Code, which a blueprint does not see`,
  help: () => 'say what the programs behind it may reach, under `filesystem_policy` and `network_policies`',
  explanation:
    'A blueprint limits what processes can do: files, network, system calls. Which command line an agent may type is decided ' +
    'in the agent, before any process starts, and stays in its settings.',
});

export const sandboxOff = effectEntry<Nothing>('NC1938', 'import/sandbox-off', 'stricter', {
  message: () => 'the sandbox is not turned on in these settings; the blueprint is always enforced',
  explanation:
    'Claude Code uses the `sandbox` section only where `enabled` is `true`. A blueprint has no such switch: to run without ' +
    'it is to run without nemoclaw.',
});
