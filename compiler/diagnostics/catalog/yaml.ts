import { entry } from '../entry.ts';

type Nothing = Record<string, never>;

export const yamlTooLarge = entry<Nothing>('NC1001', 'yaml/too-large', 'error', {
  message: () => 'the file has more than 4 MiB',
  help: () => 'split it into several files and put them together with `extends`',
  explanation:
    'Files over 4 MiB are refused before they are looked at. A policy of that size cannot be reviewed by a person, and ' +
    'the limit keeps a hostile file from using up the memory of the machine that checks it.',
});

export const yamlInvalidUtf8 = entry<{ byte: number; offset: number; utf16: boolean }>(
  'NC1002',
  'yaml/invalid-utf-8',
  'error',
  {
    message: ({ byte, offset }) =>
      `byte 0x${byte.toString(16).padStart(2, '0')} at offset ${offset} is not valid UTF-8`,
    help: ({ utf16 }) =>
      utf16 ? 'the file looks like UTF-16; save it as UTF-8' : 'save the file with the encoding UTF-8',
    explanation:
      'Text is read as UTF-8 and nothing else. Bytes that are not UTF-8 would be shown and read differently by different ' +
      'programs, so a reviewer could see another policy than the one that is enforced.',
  },
);

export const yamlControlCharacter = entry<{ character: string }>(
  'NC1003',
  'yaml/control-character',
  'error',
  {
    message: ({ character }) => `control character ${character} in the text`,
    help: ({ character }) =>
      character === 'U+000D'
        ? 'end lines with LF or CR LF; a CR alone is a line break to some programs only'
        : 'remove it; inside double quotes it can be written as an escape such as `\\x1b`',
    explanation:
      'Apart from tab and line breaks, control characters have no place in a text that people review: terminals act on ' +
      'them, and programs that end a string at a NUL read something else than is shown. A carriage return counts only as ' +
      'part of CR LF, because alone it is a line break to some readers of YAML and not to others.',
  },
);

export const yamlHiddenCharacter = entry<{ character: string }>('NC1004', 'yaml/hidden-character', 'error', {
  message: ({ character }) => `invisible character ${character}, which changes how the text is shown`,
  help: () => 'remove it; inside double quotes it can be written as an escape such as `\\u202e`',
  explanation:
    'Characters that reverse the direction of writing, unusual line separators and byte order marks inside the text are ' +
    'invisible, and make an editor show something else than is read ("Trojan Source"). What a reviewer sees must be what ' +
    'is enforced, so they are refused. A byte order mark at the very start is accepted.',
});

export const yamlTooDeep = entry<{ limit: number }>('NC1005', 'yaml/too-deep', 'error', {
  message: ({ limit }) => `lists and mappings are nested more than ${limit} deep here`,
  help: () => 'flatten the structure; no blueprint needs more than about ten levels',
  explanation:
    'Nesting is limited, because deep nesting is used to exhaust the stack of programs that read files. The deepest ' +
    'value that a blueprint can hold lies far within the limit.',
});

export const yamlTooManyValues = entry<{ limit: number }>('NC1006', 'yaml/too-many-values', 'error', {
  message: ({ limit }) => `the file holds more than ${limit} values`,
  help: () => 'split it, or grant folders and domains in place of single files and hosts',
  explanation:
    'A file of 4 MiB can hold millions of one-letter values, which take far more memory than the file. The limit is many ' +
    'times what ten thousand network entries need.',
});

export const yamlMoreErrors = entry<{ shown: number }>('NC1007', 'yaml/more-errors', 'note', {
  message: ({ shown }) => `only the first ${shown} errors of this file are listed`,
  help: () => 'correct these and run it again',
  explanation:
    'One mistake early in a file can make hundreds of lines look wrong. Listing stops where it no longer helps.',
});

export const yamlLoneSurrogate = entry<{ character: string }>('NC1008', 'yaml/lone-surrogate', 'error', {
  message: ({ character }) => `${character} is only half of a character`,
  help: () => 'remove it, or put the whole character in its place',
  explanation:
    'A text in memory can hold half of a surrogate pair, which is not a character and cannot be written to a file. A file ' +
    'in UTF-8 never holds one, so this comes from the program that made the text.',
});

export const yamlSeveralDocuments = entry<Nothing>('NC1010', 'yaml/several-documents', 'error', {
  message: () => 'a second document starts here',
  help: () => 'put it into a file of its own, and remove the `---` or `...` before it',
  explanation:
    'YAML can hold several documents in one file, and many programs read only the first of them. One file holds one ' +
    'blueprint. A single `---` before it is fine.',
});

export const yamlDirective = entry<{ text: string }>('NC1011', 'yaml/directive', 'error', {
  message: ({ text }) => `the directive \`${text}\` is not supported`,
  help: () => 'remove the line; YAML 1.2 is always meant',
  explanation:
    'A line that starts with `%` can switch the version of YAML or give tags another meaning. Files are always read as ' +
    'YAML 1.2 with its core schema, so that the same text never means two things.',
});

export const yamlAnchor = entry<{ text: string }>('NC1012', 'yaml/anchor', 'error', {
  message: ({ text }) => `the anchor \`${text}\` is not supported`,
  help: () => 'remove the anchor; put what is shared into a preset and name it under `extends`',
  explanation:
    'Anchors and aliases let one place of a file change the meaning of another, which a reviewer of a change does not see, ' +
    'and they let a small file grow to gigabytes. What is shared belongs into a preset.',
});

export const yamlAlias = entry<{ text: string }>('NC1013', 'yaml/alias', 'error', {
  message: ({ text }) => `the alias \`${text}\` is not supported`,
  help: ({ text }) =>
    text === '*' || text.startsWith('*.') || text.startsWith('**') || text.startsWith('*/')
      ? `if the text itself is meant, quote it: \`"${text}"\``
      : 'write the value out, or put what is shared into a preset and name it under `extends`',
  explanation:
    'A value that starts with `*` refers to an anchor elsewhere in the file. Anchors and aliases hide the meaning of a ' +
    'change from its reviewer and are refused. A pattern such as `*.example.com` has to be quoted.',
});

export const yamlTag = entry<{ text: string }>('NC1014', 'yaml/tag', 'error', {
  message: ({ text }) => `the tag \`${text}\` is not supported`,
  help: () => 'remove it; quote a value to make it a text',
  explanation:
    'Tags such as `!!str` or `!include` give a value another type or ask a program to construct something. Types follow ' +
    'from the way a value is written: quoted is text, `12` a number, `true` a truth value.',
});

export const yamlMergeKey = entry<Nothing>('NC1015', 'yaml/merge-key', 'error', {
  message: () => 'the merge key `<<` is not supported',
  help: () => 'write the keys out, or put what is shared into a preset and name it under `extends`',
  explanation:
    'The merge key is not part of YAML 1.2: some programs copy the keys of another mapping, others see a key named `<<`. ' +
    'A policy must not depend on the reader, so it is refused.',
});

export const yamlDuplicateKey = entry<{ key: string }>('NC1020', 'yaml/duplicate-key', 'error', {
  message: ({ key }) => `the key \`${key}\` appears twice in the same mapping`,
  help: () => 'keep one of them, or merge their values',
  explanation:
    'Programs disagree on which of two equal keys counts, and a reviewer easily sees only one. Each key may appear once ' +
    'in a mapping. Keys are compared as text, so `1` and `"1"` are the same key.',
});

export const yamlComplexKey = entry<Nothing>('NC1021', 'yaml/complex-key', 'error', {
  message: () => 'a key must be a plain text on one line',
  help: () => 'write `key: value`; quote a text that starts with `?`, `[` or `{`',
  explanation:
    'YAML allows lists and mappings as keys, marked by `?`. Nothing in a blueprint needs them, and other languages cannot ' +
    'represent them.',
});

export const yamlNullKey = entry<{ text: string }>('NC1022', 'yaml/null-key', 'error', {
  message: ({ text }) =>
    text === '' ? 'the key before `:` is missing' : `the key \`${text}\` means "no value"`,
  help: ({ text }) =>
    text === '' ? 'write a key before the colon' : `quote it if the text is meant: \`"${text}"\``,
  explanation:
    'An empty key, `~` and `null` stand for the absence of a value. Keys are always texts; a key that is really called ' +
    '`null` has to be quoted.',
});

export const yamlLongKey = entry<Nothing>('NC1023', 'yaml/long-key', 'error', {
  message: () => 'a key may have at most 1024 characters',
  explanation: 'YAML limits a key that is followed by `:` to 1024 characters, on one line.',
});

export const yamlMultilineKey = entry<Nothing>('NC1024', 'yaml/multiline-key', 'error', {
  message: () => 'a key must end with `:` on the line where it starts',
  help: () => 'add the missing colon, or indent the lines that continue a value',
  explanation:
    'A key and its colon stand on one line. This error often means that a colon was forgotten, or that the second line of ' +
    'a long text is not indented.',
});

export const yamlUnsafeInteger = entry<{ text: string }>('NC1030', 'yaml/unsafe-integer', 'error', {
  message: ({ text }) => `the number \`${text}\` is too large to be kept exactly`,
  help: ({ text }) => `quote it if it is a name or an identifier: \`"${text}"\``,
  explanation:
    'Whole numbers beyond 9007199254740991 (2^53 - 1) are rounded by many programs, so two readers could see two values. ' +
    'No setting needs such a number; an identifier made of digits has to be quoted.',
});

export const yamlNotFinite = entry<{ text: string }>('NC1031', 'yaml/not-finite', 'error', {
  message: ({ text }) => `\`${text}\` is not a finite number`,
  help: ({ text }) => `write a number, or quote it if the text is meant: \`"${text}"\``,
  explanation:
    'YAML reads `.inf` and `.nan` as infinity and "not a number", and huge exponents overflow to infinity. No limit is ' +
    'expressed that way: absence never means "unlimited" here, and JSON has no such values.',
});

export const yamlUnsafeText = entry<{ what: string }>('NC1032', 'yaml/unsafe-text', 'error', {
  message: ({ what }) => `the escapes in this text produce ${what}`,
  help: () => 'remove the escape; no name or path contains it',
  explanation:
    'A NUL ends a text for the kernel and for C programs, so that they would see less than was reviewed. Half of a ' +
    'surrogate pair is not a character and cannot be written to a file. Neither may come in by an escape.',
});

export const yamlBadEscape = entry<{ text: string }>('NC1033', 'yaml/bad-escape', 'error', {
  message: ({ text }) => `\`${text}\` is not an escape that YAML knows`,
  help: () => 'write `\\\\` for a backslash, or use single quotes, which know no escapes',
  explanation:
    'Inside double quotes a backslash starts an escape such as `\\n` or `\\u00e9`. Regular expressions and Windows paths ' +
    'are easier to write in single quotes, where a backslash is an ordinary character.',
});

export const yamlTabIndentation = entry<Nothing>('NC1040', 'yaml/tab-indentation', 'error', {
  message: () => 'a tab cannot be used for indentation',
  help: () => 'use spaces; most editors can convert the whole file',
  explanation:
    'The depth of a line decides what it belongs to, and a tab has no fixed width. YAML allows only spaces there.',
});

export const yamlBadIndentation = entry<Nothing>('NC1041', 'yaml/bad-indentation', 'error', {
  message: () => 'the indentation of this line fits nothing above it',
  help: () => 'start all keys of a mapping, and all `-` of a list, in the same column',
  explanation:
    'Lines that belong together start in the same column, and what belongs to a key is indented further than the key. ' +
    'A line in between cannot be placed.',
});

export const yamlUnclosedQuote = entry<{ quote: string }>('NC1042', 'yaml/unclosed-quote', 'error', {
  message: ({ quote }) => `the quote \`${quote}\` is never closed`,
  help: ({ quote }) =>
    quote === "'"
      ? "add the closing quote; a quote inside the text is written twice: `''`"
      : 'add the closing quote; a quote inside the text is written `\\"`',
  explanation:
    'A quoted text runs until the same quote appears again. When it spans several lines, each of them has to be indented ' +
    'further than its key.',
});

export const yamlUnclosedBracket = entry<{ bracket: string }>('NC1043', 'yaml/unclosed-bracket', 'error', {
  message: ({ bracket }) => `\`${bracket}\` is never closed`,
  help: ({ bracket }) =>
    `add the closing \`${bracket === '[' ? ']' : '}'}\`; lines inside have to be indented further than their key`,
  explanation:
    'A list in `[ ]` and a mapping in `{ }` may span several lines, as long as each line is indented further than the key ' +
    'that they belong to. The end of the file, or a line that is indented less, came first.',
});

export const yamlMismatchedBracket = entry<{ opened: string; closed: string }>(
  'NC1044',
  'yaml/mismatched-bracket',
  'error',
  {
    message: ({ opened, closed }) => `\`${opened}\` is closed by \`${closed}\``,
    help: ({ opened }) => `write \`${opened === '[' ? ']' : '}'}\` here`,
    explanation: 'What starts with `[` ends with `]`, and what starts with `{` ends with `}`.',
  },
);

export const yamlMissingColon = entry<Nothing>('NC1045', 'yaml/missing-colon', 'error', {
  message: () => 'expected `key: value`, but there is no `:` followed by a space',
  help: () => 'add `:` and a space after the key, or `- ` before it if it is an item of a list',
  explanation:
    'In a mapping every line is a key, a colon, a space and a value. `key:value` without the space is one single text.',
});

export const yamlMissingComma = entry<Nothing>('NC1046', 'yaml/missing-comma', 'error', {
  message: () => 'expected a `,` or the closing bracket before this',
  help: () => 'separate the items by commas',
  explanation:
    'Inside `[ ]` and `{ }` the items are separated by commas, even when each stands on a line of its own.',
});

export const yamlNestedMapping = entry<Nothing>('NC1047', 'yaml/nested-mapping', 'error', {
  message: () => 'a second `key:` on the same line',
  help: () => 'quote the value if the colon belongs to it, or put the inner key on a line of its own',
  explanation:
    'A colon followed by a space ends a key, so `a: b: c` has two keys on one line. A text that contains a colon and a ' +
    'space has to be quoted.',
});

export const yamlBadStart = entry<{ character: string }>('NC1048', 'yaml/bad-start', 'error', {
  message: ({ character }) => `an unquoted value cannot start with \`${character}\``,
  help: () => 'quote the value',
  explanation:
    'Some characters have a meaning of their own at the start of a value, or are reserved for later versions of YAML. A ' +
    'text that starts with one of them has to be quoted.',
});

export const yamlGluedComment = entry<Nothing>('NC1049', 'yaml/glued-comment', 'error', {
  message: () => 'a comment needs a space before its `#`',
  help: () => 'put a space before the `#`, or quote the value if the `#` belongs to it',
  explanation:
    'Only a `#` at the start of a line or after white space starts a comment. Directly after a quote or a bracket it is ' +
    'neither part of the value nor a comment.',
});

export const yamlUnexpected = entry<{ text: string }>('NC1050', 'yaml/unexpected', 'error', {
  message: ({ text }) => (text === '' ? 'this was not expected here' : `\`${text}\` was not expected here`),
  help: () => 'quote the value if these characters belong to it',
  explanation:
    'The text up to here is complete, and what follows cannot continue it. Often a quote is missing, or a value ' +
    'contains a character such as `:`, `,` or a bracket that has a meaning of its own.',
});

export const yamlBlockText = entry<{ problem: string }>('NC1051', 'yaml/block-text', 'error', {
  message: ({ problem }) => `the text after \`|\` or \`>\` cannot be read: ${problem}`,
  help: () => 'after `|` or `>` only `-`, `+` and a digit may follow; indent all lines of the text alike',
  explanation:
    'A text that starts with `|` keeps its line breaks, one that starts with `>` joins its lines. The first line that is ' +
    'not empty sets the indentation, and no later line may be indented less.',
});

export const yamlBlockInBrackets = entry<Nothing>('NC1052', 'yaml/block-in-brackets', 'error', {
  message: () => 'a list or mapping without brackets cannot stand inside brackets',
  help: () => 'write it with `[ ]` or `{ }` as well',
  explanation:
    'Inside `[ ]` and `{ }` indentation has no meaning, so what stands in them needs brackets of its own.',
});

export const yamlSyntax = entry<Nothing>('NC1059', 'yaml/syntax', 'error', {
  message: () => 'this is not valid YAML',
  help: () => 'check quotes, colons and indentation of this line and the one before',
  explanation: 'The text cannot be read as YAML 1.2, and none of the more precise errors describes why.',
});
