import { entry } from '../entry.ts';

export const hostUnsigned = entry<{ what: string }>('NC2570', 'host/unsigned', 'error', {
  message: ({ what }) => `nobody vouches for \`${what}\`: it is not verified by a signature`,
  help: () =>
    'apply a signed bundle with --key or --allowed-signers; or say why not: --allow-unsigned REASON, which is kept',
  explanation:
    'A host runs what a reviewed commit says, and a signature is how it knows. A blueprint, or a bundle without a key to verify ' +
    'it by, can be applied with --allow-unsigned and a reason. The reason is written into the generation, and `status` and ' +
    '`history` show it for as long as the generation is in force.',
});

export const hostSourcesUnusable = entry<{ path: string; problem: string }>(
  'NC2571',
  'host/sources-unusable',
  'error',
  {
    message: ({ path, problem }) => `\`${path}\` cannot be used: ${problem}`,
    help: () =>
      'ship the file that `nemoclaw compile` wrote beside the bundle, `BUNDLE.sources.json`, with it',
    explanation:
      'A host shows the difference to what is in force, tries the boundaries of what it applies and makes the environment of ' +
      'the agent. For that it needs the meaning, which is in the files that the bundle was compiled from. The manifest, which is ' +
      'signed, names each by its digest, so no other file can take the place of one.',
  },
);

export const hostSourcesContradict = entry<{ what: string; named: string; found: string }>(
  'NC2572',
  'host/sources-contradict',
  'error',
  {
    message: ({ what, named, found }) =>
      `the bundle is not what its sources say: its ${what} is \`${named}\`, and they compile to \`${found}\``,
    help: () => 'compile the blueprint again, review what changed, and sign that',
    explanation:
      'The host compiles the sources of the bundle by itself. The policy that comes out has to be the one that the manifest ' +
      'names; with the same version of nemoclaw, every byte has to be the same. Where it is not, the artifacts enforce something ' +
      'that the reviewed text does not say, or an account of this host has another number.',
  },
);

export const hostBundleBroken = entry<{ folder: string; problem: string }>(
  'NC2573',
  'host/bundle-not-whole',
  'error',
  {
    message: ({ folder, problem }) => `\`${folder}\` is no whole bundle: ${problem}`,
    help: () => 'compile it again with `nemoclaw compile`',
    explanation: 'Every file of a bundle is the one that its manifest names, or the bundle is not applied.',
  },
);

export const hostOtherTarget = entry<{ what: string; bundle: string; host: string }>(
  'NC2574',
  'host/other-target',
  'error',
  {
    message: ({ what, bundle, host }) =>
      `the bundle is for ${what} \`${bundle}\`, and this host has \`${host}\``,
    help: () => 'compile for a target that this host is: `nemoclaw compile agent.yaml -t TARGET`',
    explanation:
      'A bundle holds programs for the kernel of one architecture and one way to start. It is not applied to a host that could ' +
      'not start it.',
  },
);

export const hostOlder = entry<{ serial: number; at: string; accepted: number; acceptedAt: string }>(
  'NC2575',
  'host/older',
  'error',
  {
    message: ({ serial, at, accepted, acceptedAt }) =>
      `number ${serial}, signed ${at}, is older than number ${accepted}, signed ${acceptedAt}, which this host had`,
    help: () => 'revert the commit and have that signed; or say why: --allow-older REASON, which is kept',
    explanation:
      'An old bundle keeps its good signature, and with it everything that it granted. So a host refuses to go back by a bundle. ' +
      '`nemoclaw rollback` goes back to a generation that this host had, which is another thing: nothing comes from outside.',
  },
);

export const hostOtherSandbox = entry<{ name: string; accepted: string; sandbox: string }>(
  'NC2576',
  'host/other-blueprint',
  'error',
  {
    message: ({ name, accepted, sandbox }) =>
      `this is a bundle of \`${name}\`, and sandbox \`${sandbox}\` runs \`${accepted}\``,
    help: () => 'give the new one a sandbox of its own: --name OTHER',
    explanation:
      'One key signs for many sandboxes. A bundle of another one has a good signature too, and would put rules into force that ' +
      'nobody reviewed for this one.',
  },
);

export const hostInUse = entry<{ problem: string }>('NC2577', 'host/in-use', 'error', {
  message: ({ problem }) => `nothing was changed: ${problem}`,
  help: () => 'wait until the other one has ended',
  explanation:
    'One process at a time changes the generations of a sandbox, so that the order of what was applied is one order.',
});

export const hostDamaged = entry<{ problem: string }>('NC2578', 'host/generations-damaged', 'error', {
  message: ({ problem }) => `the generations of the sandbox are not what this program wrote: ${problem}`,
  help: () => 'find out who changed them; then move the folder `generations` away and apply again',
  explanation:
    'Damage is not the same as nothing: who can change what is in force may want an older generation, or none. So nothing is ' +
    'started and nothing is applied on top of it.',
});

export const hostNothingApplied = entry<{ name: string }>('NC2579', 'host/nothing-applied', 'error', {
  message: ({ name }) => `nothing was ever applied to sandbox \`${name}\``,
  help: ({ name }) => `nemoclaw apply BUNDLE --name ${name}`,
  explanation:
    'A generation is what `apply` or `sync` put into force on this host. There is none in the state folder.',
});

export const hostNoneApplied = entry('NC2592', 'host/none-applied', 'error', {
  message: () => 'nothing was ever applied to any sandbox of this user',
  help: () =>
    'nemoclaw apply BUNDLE; or name the state folder with --state, or run it as the user whose sandboxes they are',
  explanation:
    'A state folder that is gone looks like one that never was. A program that watches must not take it for that all is as applied.',
});

export const hostProbeFailed = entry<{ probe: string }>('NC2580', 'host/probe-failed', 'error', {
  message: ({ probe }) => `a probe was answered otherwise than the blueprint says: ${probe}`,
  explanation:
    'After a generation was put into force, probes try in fresh sandboxes what it allows and forbids. This one was not answered as ' +
    'written, so the generation is not enforced here and was left again. `nemoclaw verify` shows all of them.',
});

export const hostRolledBack = entry<{ failed: number; number: number | null }>(
  'NC2581',
  'host/rolled-back',
  'error',
  {
    message: ({ failed, number }) =>
      number === null
        ? `generation ${failed} failed, and there is none to go back to: nothing is started until one was proved`
        : `generation ${failed} failed; generation ${number} is in force again`,
    explanation:
      'A generation whose probes fail is left for the last one whose probes were good. What runs meanwhile was not touched: the ' +
      'egress table of a running sandbox is replaced only after the probes.',
  },
);

export const hostUnproved = entry<{ number: number }>('NC2582', 'host/unproved', 'error', {
  message: ({ number }) => `nothing is started under generation ${number}: its probes failed`,
  help: () => 'apply another bundle, or go back: nemoclaw rollback',
  explanation: 'A generation whose boundaries the kernel was seen not to hold confines nobody.',
});

export const hostRunning = entry<{ name: string; pid: number | null }>(
  'NC2583',
  'host/runs-already',
  'error',
  {
    message: ({ name, pid }) =>
      `sandbox \`${name}\` runs already${pid === null ? '' : `, started by process ${pid}`}`,
    help: () => 'end it first, or start another one: --name OTHER',
    explanation:
      'Two at a time under one name would share an egress table and a log: the launch rules of the one would go with the table of the ' +
      'other.',
  },
);

export const hostNotAsked = entry('NC2584', 'host/not-asked', 'error', {
  message: () => 'nobody can be asked: standard input is no terminal',
  help: () => 'look at the plan with --dry-run, then apply with --yes',
  explanation: 'What is applied is shown and has to be agreed to. In a script, --yes says so beforehand.',
});

export const hostDeclined = entry('NC2585', 'host/declined', 'error', {
  message: () => 'nothing was changed: the answer was not yes',
  explanation: 'The plan was shown and not agreed to.',
});

export const hostNoSuchGeneration = entry<{ wanted: number | null; problem: string }>(
  'NC2586',
  'host/no-generation-to-go-to',
  'error',
  {
    message: ({ wanted, problem }) =>
      wanted === null
        ? `there is no generation to go back to: ${problem}`
        : `generation ${wanted} cannot be gone to: ${problem}`,
    help: () => 'nemoclaw history shows those that are kept',
    explanation: 'One goes back only to a generation that is kept whole, and that is not in force already.',
  },
);

export const hostHeld = entry<{ number: number; running: number | null }>(
  'NC2587',
  'host/egress-held',
  'warning',
  {
    message: ({ number, running }) =>
      `the running sandbox goes on under ${running === null ? 'what it was started with' : `generation ${running}`}, egress too: ` +
      `the table of generation ${number} allows more, and its launch rules need a new process`,
    help: () => 'end the sandbox and start it again: nemoclaw run --name NAME -- COMMAND',
    explanation:
      "Launch rules (files, system calls, process, resources) are a process's own until it ends. A table that allows more than the " +
      'old one, beside launch rules that allow more than the new ones, would be something that neither commit says. So the ' +
      'table of a running sandbox is replaced at once only where the launch rules are the same, or the table only narrows.',
  },
);

export const hostTableRefused = entry<{ problem: string }>('NC2588', 'host/table-refused', 'error', {
  message: ({ problem }) =>
    `the gateway of the running sandbox did not take the new egress table: ${problem}`,
  help: () => 'look at `nemoclaw status` and end the sandbox; it starts under what is in force',
  explanation: 'The running sandbox has the table that it had before, whole.',
});

export const hostNewProcess = entry<{ number: number }>('NC2589', 'host/new-process-needed', 'warning', {
  message: ({ number }) =>
    `the running sandbox keeps the launch rules it was started with until it is started again under generation ${number}`,
  help: () => 'end it and start it again: nemoclaw run --name NAME -- COMMAND',
  explanation:
    'Landlock, seccomp and namespaces of a process can only be narrowed, by itself. Another plan needs a new process.',
});

export const hostDrift = entry<{ what: string; desired: string; found: string }>(
  'NC2590',
  'host/drift',
  'error',
  {
    message: ({ what, desired, found }) => `${what}: \`${found}\`, and what is in force says \`${desired}\``,
    help: () => 'find out who changed it; apply again, or end the sandbox and start it again',
    explanation:
      'What the host has differs from what the generation in force says. Every difference that `status` can see is named by itself.',
  },
);

export const hostNotEnforced = entry<{ what: string; desired: string; found: string }>(
  'NC2591',
  'host/not-enforced',
  'error',
  {
    message: ({ what, desired, found }) =>
      `not enforced: ${what} is \`${found}\` and has to be \`${desired}\``,
    help: () => 'end the sandbox at once',
    explanation: 'The kernel says of a process in the sandbox that something which confines it is not there.',
  },
);

export const hostBreakGlass = entry<{ grants: string }>('NC2593', 'host/break-glass', 'warning', {
  message: ({ grants }) => `by break-glass, permissions are open that are in no commit: ${grants}`,
  explanation:
    'Somebody took a permission on this host without a review. It ends by itself, and is shown until then.',
});

export const hostProbing = entry<{ number: number }>('NC2594', 'host/not-probed-yet', 'error', {
  message: ({ number }) =>
    `generation ${number} is in force and nobody has seen its probes: whoever applied it was ended`,
  help: () => 'apply it again, or start it with `nemoclaw run --name`: it is probed first',
  explanation:
    'A switch is remembered before its probes are made. After a kill in between, the next command makes them.',
});

export const hostReportUnreadable = entry<{ path: string; problem: string }>(
  'NC2595',
  'host/report-unreadable',
  'error',
  {
    message: ({ path, problem }) => `\`${path}\` is signed and is no report of a host: ${problem}`,
    explanation:
      '`nemoclaw attest` writes reports of hosts. Other statements that the same key signed say something else.',
  },
);

export const hostReportStale = entry<{ path: string; at: string }>('NC2596', 'host/report-stale', 'warning', {
  message: ({ path, at }) => `\`${path}\` is old: it was made at ${at}`,
  help: () => 'run `nemoclaw attest` on that host; --max-age says what is old',
  explanation: 'An old report keeps its good signature. What it says may no longer be so.',
});

export const hostReportAhead = entry<{ path: string; at: string }>('NC2597', 'host/report-ahead', 'warning', {
  message: ({ path, at }) => `\`${path}\` was made at ${at}, which is yet to come`,
  help: () => 'set the clock of that host',
  explanation: 'By a clock that is ahead, a report would look fresh for too long.',
});

export const hostsDiffer = entry<{ sandbox: string; bundles: number }>(
  'NC2598',
  'host/bundles-differ',
  'warning',
  {
    message: ({ sandbox, bundles }) =>
      `sandbox \`${sandbox}\` has ${bundles} different bundles in force by these reports`,
    explanation:
      'While a release goes round, hosts differ for a while, and an older report of a host differs from a newer one. A host that stays ' +
      'behind no longer follows.',
  },
);

export const hostStateRefused = entry<{ problem: string }>('NC2599', 'host/state-refused', 'error', {
  message: ({ problem }) => `the state of the sandbox cannot be read or written: ${problem}`,
  help: () =>
    'make room, or make the folder yours to write to, and do it again: it goes on from where it was',
  explanation:
    'Generations, and which one is in force, are kept in the state folder of a sandbox. Where the system refuses it, the generation that ' +
    'was in force stays so; one whose probes could not be written down is probed again before anything is started under it.',
});

export const hostStateOpen = entry<{ problem: string; folder: string }>(
  'NC2680',
  'host/state-open-to-others',
  'error',
  {
    message: ({ problem }) => `the state of the sandbox is not this user's alone: ${problem}`,
    help: ({ folder }) =>
      `find out who changed \`${folder}\`, move it away, and apply again; or name another folder with --state`,
    explanation:
      'Whoever may write to the state folder of a sandbox says what is in force there, what is let through and what was refused. So it ' +
      'is a folder of its own, no link, it belongs to the user who runs the command, and nobody else may write to it.',
  },
);
