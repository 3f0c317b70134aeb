/** The version of nemoclaw, as package.json has it; a test holds them together. Part of every manifest. */
export const VERSION = '0.1.0';
